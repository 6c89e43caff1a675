"""SOAP envelope: exactly Envelope, an optional first Header, one Body with one element.

Elements and attributes of the two versions are never mixed, nothing stands between or after them,
and no xop:Include stands anywhere: two readers of a looser envelope could find different requests
in it. Source: SOAP 1.1, sections 4 and 5; SOAP 1.2 part 1, sections 2 and 5; WS-I Basic Profile
1.1, section 3.
"""

from collections.abc import Iterable

from lxml import etree

from gateway.domain.errors import InvalidRequest, MessageTooLarge, VersionMismatch
from gateway.soap.reading.errors import BlockName, NotUnderstood
from gateway.soap.reading.limits import MessageLimits
from gateway.wire.namespaces import (
    SOAP_11,
    SOAP_11_ENCODING,
    SOAP_11_NEXT,
    SOAP_12,
    WSSE,
    XOP,
)
from gateway.wire.soap_version import SoapVersion

_WHITE = " \t\r\n"
_TO_US = {
    SoapVersion.V1_1: frozenset({"", SOAP_11_NEXT}),
    SoapVersion.V1_2: frozenset({"", f"{SOAP_12}/role/next", f"{SOAP_12}/role/ultimateReceiver"}),
}
_MANDATORY = {
    SoapVersion.V1_1: {"0": False, "1": True},
    SoapVersion.V1_2: {"0": False, "1": True, "false": False, "true": True},
}
_ADDRESSED_BY = {SoapVersion.V1_1: "actor", SoapVersion.V1_2: "role"}
_OTHER = {SoapVersion.V1_1: SOAP_12, SoapVersion.V1_2: SOAP_11}
_ENVELOPES = {f"{{{soap.value}}}Envelope": soap for soap in SoapVersion}
_HEADER, _BODY, _FAULT, _ENCODING = (
    {soap: f"{{{soap.value}}}{name}" for soap in SoapVersion}
    for name in ("Header", "Body", "Fault", "encodingStyle")
)
_FOREIGN = {soap: (f"{{{other}}}*", f"{{{XOP}}}*") for soap, other in _OTHER.items()}
_OF_SOAP = (f"{{{SOAP_11}}}", f"{{{SOAP_12}}}")

NOTHING: frozenset[BlockName] = frozenset()
WS_SECURITY = frozenset({BlockName(WSSE, "Security")})


def soap_of(root: etree._Element) -> SoapVersion:
    """The version of SOAP of an envelope.

    Raises VersionMismatch for a foreign Envelope, InvalidRequest for anything else.
    """
    soap = _ENVELOPES.get(root.tag)
    if soap is not None:
        return soap
    name = etree.QName(root)
    if name.localname != "Envelope":
        raise InvalidRequest("The message is not a SOAP Envelope.")
    raise VersionMismatch("The Envelope is neither of SOAP 1.1 nor of SOAP 1.2.")


def request_in(
    root: etree._Element,
    soap: SoapVersion,
    address: str,
    limits: MessageLimits,
    processed: frozenset[BlockName] = NOTHING,
    *,
    encoded: bool = False,
) -> etree._Element:
    """The one element in the Body of an envelope.

    address: of this endpoint; a header block for that actor is for it.
    processed: header blocks that are understood.
    encoded: the message may say that it is encoded as SOAP 1.1, section 5, describes.
    Raises InvalidRequest, MessageTooLarge, NotUnderstood.
    """
    # First of all, because it looks at the whole tree: the checks below look only at its top.
    if next(root.iter(*_FOREIGN[soap]), None) is not None:
        raise InvalidRequest(
            "The message mixes two versions of SOAP, or includes a part where only text is allowed."
        )
    parts = list(root)
    header = parts.pop(0) if parts and parts[0].tag == _HEADER[soap] else None
    if len(parts) != 1 or parts[0].tag != _BODY[soap]:
        raise InvalidRequest(
            "An Envelope holds an optional first Header and then exactly one Body."
        )
    body = parts[0]
    _require_bare(root, "Envelope", soap, encoded=encoded)
    _require_bare(body, "Body", soap, encoded=encoded)
    if header is not None:
        _require_bare(header, "Header", soap, encoded=encoded)
        _check_blocks(header, soap, address, limits, processed)
    if len(body) != 1:
        raise InvalidRequest("The Body holds exactly one element, the request.")
    if body[0].tag == _FAULT[soap]:
        raise InvalidRequest("A Fault is not a request.")
    return request_among(root)


def request_among(root: etree._Element) -> etree._Element:
    """The same for an envelope of known structure, whose tags `request_in` has found right before.

    Only the text between the tags is left to check. Raises InvalidRequest.
    """
    parts = list(root)
    _require_blank(root, parts)
    for part in parts:
        _require_blank(part, part)
    return parts[-1][0]


def _require_blank(part: etree._Element, children: Iterable[etree._Element]) -> None:
    for text in (part.text, *[child.tail for child in children]):
        if text and text.strip(_WHITE):
            raise InvalidRequest(f"{etree.QName(part).localname} holds text between its elements.")


def _require_bare(part: etree._Element, name: str, soap: SoapVersion, *, encoded: bool) -> None:
    """Refuse an encoding style, and any attribute without namespace or of either SOAP.

    encoded: the encoding style of SOAP 1.1 is allowed.
    """
    for attribute in map(str, part.keys()):
        if attribute == _ENCODING[soap]:
            if encoded and (part.get(attribute) or "").strip(_WHITE) in ("", SOAP_11_ENCODING):
                continue
            raise InvalidRequest("Messages are literal: encodingStyle is not allowed.")
        if not attribute.startswith("{") or attribute.startswith(_OF_SOAP):
            raise InvalidRequest(f"{name} carries an attribute that does not belong there.")


def _check_blocks(
    header: etree._Element,
    soap: SoapVersion,
    address: str,
    limits: MessageLimits,
    processed: frozenset[BlockName],
) -> None:
    """Refuse mandatory blocks that are for this endpoint and not processed; all others stay unread.

    Raises NotUnderstood, MessageTooLarge.
    """
    if len(header) > limits.header_blocks:
        raise MessageTooLarge(f"The Header holds more than {limits.header_blocks} blocks.")
    mandatory = (_name(block) for block in header if _is_mandatory(block, soap, address))
    unknown = tuple(name for name in mandatory if name not in processed)
    if unknown:
        raise NotUnderstood(unknown)


def _is_mandatory(block: etree._Element, soap: SoapVersion, address: str) -> bool:
    other = f"{{{_OTHER[soap]}}}"
    if any(attribute.startswith(other) for attribute in map(str, block.attrib)):
        raise InvalidRequest("The message mixes two versions of SOAP.")
    name = _name(block)
    if name.namespace in ("", soap.value):
        raise InvalidRequest("A header block needs a namespace of its own.")
    value = block.get(f"{{{soap.value}}}mustUnderstand", "0").strip(_WHITE)
    if value not in _MANDATORY[soap]:
        raise InvalidRequest("mustUnderstand has a value that SOAP does not know.")
    to = block.get(f"{{{soap.value}}}{_ADDRESSED_BY[soap]}", "").strip(_WHITE)
    return _MANDATORY[soap][value] and (to in _TO_US[soap] or to == address)


def _name(block: etree._Element) -> BlockName:
    name = etree.QName(block)
    return BlockName(name.namespace or "", name.localname)
