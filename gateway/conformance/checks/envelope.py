"""Checks of envelope and fault: answered or refused, by whose fault, in which form.

Source: wire contract, sections 2 and 5; SOAP 1.1, section 4.4; SOAP 1.2 part 1, section 5.4.
"""

import re
from collections.abc import Sequence
from functools import cache

from lxml import etree

import schemas
from gateway.conformance.answers import Answer, Fault, NotReadable, local_name, soap_answer
from gateway.conformance.checks.verdicts import NotApplicable, message_in, require_contract
from gateway.conformance.exchange import Judged
from gateway.wire.media_type import MediaType
from gateway.wire.namespaces import SOAP_12
from gateway.wire.soap_version import SoapVersion

_INSIDE = re.compile(
    r"Traceback \(most recent|\bat [\w.$]+\([\w.]+\.java:\d+\)|\.php(?: on line |:)\d+"
    r"|in /[\w/.-]+\.(?:php|py|rb|js)\b|System\.\w+Exception|java\.(?:lang|io|sql|net)\.\w+"
    r"|org\.(?:apache|springframework|hibernate)\.[\w.]+Exception|SQLSTATE|ORA-\d{5}"
    r"|You have an error in your SQL|0x[0-9a-f]{8,}",
)
"""What shows the inside of a service: stack traces, paths of its files, words of its database."""


def answered(judged: Judged, _expected: object) -> str | None:
    """Answered without a fault, by the response element of the operation, with HTTP status 200."""
    answer = message_in(judged)
    if answer.fault:
        return f"The request was refused: {answer.fault.summary}."
    speech = judged.endpoint.speech
    if speech.has_own_wrapper:
        expected = f"{{{speech.namespace}}}{speech.names(judged.operation).answer}"
        if answer.content.tag != expected:
            return f"The answer is {answer.content.tag}, where {expected} is expected."
    elif judged.permit and not judged.confirmed and answer.permit_at_any_depth is None:
        return "The answer holds no permit."
    if judged.received.status != 200:
        return f"The answer came with HTTP status {judged.received.status}, not 200."
    return None


def answered_or(judged: Judged, codes: Sequence[str]) -> str | None:
    """Answered, or refused by one of these words."""
    answer = message_in(judged)
    if answer.fault and answer.fault.words & {*codes}:
        return None
    return answered(judged, None)


def refused(judged: Judged, _expected: object) -> str | None:
    """Refused: by a fault, whichever side it blames, or by an HTTP status 4xx."""
    received = judged.received
    try:
        answer = soap_answer(received)
    except NotReadable as unreadable:
        if received.status is not None and 400 <= received.status < 500:
            return None
        return f"It was not refused with a fault. {unreadable}"
    return None if answer.fault else "The request was answered as if it were right."


def blames_caller(judged: Judged, _expected: object) -> str | None:
    """The fault says that the caller can correct it."""
    require_contract(judged)
    found = _fault_in(judged)
    return None if found.blames_caller else f"The fault blames the service: {found.summary}."


def not_answered_as(judged: Judged, operation: str) -> str | None:
    """The answer is not that of another operation."""
    try:
        answer = soap_answer(judged.received)
    except NotReadable:
        return None
    if local_name(answer.content) == f"{operation}Response":
        return f"The service carried out {operation}, which only the SOAPAction names."
    return None


def fault(judged: Judged, codes: Sequence[str]) -> str | None:
    """The fault names itself by one of these words."""
    found = _fault_in(judged)
    if found.words & {*codes} or _meaning(judged) in codes:
        return None
    forms = judged.endpoint.speech.dialect.faults
    if not judged.endpoint.speech.is_contract and not any(map(forms.spoken, codes)):
        raise NotApplicable("How this dialect names the fault is open.")
    return f"The fault is named otherwise: {found.summary}."


def fault_form(judged: Judged, _expected: object) -> str | None:
    """The fault comes with HTTP status 500 and the media type of its SOAP version."""
    _, answer = _fault_in(judged), message_in(judged)
    status = judged.received.status
    speech = judged.endpoint.speech
    allowed = {500} if answer.soap is SoapVersion.V1_1 else {500, 400}
    if not speech.is_contract:
        allowed = {*speech.dialect.faults.http_statuses}
    if status not in allowed:
        return f"The fault came with HTTP status {status}, not 500."
    return media_type(judged, None) if speech.is_contract else None


