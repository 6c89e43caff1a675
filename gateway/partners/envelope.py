"""Is it SOAP, and is it a Fault? Looked for in every body, whatever HTTP status and media type say (section 11.1)."""

import re

from lxml import etree

from gateway.partners.faults import NotReached, PartnerRefusal, Unreadable
from gateway.partners.package import Package, opened
from gateway.partners.transport import RawAnswer
from gateway.partners.xml import NOT_XML, children, parsed, text

_ENVELOPES = {
    "{http://schemas.xmlsoap.org/soap/envelope/}Envelope",
    "{http://www.w3.org/2003/05/soap-envelope}Envelope",
}
_DOWN = {502, 503, 504}
_OUR_FAULT = "{urn:CitesDataExchange/fault/}Fault"
_ONE_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_:.-]{0,99}")
_LONGEST_TEXT = 1000


SECURITY = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}Security"


def body_of(answer: RawAnswer) -> tuple[etree._Element, Package]:
    """The Body of an answer without Fault, and the package it came in. Raises as `envelope_of`."""
    envelope, package = envelope_of(answer)
    return _only_body(envelope), package


def envelope_of(answer: RawAnswer, processed: str = "") -> tuple[etree._Element, Package]:
    """The Envelope of an answer without Fault, and the package it came in.

    processed: name of a header block that is understood.
    Raises Unreadable; NotReached where the status says that nobody is behind the address; PartnerRefusal for a Fault.
    """
    status = answer.status or 0
    if answer.content_encoding.strip().lower() not in ("", "identity"):
        raise Unreadable("answered in a compressed form that was not asked for.")
    if 300 <= status < 400:
        raise Unreadable(f"answered with a redirect (HTTP {status}), which is never followed. Check the address.")
    try:
        package = opened(answer.content_type, bytes(answer.body))
        envelope = parsed(package.root, package.charset)
        if envelope.tag not in _ENVELOPES:
            raise Unreadable("answered with something that is not a SOAP message.")
    except Unreadable as unreadable:
        if status in _DOWN:
            raise NotReached(f"is not available at the moment (HTTP {status}). Try again later.") from unreadable
        raise Unreadable(_with_status(unreadable, status, empty=not answer.body)) from unreadable
    _refuse_fault(_only_body(envelope))
    if not 200 <= status < 300:
        raise Unreadable(f"answered with HTTP status {status} and no Fault that would explain it.")
    _refuse_mandatory_headers(envelope, processed)
    return envelope, package


def _with_status(unreadable: Unreadable, status: int, *, empty: bool) -> str:
    reason = "answered with nothing." if empty and unreadable.reason == NOT_XML else unreadable.reason
    return reason if 200 <= status < 300 else f"{reason.removesuffix('.')} (HTTP {status})."


def _only_body(envelope: etree._Element) -> etree._Element:
    bodies = [child for child in children(envelope, "Body") if etree.QName(child).namespace == _namespace(envelope)]
    if len(bodies) != 1:
        raise Unreadable("answered with a SOAP message that has not exactly one Body.")
    return bodies[0]


def _namespace(element: etree._Element) -> str | None:
    return etree.QName(element).namespace


def _refuse_fault(body: etree._Element) -> None:
    """Raises PartnerRefusal for a Fault of SOAP 1.1 or 1.2, its children qualified or not."""
    for fault in children(body, "Fault"):
        detail = next(fault.iter(_OUR_FAULT), None)
        said = _one(fault, "faultstring") or _one(fault, "Reason", "Text")
        kind = _one(fault, "faultcode") or _one(fault, "Code", "Value")
        code = said if _ONE_WORD.fullmatch(said) else kind.rpartition(":")[2]
        if detail is not None:
            code, said = _one(detail, "Code") or code, _one(detail, "Text") or said
        raise PartnerRefusal(code if _ONE_WORD.fullmatch(code) else "Fault", said[:_LONGEST_TEXT])


def _one(element: etree._Element, *path: str) -> str:
    """Text of the first element down that path of local names, white space collapsed; empty where there is none."""
    found: etree._Element | None = element
    for name in path:
        found = next(iter(children(found, name)), None) if found is not None else None
    return " ".join(text(found).split())


def _refuse_mandatory_headers(envelope: etree._Element, processed: str) -> None:
    """SOAP 1.1 section 4.2.3, SOAP 1.2 section 5.2.3: what is mandatory and not understood must not be passed over."""
    for header in children(envelope, "Header"):
        for block in children(header):
            mandatory = block.get(f"{{{_namespace(envelope)}}}mustUnderstand", "0").strip() not in ("0", "false")
            if mandatory and block.tag != processed and _is_for_us(block, _namespace(envelope)):
                raise Unreadable("demands that a header be understood that is not known here.")


def _is_for_us(block: etree._Element, soap: str | None) -> bool:
    addressee = block.get(f"{{{soap}}}actor") or block.get(f"{{{soap}}}role") or "/ultimateReceiver"
    return addressee.endswith(("/next", "/ultimateReceiver"))
