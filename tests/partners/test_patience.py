"""Waits grow and differ; a partner that keeps failing is left alone for a while, and only that one."""

import pytest

from gateway.domain.errors import PartnerFault, PartnerTimeout, PartnerUnreachable
from gateway.exchange.ports import PartnerResting
from gateway.partners import patience
from gateway.partners.patience import FAILURES_IN_A_ROW, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, PartnerPatience


def failing(error: Exception):
    def deed() -> None:
        raise error

    return deed


def wear_out(patient: PartnerPatience, country: str, error: Exception) -> None:
    for _ in range(FAILURES_IN_A_ROW):
        with pytest.raises(type(error)):
            patient.through(country, failing(error))


def test_waits_grow_to_an_hour_and_are_not_the_same_for_all() -> None:
    patient = PartnerPatience()
    assert FIRST_WAIT_SECONDS <= patient.seconds(1) <= 2 * FIRST_WAIT_SECONDS
    assert patient.seconds(6) > 2 * patient.seconds(4)
    assert LONGEST_WAIT_SECONDS <= patient.seconds(500) <= LONGEST_WAIT_SECONDS + FIRST_WAIT_SECONDS
    assert len({patient.seconds(1) for _ in range(20)}) > 10


@pytest.mark.parametrize("error", [PartnerUnreachable("down"), PartnerTimeout("late")])
def test_a_partner_that_keeps_failing_is_left_alone_and_no_other(error: Exception) -> None:
    patient = PartnerPatience()
    wear_out(patient, "MZ", error)
    with pytest.raises(PartnerResting):
        patient.through("MZ", lambda: "sent")
    assert patient.through("CH", lambda: "sent") == "sent"


def test_a_partner_that_refuses_is_up() -> None:
    patient = PartnerPatience()
    refusal = PartnerFault("no", partner_code="QuantityExceeded", partner_text="")
    wear_out(patient, "MZ", refusal)
    assert patient.through("MZ", lambda: "sent") == "sent"


def test_after_its_rest_one_attempt_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "REST_SECONDS", 0.0)
    patient = PartnerPatience()
    wear_out(patient, "MZ", PartnerUnreachable("down"))
    assert patient.through("MZ", lambda: "sent") == "sent"
    assert patient.through("MZ", lambda: "sent") == "sent"
