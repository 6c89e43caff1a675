"""Answers and faults are read by the dialect of the partner."""

from collections.abc import Callable

import pytest

from gateway.domain.errors import (
    OperationNotAvailable,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
)
from gateway.domain.partner import OperationName
from tests.partners.partner_cases import NUMBER, TOKEN, envelope
from tests.partners.partner_server import says
from tests.partners.test_dialect_requests import NAMESPACES, VALUES

pytestmark = pytest.mark.slow

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
HUB_FAULT = (
    '<soap:Envelope xmlns:soap="{soap}"><soap:Body>'
    '<soap:Fault encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">'
    "<faultcode>Server</faultcode><faultstring>{word}</faultstring></soap:Fault>"
    "</soap:Body></soap:Envelope>"
)
TYPED = (
    '<s:Envelope xmlns:s="{soap}"><s:Body><s:Fault><faultcode>s:Client</faultcode>'
    "<faultstring>Certificate not found</faultstring><detail>"
    '<{name} xmlns="urn:any"><CertificateIdentifier>X</CertificateIdentifier></{name}>'
    "</detail></s:Fault></s:Body></s:Envelope>"
)
HUB = {"dialect": "unep-hub"}
IMSOC = {
    "dialect": "imsoc",
    "service_namespace": NAMESPACES["imsoc"],
    "values": VALUES["imsoc"],
}


def hub_says(word: str, status: int) -> Callable:
    body = HUB_FAULT.format(soap=SOAP, word=word).encode()
    return says(body, status, "application/xml" if status == 200 else "text/xml")


@pytest.mark.parametrize("status", [500, 200])
@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("AdapterNotAvailable", "AccessDenied"),
        ("AdapterNotFound", "CalleeNotFound"),
        ("Adapters::OperationNotAvailableException", "OperationNotAvailable"),
        ("XML structure is not valid. ID must be a token", "PositionUnknown"),
        ("CallerNotFound", "CallerNotFound"),
        ("Net::OpenTimeout", "Net::OpenTimeout"),
    ],
)
def test_the_hubs_words_are_our_codes(asking: Callable, status: int, word: str, code: str) -> None:
    client, _ = asking(hub_says(word, status), **HUB)
    with pytest.raises(PartnerFault) as refused:
        client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    assert (refused.value.partner_code, refused.value.partner_text) == (code, word)


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("This request took too long to process...", PartnerTimeout),
        ("Errno::ECONNREFUSED", PartnerUnreachable),
    ],
)
def test_a_partner_behind_the_hub_that_does_not_answer_is_no_refusal(
    asking: Callable, word: str, error: type[Exception]
) -> None:
    client, _ = asking(hub_says(word, 500), **HUB)
    with pytest.raises(error, match="its own partner"):
        client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)


@pytest.mark.parametrize("answer", ["partner_v2_permit.xml", "partner_v1_permit.xml"])
def test_the_hubs_answer_is_the_envelope_of_its_partner(asking: Callable, answer: str) -> None:
    client, _ = asking(says(envelope(answer), content_type="application/xml"), **HUB)
    reply = client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    assert reply.version == answer[8:10]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("CitesCertificateNotFoundException", "CertificateNotFound"),
        ("CitesCertificatePermissionDeniedException", "AccessDenied"),
        ("SomethingElseException", "Client"),
    ],
)
def test_a_typed_fault_is_known_by_its_detail(asking: Callable, name: str, code: str) -> None:
    body = TYPED.format(soap=SOAP, name=name).encode()
    client, _ = asking(says(body, 500), **IMSOC)
    with pytest.raises(PartnerFault) as refused:
        client.certificate(OperationName.GET_NON_FINAL, NUMBER, None)
    assert refused.value.partner_code == code


def test_another_wrapper_is_refused_where_the_dialect_does_not_bear_it(asking: Callable) -> None:
    client, _ = asking("partner_v2_permit.xml", **IMSOC)
    with pytest.raises(PartnerReplyInvalid, match="else than GetCitesCertificateResponse"):
        client.certificate(OperationName.GET_NON_FINAL, NUMBER, None)


def test_an_operation_that_is_missing_sends_and_journals_nothing(
    asking: Callable, journal: object
) -> None:
    client, partner = asking("partner_state.xml", **IMSOC)
    with pytest.raises(OperationNotAvailable, match="ServiceState does not exist in the dialect"):
        client.state()
    assert partner.asked == []
    assert journal.exchanges == []  # type: ignore[attr-defined]
