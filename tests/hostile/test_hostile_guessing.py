"""Guessing at the endpoint: a wrong number, token or caller gets the same bytes back."""

import itertools
import logging
import re
from collections.abc import Callable

import pytest

from adapters.registry import formats
from gateway.exchange.ports import PermitFormat
from gateway.exchange.service.identify_caller import AnyCaller
from gateway.http import HttpAnswer, HttpRequest, settled
from gateway.operations import WorkerMetrics
from gateway.soap.endpoint import SoapEndpoint
from gateway.soap.flavour import DocumentLiteral
from gateway.soap.use_cases import UseCases
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.exchange.conftest import CH, NOON, TOKEN, ZA, MemoryGateway
from tests.soap.endpoint import PLAIN_TYPE, Endpoint, unlimited_retention

NUMBER, GET = "MZ26EX000001", "GetNonFinalCitesCertificate"
INCIDENT = re.compile(rb"00000000-0000-7000-8000-[0-9]{12}")
WRONG = {
    "unknown number": {"number": "MZ26EX999999"},
    "wrong token": {"token": "WRONG-TOKEN-01"},
    "not for these eyes": {"caller": CH},
}
Ask = Callable[..., HttpAnswer]


@pytest.fixture
def gateway(both_formats: tuple[PermitFormat, ...]) -> MemoryGateway:
    gateway = MemoryGateway(both_formats, refusals=10)
    gateway.publish()
    return gateway


@pytest.fixture(scope="session")
def both_formats() -> tuple[PermitFormat, ...]:
    return tuple(formats().values())


@pytest.fixture
def ask(gateway: MemoryGateway) -> Ask:
    ids = itertools.count()
    envelopes = Endpoint("v2")

    def asked(
        operation="GetNonFinalCitesCertificate", number=NUMBER, token=TOKEN, caller=ZA, soap=SOAP_11
    ) -> HttpAnswer:
        cases = UseCases(
            AnyCaller(caller), gateway.answering, gateway.confirming, envelopes.backend
        )
        endpoint = SoapEndpoint(
            DocumentLiteral("v2"),
            "https://permits.example/epix/v2",
            cases,
            gateway.store.journal,
            lambda: NOON,
            lambda: f"00000000-0000-7000-8000-{next(ids):012d}",
            watch=gateway.watch,
            retention=unlimited_retention(),
        )
        line = (
            "<CitesPosition><ID>A</ID><InspectedUnitQuantity>5</InspectedUnitQuantity>"
            "</CitesPosition>"
        )
        more = (
            f"<ConfirmedQuantities>{line}</ConfirmedQuantities>"
            if operation == "ConfirmQuantities"
            else ""
        )
        body = envelopes.envelope(
            envelopes.request(
                operation,
                number=f"<CertificateNumber>{number}</CertificateNumber>",
                token=f"<TokenId>{token}</TokenId>",
                more=more,
            ),
            soap=soap,
        )
        headers = {"content-type": PLAIN_TYPE[soap]}
        return settled(endpoint(HttpRequest("POST", "/epix/v2", "", headers, body.encode())))

    return asked


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
@pytest.mark.parametrize(
    "operation", ["GetNonFinalCitesCertificate", "GetFinalCertificate", "ConfirmQuantities"]
)
def test_every_refusal_is_the_same_but_for_its_incident(
    gateway: MemoryGateway, ask: Ask, operation: str, soap: str
) -> None:
    answers = [ask(operation, soap=soap, **wrong) for wrong in WRONG.values()]
    assert b"CertificateNotFound" in answers[0].body
    assert len({(each.status, each.headers, INCIDENT.sub(b"", each.body)) for each in answers}) == 1
    assert len({INCIDENT.search(each.body)[0] for each in answers}) == 3
    assert {each.outcome for each in gateway.store.journal.exchanges} == {"CertificateNotFound"}


def test_refusals_are_the_same_also_when_the_budget_is_spent_and_the_right_token_still_opens(
    gateway: MemoryGateway, ask: Ask
) -> None:
    for _ in range(10):
        ask(token="WRONG-TOKEN-01")
    spent = [ask(**wrong) for wrong in (WRONG["unknown number"], WRONG["wrong token"])]
    assert b"TooManyRequests" in spent[0].body
    assert INCIDENT.sub(b"", spent[0].body) == INCIDENT.sub(b"", spent[1].body)
    assert ask().status == 200


def test_a_scan_is_told_in_the_log_without_number_or_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    metrics = WorkerMetrics()
    with caplog.at_level(logging.WARNING):
        metrics.refused("za")
        metrics.scanning("za")
    (line,) = caplog.messages
    assert line == "scanning: caller=za has spent a budget of refused look-ups"
    assert metrics.registry.get_sample_value("epix_scanning_alerts_total", {"caller": "za"}) == 1
    assert metrics.registry.get_sample_value("epix_refused_lookups_total", {"caller": "za"}) == 1