def fault_detail(judged: Judged, _expected: object) -> str | None:
    """The detail holds one Fault that is valid against fault.xsd, and names the same word."""
    require_contract(judged)
    found = _fault_in(judged)
    if found.detail is None:
        return "The detail of the fault holds no Fault element of the contract."
    schema = _fault_schema()
    if not schema.validate(found.detail):
        return f"The detail is not valid against fault.xsd: {first_error(schema)}"
    if found.said("Code") != found.word:
        return f"The detail says {found.said('Code')} and the fault itself {found.word[:60]}."
    return None


def fault_says(judged: Judged, expected: dict[str, str]) -> str | None:
    """The detail has children with these values. `*`: any value."""
    require_contract(judged)
    found = _fault_in(judged)
    if found.detail is None:
        raise NotApplicable("The fault has no detail of the contract to judge.")
    for name, value in expected.items():
        said = found.said(name)
        if not said or value not in ("*", said):
            wanted = "a value" if value == "*" else value
            return f"{name} of the detail is {said or 'absent'}, where {wanted} is expected."
    return None


def no_inside(judged: Judged, _expected: object) -> str | None:
    """No stack trace, path or word of a database in the answer."""
    found = _INSIDE.search(judged.received.body.decode("utf-8", errors="replace"))
    if found:
        return f"The answer shows the inside of the service: {found[0][:80]}"
    return None


def no_token(judged: Judged, _expected: object) -> str | None:
    """The answer does not repeat the token of the request."""
    sent = re.findall(rb"<TokenId[^>]*>([^<]+)</TokenId>", judged.sent.body)
    if any(token in judged.received.body for token in sent):
        return "The answer repeats the token that was sent."
    return None


def media_type(judged: Judged, _expected: object) -> str | None:
    """The media type is that of the SOAP version of the answer, or of a package."""
    answer = message_in(judged)
    if answer.soap is not judged.soap:
        return "The answer is in another version of SOAP than the request."
    media = MediaType.parse(judged.received.content_type)
    of_dialect = judged.endpoint.speech.dialect.answer.media_type
    if media is not None and media.name == of_dialect and answer.soap is SoapVersion.V1_1:
        return None
    if media is None or not (media.soap is answer.soap or answer.in_package):
        return (
            f"Content-Type is {judged.received.content_type or 'absent'}, where"
            f" {answer.soap.media_type} is expected."
        )
    return None


def within_seconds(judged: Judged, seconds: float) -> str | None:
    """The fastest exchange took no longer."""
    if judged.received.failure is not None:
        raise NotApplicable("There was no whole answer to judge.")
    if judged.fastest > seconds:
        return f"The answer took {judged.fastest:.1f} seconds, more than {seconds:g}."
    return None


def first_error(schema: etree.XMLSchema) -> str:
    """The first finding of a schema, without namespaces and values, cut off."""
    entries = list(schema.error_log)  # type: ignore[call-overload]
    message = re.sub(r"\{[^}]*\}", "", str(entries[0].message))
    message = re.sub(r"'[^']{40,}'", "(a value)", message)
    more = f" ({len(entries) - 1} more)" if len(entries) > 1 else ""
    return f"{message[:300]}{more}"


def _fault_in(judged: Judged) -> Fault:
    try:
        answer: Answer = soap_answer(judged.received)
    except NotReadable:
        raise NotApplicable("There was no fault to judge.") from None
    if answer.fault is None:
        raise NotApplicable("The request was answered, so there is no fault to judge.")
    return answer.fault


def _meaning(judged: Judged) -> str | None:
    """Our code for a fault by the words and details of the dialect; None where they say none."""
    content = message_in(judged).content
    details = frozenset(
        (etree.QName(each).namespace, local_name(each))
        for detail in content.iter("detail", f"{{{SOAP_12}}}Detail")
        for each in detail.iter("*")
    )
    return judged.endpoint.speech.dialect.faults.meaning(_fault_in(judged).word, details)


@cache
def _fault_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(schemas.directory() / "fault.xsd")))
