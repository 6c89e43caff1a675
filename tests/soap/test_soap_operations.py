"""Every operation, in both contract versions and both SOAPs."""

import pytest

from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.ports import Direction
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.soap.endpoint import COUNTRY, NUMBER, TOKEN, Endpoint, the_permit

CERTIFICATE_OPERATIONS = [
    "GetNonFinalCitesCertificate",
    "GetFinalCertificate",
    "GetFinalCitesCertificate",
]
every_flavour = pytest.mark.parametrize(
    ("version", "soap"),
    [(version, soap) for version in ("v1", "v2") for soap in (SOAP_11, SOAP_12)],
)


@every_flavour
@pytest.mark.parametrize("operation", CERTIFICATE_OPERATIONS)
def test_a_certificate_is_answered_with_the_stored_permit_untouched(
    version: str, soap: str, operation: str
) -> None:
    endpoint = Endpoint(version)
    answer = endpoint.post(endpoint.envelope(endpoint.request(operation), soap=soap))
    assert answer.permit(version) == the_permit(version)
    assert answer.soap == soap
    assert answer.content.tag == f"{{{endpoint.namespace}}}{operation}Response"
    assert [child.tag for child in answer.content] == [
        "CBFShip" if version == "v1" else "CITESEPermit",
        "Composite",
    ]
    assert answer.content.findtext("Composite") == "false"
    assert endpoint.backend.asked == [(OperationName(operation), NUMBER, TOKEN, COUNTRY)]


@every_flavour
def test_a_confirmation_is_booked_and_answered(version: str, soap: str) -> None:
    endpoint = Endpoint(version)
    answer = endpoint.post(
        endpoint.envelope(endpoint.confirmation(("A", "5"), (" B ", " 2.0 ")), soap=soap)
    )
    assert [(child.tag, child.text) for child in answer.content] == [
        ("State", "CONFIRMED"),
        ("ConfirmationId", "01990000-0000-7000-8000-00000000c0de"),
    ]
    seen = (SeenQuantity("A", "5"), SeenQuantity("B", "2.0"))
    assert endpoint.backend.asked == [
        (OperationName.CONFIRM_QUANTITIES, NUMBER, TOKEN, COUNTRY, seen)
    ]


@every_flavour
@pytest.mark.parametrize("country", [None, "MZ"])
def test_the_state_is_told_with_and_without_country(
    version: str, soap: str, country: str | None
) -> None:
    endpoint = Endpoint(version)
    named = f"<IsoCountryCode>{country}</IsoCountryCode>" if country else ""
    answer = endpoint.post(
        endpoint.envelope(f"<v:ServiceStateRequest>{named}</v:ServiceStateRequest>", soap=soap)
    )
    assert [(child.tag, child.text) for child in answer.content] == [
        ("State", "OK"),
        ("Version", "1.0"),
        ("Time", "2026-03-02T09:30:00+00:00"),
    ]
    assert endpoint.backend.asked == [(OperationName.SERVICE_STATE, country)]


def test_a_partner_may_want_open_answers_empty(endpoint: Endpoint) -> None:
    endpoint.backend.caller = Partner("cz", IsoCountryCode("CZ"), empty_answers=True)
    assert len(endpoint.post(endpoint.envelope("<v:ServiceStateRequest/>")).content) == 0
    assert len(endpoint.post(endpoint.envelope(endpoint.confirmation(("A", "1")))).content) == 0
    assert len(endpoint.post(endpoint.plain()).content) == 2


@pytest.mark.parametrize(
    "token",
    [
        "",
        "<TokenId></TokenId>",
        "<TokenId/>",
        "<TokenId> </TokenId>",
        '<TokenId xsi:nil="true"/>',
        '<TokenId xsi:nil="1"/>',
    ],
)
def test_absent_empty_and_nil_all_mean_no_token(endpoint: Endpoint, token: str) -> None:
    assert endpoint.post(endpoint.envelope(endpoint.request(token=token))).refuses(
        "CertificateNotFound"
    )
    assert endpoint.backend.asked == [(OperationName.GET_NON_FINAL, NUMBER, None, COUNTRY)]


def test_the_journal_keeps_what_was_exchanged(endpoint: Endpoint) -> None:
    sent = endpoint.plain()
    endpoint.post(sent)
    kept = endpoint.backend.journal[-1]
    assert kept.request == sent.encode()
    assert (
        kept.id,
        kept.direction,
        kept.operation,
        kept.caller,
        kept.callee,
        kept.permit_number,
        kept.outcome,
    ) == (
        "01990000-0000-7000-8000-000000000001",
        Direction.IN,
        "GetNonFinalCitesCertificate",
        "za",
        "MZ",
        NUMBER,
        "ok",
    )


def test_a_refusal_is_in_the_journal_under_its_incident_number(endpoint: Endpoint) -> None:
    answer = endpoint.post("<nonsense/>")
    assert answer.refuses("InvalidRequest")
    kept = endpoint.backend.journal[-1]
    assert (kept.id, kept.outcome, kept.operation) == (
        answer.said["Incident"],
        "InvalidRequest",
        None,
    )


def test_nothing_is_answered_that_the_journal_cannot_keep(endpoint: Endpoint) -> None:
    answer = Endpoint(backend=endpoint.backend).with_backend(journal_fails=True)
    refused = answer.post(answer.plain())
    assert (refused.code, refused.side, refused.said["Retry"]) == (
        "ServiceUnavailable",
        "Server",
        "later",
    )
