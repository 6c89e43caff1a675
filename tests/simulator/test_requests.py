"""Requests to a stand-in: each way in which one is against its dialect is refused by name."""

from collections.abc import Callable

import pytest
from lxml import etree

from gateway.bootstrap.simulator import DEFAULT_LOGIN
from gateway.dialects import Carries
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.http import HttpRequest
from gateway.partners.messages import RequestWriter
from gateway.simulator.misbehaviour import Misbehaviour
from gateway.simulator.service import StandIn
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.partners.partner_cases import profile
from tests.simulator.conftest import dialects, stand_in_of

VALUES = {
    Carries.NUMBER: "MZ26EX000001",
    Carries.TOKEN: "SANDBOX-7KQ4-2M9X",
    Carries.COUNTRY: "MZ",
    Carries.QUANTITIES: [("A", "2"), ("B", "3")],
}
LOGIN = {**DEFAULT_LOGIN, "web_service_client_id": "mz-cites"}
OWN_NAMESPACE = "urn:partner-documents"


def written(name: str, operation: OperationName) -> tuple[dict[str, str], str]:
    """Headers and text of a right request, by our own client."""
    namespace = dialects()[name].form.namespace or OWN_NAMESPACE
    writer = RequestWriter(
        profile(
            "https://partner.example/",
            dialect=name,
            country=IsoCountryCode("MZ"),
            service_namespace=namespace,
            values=LOGIN,
        )
    )
    message = writer.request(operation, VALUES)
    return {key.lower(): value for key, value in message.headers.items()}, message.body.decode()


def told(stand_in: StandIn, headers: dict[str, str], body: str) -> str:
    """The outcome."""
    answer, _ = stand_in(HttpRequest("POST", "/", "", headers, body.encode()))
    assert ("X-Stand-In", f"epix-gateway; dialect={stand_in.state()['dialect']}") in answer.headers
    etree.fromstring(answer.body)
    assert b"SANDBOX-7KQ4" not in answer.body
    return stand_in.asked[-1].outcome


def outcome(
    name: str,
    change: Callable[[str], str] = lambda text: text,
    operation: OperationName = OperationName.GET_NON_FINAL,
    **headers: str,
) -> str:
    stand_in = stand_in_of(name, namespace=dialects()[name].form.namespace or OWN_NAMESPACE)
    right, body = written(name, operation)
    changed = change(body)
    assert changed != body or headers or change("x") == "x", "nothing was changed"
    return told(stand_in, {**right, **headers}, changed)


def replacing(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


@pytest.mark.parametrize("name", ["standard-v1", "standard-v2", "swiss", "czech", "unep-hub"])
def test_a_right_request_is_answered(name: str) -> None:
    assert outcome(name) == "ok"


def test_soap_12_is_answered_in_soap_12_where_the_dialect_speaks_it() -> None:
    stand_in = stand_in_of("standard-v2")
    _, body = written("standard-v2", OperationName.GET_NON_FINAL)
    newer = body.replace(SOAP_11, SOAP_12)
    headers = {"content-type": "application/soap+xml"}
    assert told(stand_in, headers, newer) == "ok"
    assert told(stand_in, headers, newer.replace("MZ26EX000001", "MZ1")) == "CertificateNotFound"
    answer, _ = stand_in(HttpRequest("POST", "/", "", headers, newer.encode()))
    assert answer.headers[0] == ("Content-Type", "application/soap+xml; charset=utf-8")
    assert etree.fromstring(answer.body).tag == f"{{{SOAP_12}}}Envelope"
    assert told(stand_in_of("swiss"), headers, newer) == "VersionMismatch"


NUMBER = "<CertificateNumber>MZ26EX000001</CertificateNumber>"
MANDATORY = '<x:Trace xmlns:x="urn:x" soapenv:mustUnderstand="1"/>'
TOKEN = "<TokenId>SANDBOX-7KQ4-2M9X</TokenId>"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (replacing("CitesDataExchange/v1/", "CitesDataExchange/v9/"), "InvalidRequest"),
        (replacing("CertificateNumber>", "v1:CertificateNumber>"), "InvalidRequest"),
        (replacing(NUMBER, ""), "InvalidRequest"),
        (replacing(NUMBER, NUMBER * 2), "InvalidRequest"),
        (replacing(NUMBER + TOKEN, TOKEN + NUMBER), "InvalidRequest"),
        (replacing(TOKEN, "<Unknown/>"), "InvalidRequest"),
        (replacing("<TokenId>", '<TokenId href="#1">'), "InvalidRequest"),
        (replacing(">MZ<", ">NA<"), "CalleeNotFound"),
        (replacing("SANDBOX-7KQ4-2M9X", "WRONG"), "CertificateNotFound"),
        (replacing(TOKEN, ""), "CertificateNotFound"),
        (replacing("MZ26EX000001", "MZ26EX999999"), "CertificateNotFound"),
        (replacing("GetNonFinal", "GetFinal"), "InvalidRequest"),  # as SOAPAction names another
        (
            replacing(
                "<soapenv:Body>", f"<soapenv:Header>{MANDATORY}</soapenv:Header><soapenv:Body>"
            ),
            "MustUnderstand",
        ),
        (lambda text: text[:-20], "InvalidRequest"),
        (lambda text: text.replace("<soap", "<!DOCTYPE x><soap", 1), "InvalidRequest"),
        (lambda text: text.replace("schemas.xmlsoap.org/soap/envelope/", "x/"), "VersionMismatch"),
        (lambda text: text.replace(TOKEN, "<x/>" * 20_000), "InvalidRequest"),
        (lambda text: text.replace("MZ26EX000001", "x" * 20_000), "InvalidRequest"),
    ],
)
def test_a_request_against_the_contract_is_refused(
    change: Callable[[str], str], expected: str
) -> None:
    assert outcome("standard-v1", change) == expected


