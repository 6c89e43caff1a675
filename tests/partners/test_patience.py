"""Waits grow and differ; a partner that keeps failing is left alone for a while, and only that one."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from gateway.domain.errors import PartnerFault, PartnerTimeout, PartnerUnreachable
from gateway.exchange.ports import PartnerResting
from gateway.partners.patience import FAILURES_IN_A_ROW, PartnerPatience

FIRST, LONGEST = 2.0, 3600.0


def a_patience(rest_seconds: float = 15.0) -> PartnerPatience:
    return PartnerPatience(FIRST, LONGEST, rest_seconds)


def failing(error: Exception):
    def deed() -> None:
        raise error

    return deed


def wear_out(patient: PartnerPatience, country: str, error: Exception) -> None:
    for _ in range(FAILURES_IN_A_ROW):
        with pytest.raises(type(error)):
            patient.through(country, failing(error))


def test_waits_grow_to_an_hour_and_are_not_the_same_for_all() -> None:
    patient = a_patience()
    assert FIRST <= patient.seconds(1) <= 2 * FIRST
    assert patient.seconds(6) > 2 * patient.seconds(4)
    assert LONGEST <= patient.seconds(500) <= LONGEST + FIRST
    assert len({patient.seconds(1) for _ in range(20)}) > 10


@pytest.mark.parametrize("error", [PartnerUnreachable("down"), PartnerTimeout("late")])
def test_a_partner_that_keeps_failing_is_left_alone_and_no_other(error: Exception) -> None:
    patient = a_patience()
    wear_out(patient, "MZ", error)
    with pytest.raises(PartnerResting):
        patient.through("MZ", lambda: "sent")
    assert patient.through("CH", lambda: "sent") == "sent"


def test_a_partner_that_refuses_is_up() -> None:
    patient = a_patience()
    refusal = PartnerFault("no", partner_code="QuantityExceeded", partner_text="")
    wear_out(patient, "MZ", refusal)
    assert patient.through("MZ", lambda: "sent") == "sent"


def test_after_its_rest_one_attempt_decides() -> None:
    patient = a_patience(rest_seconds=0.0)
    wear_out(patient, "MZ", PartnerUnreachable("down"))
    assert patient.through("MZ", lambda: "sent") == "sent"
    assert patient.through("MZ", lambda: "sent") == "sent"


def test_several_are_under_way_to_a_partner_that_is_up() -> None:
    patient, together = a_patience(), Barrier(4)

    def deed() -> int:
        return together.wait(10)  # passes once all four are there

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lambda _: patient.through("MZ", deed), range(4))) == [0, 1, 2, 3]


def test_failures_of_those_under_way_at_once_are_counted_each() -> None:
    patient, together = a_patience(), Barrier(FAILURES_IN_A_ROW)

    def deed() -> None:
        together.wait(10)
        raise PartnerUnreachable("down")

    def tried(_: int) -> type[Exception]:
        with pytest.raises(PartnerUnreachable) as failed:
            patient.through("MZ", deed)
        return failed.type

    with ThreadPoolExecutor(FAILURES_IN_A_ROW) as threads:
        list(threads.map(tried, range(FAILURES_IN_A_ROW)))
    with pytest.raises(PartnerResting):
        patient.through("MZ", lambda: "sent")


def test_after_its_rest_only_one_finds_out_that_it_is_still_down() -> None:
    patient, knocked = a_patience(rest_seconds=0.3), []
    wear_out(patient, "MZ", PartnerUnreachable("down"))
    time.sleep(0.3)

    def deed() -> None:
        knocked.append(1)
        time.sleep(0.1)
        raise PartnerUnreachable("down")

    def tried(_: int) -> type[Exception]:
        with pytest.raises((PartnerUnreachable, PartnerResting)) as failed:
            patient.through("MZ", deed)
        return failed.type

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(tried, range(4)))
    assert (len(knocked), outcomes.count(PartnerResting)) == (1, 3)
