"""Passive results: each exchange adds one, by what it says of the partner's service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.domain.availability.results import Tally
from gateway.domain.errors import (
    GatewayError,
    InvalidRequest,
    KeyUnusable,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
    ServiceUnavailable,
    SignatureInvalid,
)
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.partner import OperationName
from gateway.exchange.availability.observe import ObservedPartner
from gateway.exchange.ports import PartnerState

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
NUMBER = CertificateNumber("ZA26EX000001")


@dataclass
class Partner:
    """The port PartnerOperations: every operation gives or raises the same."""

    answer: Any = None
    longest_seconds: float = 7.0

    def _answer(self, *_: object) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    certificate = confirm = state = _answer


def fault(code: str) -> PartnerFault:
    return PartnerFault("It refused.", partner_code=code, partner_text="")


def observed(store, answer: Any = None) -> ObservedPartner:
    ticks = iter((10.0, 10.25))
    return ObservedPartner(
        "za", Partner(answer), store.availability.results, lambda: NOON, lambda: next(ticks)
    )


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (PartnerState(None, None, None), "answered"),
        (PartnerState("DEGRADED", None, None), "answered"),
        (PartnerState("UNAVAILABLE", None, None), "failed"),
        (fault("CertificateNotFound"), "refused"),
        (fault("Fault"), "refused"),
        (fault("ServiceUnavailable"), "failed"),
        (fault("PartnerTimeout"), "failed"),
        (PartnerReplyInvalid("No XML."), "failed"),
        (SignatureInvalid("Broken."), "failed"),
        (PartnerTimeout("Too late."), "unreachable"),
        (PartnerUnreachable("No connection."), "unreachable"),
    ],
)
def test_what_an_exchange_says_of_the_service(store, answer: object, result: str) -> None:
    partner = observed(store, answer)
    if isinstance(answer, Exception):
        with pytest.raises(type(answer)):
            partner.state()
    else:
        assert partner.state() is answer
    (slot,) = store.availability.results.slots(NOON)
    assert (slot.partner, slot.operation, slot.begins_at) == ("za", "ServiceState", NOON)
    assert slot.tally == Tally(**{result: 1}, milliseconds=250, slowest=250)


@pytest.mark.parametrize("error", [InvalidRequest("No line."), KeyUnusable("No key.")])
def test_where_nothing_was_sent_nothing_is_counted(store, error: GatewayError) -> None:
    with pytest.raises(type(error)):
        observed(store, error).confirm(NUMBER, None, ())
    assert store.availability.results.slots(NOON) == []


@pytest.mark.parametrize(
    ("ask", "operation"),
    [
        (lambda each: each.confirm(NUMBER, None, ()), "ConfirmQuantities"),
        (
            lambda each: each.certificate(OperationName.GET_NON_FINAL, NUMBER, None),
            "GetNonFinalCitesCertificate",
        ),
        (
            lambda each: each.certificate(OperationName.GET_FINAL, NUMBER, None),
            "GetFinalCertificate",
        ),
        (
            lambda each: each.certificate(OperationName.GET_FINAL_AS_THE_HUB, NUMBER, None),
            "GetFinalCertificate",
        ),
    ],
)
def test_each_operation_is_counted_under_its_name(
    store, ask: Callable[[ObservedPartner], object], operation: str
) -> None:
    assert ask(observed(store, "an answer")) == "an answer"
    assert [slot.operation for slot in store.availability.results.slots(NOON)] == [operation]


def test_an_answer_is_not_lost_where_the_result_cannot_be_kept(caplog) -> None:
    @dataclass
    class Full:
        def add(self, _: object) -> None:
            raise ServiceUnavailable("The disk is full.")

    partner = ObservedPartner("za", Partner("an answer"), Full(), lambda: NOON)  # type: ignore[arg-type]
    assert partner.certificate(OperationName.GET_FINAL, NUMBER, None) == "an answer"
    assert partner.longest_seconds == 7.0
    assert "result of an exchange not kept: partner=za ServiceUnavailable" in caplog.text
