"""SOAP envelope of an answer: its Body, or the Fault in it.

Both are looked for in every body: partners send Faults with 200 and answers as application/xml, so
HTTP status and media type decide nothing alone. Source: wire contract, sections 11.1 and 11.2.
"""

import re
from itertools import islice

from lxml import etree

from gateway.domain.white_space import collapsed, trimmed
from gateway.partners.faults import NotReached, PartnerRefusal, Unreadable
from gateway.partners.mtom import ReceivedPackage, unpack
from gateway.partners.transport import RawAnswer
from gateway.partners.xml import NOT_XML, children, local_name, parsed, text
from gateway.wire.namespaces import SOAP_11, SOAP_12, WSSE
from schemas import FAULT_NAMESPACE

_ENVELOPES = {f"{{{namespace}}}Envelope" for namespace in (SOAP_11, SOAP_12)}
_UNAVAILABLE = {502, 503, 504}
_OUR_FAULT = f"{{{FAULT_NAMESPACE}}}Fault"
_ONE_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_:.-]{0,99}")
_INCIDENT = re.compile(r"[0-9A-Fa-f-]{4,36}")
"""Form of an incident number that is shown to a person: no words can be made of it."""

_MAX_TEXT_CHARACTERS = 1000
_MOST_DETAILS = 100

SECURITY = f"{{{WSSE}}}Security"


def body_of(answer: RawAnswer, element: str = "") -> tuple[etree._Element, ReceivedPackage]:
    """The Body of an answer without Fault, and the package it came in. Raises as `envelope_of`.

    element: local name that the element in it must have; empty: any.
    """
    envelope, package = envelope_of(answer)
    body = _only_body(envelope)
    if element and [local_name(child) for child in children(body)] != [element]:
        raise Unreadable(f"answered with something else than {element}.")
    return body, package


def envelope_of(answer: RawAnswer, processed: str = "") -> tuple[etree._Element, ReceivedPackage]:
    """The Envelope of an answer without Fault, and the package it came in.

    processed: name of a header block that is understood.
    Raises Unreadable; NotReached where the status says that no service is behind the address;
    PartnerRefusal for a Fault.
    """
    status = answer.status or 0
    if answer.content_encoding.strip(" \t").lower() not in ("", "identity"):
        raise Unreadable("answered in a compressed form that was not asked for.")
    if 300 <= status < 400:
        raise Unreadable(
            f"answered with a redirect (HTTP {status}), which is never followed. Check the address."
        )
    try:
        package = unpack(answer.content_type, bytes(answer.body))
        envelope = parsed(package.root, package.charset)
        if envelope.tag not in _ENVELOPES:
            raise Unreadable("answered with something that is not a SOAP message.")
    except Unreadable as unreadable:
        if status in _UNAVAILABLE:
            raise NotReached(
                f"is not available at the moment (HTTP {status}). Try again later."
            ) from unreadable
        raise Unreadable(_with_status(unreadable, status, empty=not answer.body)) from unreadable
    _refuse_fault(_only_body(envelope))
    if not 200 <= status < 300:
        raise Unreadable(f"answered with HTTP status {status} and no Fault that would explain it.")
    _refuse_mandatory_headers(envelope, processed)
    return envelope, package


def _with_status(unreadable: Unreadable, status: int, *, empty: bool) -> str:
    reason = (
        "answered with nothing." if empty and unreadable.reason == NOT_XML else unreadable.reason
    )
    return reason if 200 <= status < 300 else f"{reason.removesuffix('.')} (HTTP {status})."


def _only_body(envelope: etree._Element) -> etree._Element:
    bodies = [
        child
        for child in children(envelope, "Body")
        if etree.QName(child).namespace == _namespace(envelope)
    ]
    if len(bodies) != 1:
        raise Unreadable("answered with a SOAP message that has not exactly one Body.")
    return bodies[0]


def _namespace(element: etree._Element) -> str | None:
    return etree.QName(element).namespace


def _refuse_fault(body: etree._Element) -> None:
    """Raises PartnerRefusal for a Fault of SOAP 1.1 or 1.2, its children qualified or not."""
    for fault in children(body, "Fault"):
        detail = next(fault.iter(_OUR_FAULT), None)
        said = sentence = _text_at(fault, "faultstring") or _text_at(fault, "Reason", "Text")
        fault_code = _text_at(fault, "faultcode") or _text_at(fault, "Code", "Value")
        code = sentence if _ONE_WORD.fullmatch(sentence) else fault_code.rpartition(":")[2]
        if detail is not None:
            code, sentence = _text_at(detail, "Code") or code, _text_at(detail, "Text") or sentence
        incident = _text_at(detail, "Incident") if detail is not None else ""
        raise PartnerRefusal(
            code if _ONE_WORD.fullmatch(code) else "Fault",
            sentence[:_MAX_TEXT_CHARACTERS],
            incident if _INCIDENT.fullmatch(incident) else None,
            said[:_MAX_TEXT_CHARACTERS],
            _details(fault),
        )


def _details(fault: etree._Element) -> frozenset[tuple[str | None, str]]:
    """Namespace and local name of the elements in the detail, of SOAP 1.1 or 1.2."""
    found = (
        element
        for detail in (*children(fault, "detail"), *children(fault, "Detail"))
        for element in detail.iterdescendants("*")
    )
    return frozenset((_namespace(each), local_name(each)) for each in islice(found, _MOST_DETAILS))


def _text_at(element: etree._Element, *path: str) -> str:
    """Text of the first element down that path of local names, white space collapsed.

    Empty where there is no such element.
    """
    found: etree._Element | None = element
    for name in path:
        found = next(iter(children(found, name)), None) if found is not None else None
    return collapsed(text(found))


def _refuse_mandatory_headers(envelope: etree._Element, processed: str) -> None:
    """Refuse mandatory header blocks that are not understood.

    Source: SOAP 1.1, section 4.2.3; SOAP 1.2 part 1, section 5.2.3.
    """
    for header in children(envelope, "Header"):
        for block in children(header):
            flag = block.get(f"{{{_namespace(envelope)}}}mustUnderstand", "0")
            mandatory = trimmed(flag) not in ("0", "false")
            if mandatory and block.tag != processed and _is_for_us(block, _namespace(envelope)):
                raise Unreadable("demands that a header be understood that is not known here.")


def _is_for_us(block: etree._Element, soap: str | None) -> bool:
    addressee = block.get(f"{{{soap}}}actor") or block.get(f"{{{soap}}}role") or "/ultimateReceiver"
    return addressee.endswith(("/next", "/ultimateReceiver"))
