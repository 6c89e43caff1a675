"""Security header: finds the one wsse:Security header for us in a message, and the Body beside it.

Nothing is verified here. Places and counts are checked, so that a signature can only cover the
nodes that it should. The Envelope has a single Body, its last child, and a single Security header
for us; no Id stands twice in the whole message. A message with two Bodies or two equal Ids is the
raw material of signature wrapping.

Source: SOAP Message Security 1.1, sections 5 and 8; SOAP 1.1, section 4.2.2 (actor); SOAP 1.2
part 1, section 2.2 (role).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from gateway.crypto.ws_security.names import ENCRYPTION, ENCRYPTION_11, WSSE, WSU
from gateway.crypto.xml import parsed
from gateway.domain.errors import AlgorithmRefused, SignatureInvalid, SignatureMissing
from gateway.domain.white_space import trimmed
from gateway.wire.namespaces import SOAP_11, SOAP_12

_MAX_BYTES = 64 * 1024 * 1024
"""Upper limit of a message, above every limit of the endpoint: a second line of defence."""
_MAX_ELEMENTS = 64
"""In a Security header; a signature over two parts has about thirty."""
_MAX_TEXT = 32 * 1024
"""Characters of one element in a Security header; the longest is the certificate."""
_ID_NAMES = ("id", "assertionid")
"""Local names of Id attributes, in lower case; AssertionID is that of SAML 1.1."""
_ADDRESSED_BY = {SOAP_11: "actor", SOAP_12: "role"}
_TO_US = {
    SOAP_11: frozenset({"", f"{SOAP_11.removesuffix('/envelope/')}/actor/next"}),
    SOAP_12: frozenset({"", f"{SOAP_12}/role/next", f"{SOAP_12}/role/ultimateReceiver"}),
}
"""Values of actor (SOAP 1.1) or role (SOAP 1.2) that mean the final receiver; absent is "" ."""


@dataclass(frozen=True, slots=True)
class SecuredMessage:
    """The parts of a message, unverified.

    soap: namespace of its Envelope.  security: the Security header for us.
    """

    soap: str
    body: etree._Element
    security: etree._Element


def read_message(message: bytes, here: str) -> SecuredMessage:
    """Find body and security of a message.

    here: an actor that also means us, such as the address of our endpoint.
    Raises SignatureMissing without a Security header for us, AlgorithmRefused for an encrypted
    message, SignatureInvalid for any other structure than is accepted.
    """
    root = parsed(message, _MAX_BYTES, "The message")
    soap = str(etree.QName(root).namespace)
    if soap not in _TO_US or root.tag != f"{{{soap}}}Envelope":
        raise SignatureInvalid("The message is not a SOAP Envelope.")
    parts = list(root.iterchildren("*"))
    if not parts or parts[-1].tag != f"{{{soap}}}Body" or len(parts) > 2:
        raise SignatureInvalid(
            "An Envelope holds an optional first Header and then exactly one Body."
        )
    if any(True for _ in root.iter(f"{{{ENCRYPTION}}}*", f"{{{ENCRYPTION_11}}}*")):
        raise AlgorithmRefused(
            "The message is encrypted. Encryption is TLS's work here; send the message plain."
        )
    blocks = _security_for_us(parts[0], soap, here) if parts[0].tag == f"{{{soap}}}Header" else []
    if not blocks:
        raise SignatureMissing(
            "The message has no wsse:Security header for this service; this party must send one."
        )
    if len(blocks) > 1:
        raise SignatureInvalid(
            "The message has more than one wsse:Security header for this service."
        )
    _require_bounded(blocks[0])
    _require_unique_ids(root)
    return SecuredMessage(soap, parts[-1], blocks[0])


def _security_for_us(header: etree._Element, soap: str, here: str) -> list[etree._Element]:
    addressed_by = f"{{{soap}}}{_ADDRESSED_BY[soap]}"
    return [
        block
        for block in header.iterchildren(f"{WSSE}Security")
        if (to := trimmed(block.get(addressed_by, ""))) in _TO_US[soap] or to == here
    ]


def _require_bounded(security: etree._Element) -> None:
    for count, node in enumerate(security.iter()):
        if not isinstance(node.tag, str):
            raise SignatureInvalid("The Security header holds comments or instructions.")
        if count > _MAX_ELEMENTS or len(node.text or "") > _MAX_TEXT:
            raise SignatureInvalid("The Security header is larger than any that is accepted.")


def _require_unique_ids(root: etree._Element) -> None:
    seen: set[str] = set()
    for value in _ids(root):
        if value in seen:
            raise SignatureInvalid("The message gives one Id to two elements.")
        seen.add(value)


def _ids(root: etree._Element) -> Iterator[str]:
    """Values of every attribute that a library could take for an Id.

    Libraries disagree: wsu:Id, Id, ID, xml:id. So namespace and case do not matter here.
    """
    for element in root.iter("*"):
        for name, value in element.attrib.items():
            if etree.QName(name).localname.lower() in _ID_NAMES:
                yield trimmed(str(value))


def id_of(element: etree._Element) -> str | None:
    """wsu:Id, else the Id of XML Signature; None where the element has neither."""
    value = element.get(f"{WSU}Id") or element.get("Id")
    return str(value) if value else None


def only_child(element: etree._Element, tag: str) -> etree._Element | None:
    """The child with this tag; None where there is none. Raises SignatureInvalid for several."""
    found = element.findall(tag)
    if len(found) > 1:
        raise SignatureInvalid(f"The Security header holds {etree.QName(tag).localname} twice.")
    return found[0] if found else None