def test_the_media_type_and_the_action_are_looked_at() -> None:
    assert outcome("swiss", **{"content-type": "application/json"}) == "InvalidRequest"
    assert outcome("swiss", soapaction='"GetNonFinalCitesCertificate"') == "InvalidRequest"
    assert outcome("swiss", soapaction='""') == "ok"
    assert outcome("standard-v1", soapaction='"anything"') == "ok"
    assert outcome("standard-v1", soapaction='"urn:ServiceState"') == "InvalidRequest"
    final = replacing("GetNonFinal", "GetFinal")
    assert outcome("standard-v1", final, soapaction='""') == "CertificateNotFinal"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (replacing("<Username>stand-in<", "<Username>x<"), "AccessDenied"),
        (replacing("<Password>stand-in<", "<Password><"), "AccessDenied"),
        (replacing("AuthenticationSoapHeader", "Other"), "InvalidRequest"),
        (replacing("Username>", "v1:Username>"), "ok"),
        (replacing("GetDocument", "ConfirmQuantitiesRequest"), "OperationNotAvailable"),
    ],
)
def test_the_czech_log_in_is_looked_at_in_either_qualification(
    change: Callable[[str], str], expected: str
) -> None:
    assert outcome("czech", change) == expected


CONFIRM = OperationName.CONFIRM_QUANTITIES


@pytest.mark.parametrize("name", ["standard-v2", "swiss", "unep-hub"])
def test_quantities_are_booked_by_the_rules_of_the_ledger(name: str) -> None:
    assert outcome(name, operation=CONFIRM) == "ok"
    assert outcome(name, replacing(">2<", ">6<"), CONFIRM) == "QuantityExceeded"
    assert outcome(name, replacing(">A<", ">Z<"), CONFIRM) == "PositionUnknown"
    assert outcome(name, replacing("CitesPosition", "Position"), CONFIRM) == "InvalidRequest"
    assert outcome(name, replacing("InspectedUnitQuantity", "Q"), CONFIRM) == "InvalidRequest"


def test_a_confirmation_without_quantities_is_refused() -> None:
    def without(text: str) -> str:
        start, end = text.index("<ConfirmedQuantities"), text.index("</ConfirmedQuantities>")
        return text[:start] + text[end + len("</ConfirmedQuantities>") :]

    assert outcome("standard-v2", without, CONFIRM) == "InvalidRequest"


def test_a_fault_of_imsoc_is_typed_and_repeats_the_number() -> None:
    stand_in = stand_in_of("imsoc")
    stand_in._reader._verifier = None  # the log-in is tested over TLS
    headers, body = written("imsoc", OperationName.GET_NON_FINAL)
    namespace = stand_in._reader._namespace
    body = body.replace(OWN_NAMESPACE, namespace).replace("MZ26EX000001", "MZ26EX999999")
    answer, _ = stand_in(HttpRequest("POST", "/", "", headers, body.encode()))
    root = etree.fromstring(answer.body)
    (detail,) = root.find(".//detail")
    assert etree.QName(detail).localname == "CitesCertificateNotFoundException"
    assert detail.findtext("{*}CertificateIdentifier") == "MZ26EX999999"


def test_a_client_certificate_is_asked_for_where_the_dialect_requires_one() -> None:
    headers, body = written("swiss", OperationName.GET_NON_FINAL)
    for over_tls, certificate, expected in (
        (True, None, "CertificateMissing"),
        (True, b"der", "ok"),
        (False, None, "ok"),
    ):
        stand_in = stand_in_of("swiss", namespace=OWN_NAMESPACE, with_tls=over_tls)
        stand_in(HttpRequest("POST", "/", "", headers, body.encode(), certificate))
        assert stand_in.asked[-1].outcome == expected


def test_calls_over_the_budget_of_the_dialect_are_refused() -> None:
    stand_in = stand_in_of("imsoc")
    headers, body = written("imsoc", OperationName.GET_NON_FINAL)
    outcomes = [told(stand_in, headers, body) for _ in range(60)]
    assert outcomes[:5] == ["SignatureMissing"] * 5
    assert "TooManyRequests" in outcomes


def test_a_defect_is_a_fault_too(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = stand_in_of("standard-v2")
    monkeypatch.setattr(stand_in._permits, "certificate", lambda *_, **__: 1 / 0)
    headers, body = written("standard-v2", OperationName.GET_NON_FINAL)
    assert told(stand_in, headers, body) == "InternalError"


def test_content_is_spoilt_as_the_misbehaviour_says() -> None:
    stand_in = stand_in_of("standard-v2")
    headers, body = written("standard-v2", OperationName.GET_NON_FINAL)
    request = HttpRequest("POST", "/", "", headers, body.encode())
    right = stand_in(request)[0]
    stand_in.switch(Misbehaviour.WRONG_XML)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(stand_in(request)[0].body)
    stand_in.switch(Misbehaviour.FAULT_200)
    fault = stand_in(request)[0]
    assert (fault.status, b"Fault>" in fault.body) == (200, True)
    for kind in (Misbehaviour.SLOW, Misbehaviour.CUT, Misbehaviour.HUGE):
        stand_in.switch(kind)
        assert stand_in(request) == (right, kind)
