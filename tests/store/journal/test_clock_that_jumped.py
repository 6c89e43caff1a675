"""Clock jumps, an hour back or ten years ahead and back: all is sealed, delivered and reported."""

import logging
from datetime import datetime, timedelta

import pytest

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.ports import LONGEST_WAIT, DeliveryEvent, OutgoingConfirmation
from tests.store.journal.sealing_acts import NOW, Sealed
from tests.store.store_acts import clock, publish

HOUR, TEN_YEARS = timedelta(hours=1), timedelta(days=3650)


@pytest.fixture
def sealed(store, ours) -> Sealed:
    return Sealed(store, ours)


def an_id(at: datetime) -> str:
    """UUIDv7 of that moment."""
    digits = f"{int(at.timestamp() * 1000):012x}"
    an_id.count += 1  # type: ignore[attr-defined]
    return f"{digits[:8]}-{digits[8:]}-7{an_id.count:03x}-8000-000000000000"  # type: ignore[attr-defined]


an_id.count = 0  # type: ignore[attr-defined]


def exchange_at(sealed: Sealed, at: datetime) -> str:
    return sealed.record(began_at=at, ended_at=at, id=an_id(at))[0]


def test_after_the_clock_went_back_records_are_sealed_without_a_restart(sealed, caplog):
    exchange_at(sealed, NOW - timedelta(seconds=5))
    assert sealed.seal() == 1
    sealed.now = NOW - HOUR
    exchange_at(sealed, sealed.now - timedelta(seconds=5))
    with caplog.at_level(logging.WARNING):
        assert sealed.seal() == 1
    assert "1:00:00 behind the newest seal" in caplog.text
    checked, flaws = sealed.verify()
    assert flaws == []
    assert [remark for each in checked for remark in each.remarks] == [
        "Head 1 was made 1:00:00 from now: the clock had been wrong, or is.",
        "Head 2 was made 1:00:00 before the head before it: the clock had been wrong, or was.",
    ]


@pytest.mark.slow
def test_records_of_ten_years_ahead_are_sealed_when_the_clock_is_right_again(sealed):
    sealed.now = NOW + TEN_YEARS
    exchange_at(sealed, sealed.now - timedelta(seconds=5))
    assert sealed.seal() == 1
    late = exchange_at(sealed, sealed.now)  # not sealed when the clock is set right
    sealed.now = NOW
    _, flaws = sealed.verify()
    assert any(late in flaw for flaw in flaws)
    for _ in range(2):
        exchange_at(sealed, NOW - timedelta(seconds=5))
    assert sealed.seal() == 3
    for _ in range(
        3
    ):  # also in the rounds that follow, on the way of a journal that has ids of the future
        exchange_at(sealed, NOW - timedelta(seconds=4))
        assert sealed.seal() == 1
    checked, flaws = sealed.verify()
    assert checked[0].remarks
    (flaw,) = flaws  # and what was sealed in the future is worth as much as that time was
    assert (
        flaw.startswith("The signature of head 1 does not hold")
        and "not valid when it was signed" in flaw
    )


def test_a_clock_that_only_runs_is_not_remarked_on(sealed):
    for minutes in range(3):
        sealed.now = NOW + timedelta(minutes=minutes)
        exchange_at(sealed, sealed.now - timedelta(seconds=5))
        assert sealed.seal() == 1
    checked, flaws = sealed.verify()
    assert flaws == []
    assert [each.remarks for each in checked] == [(), (), ()]


def waiting(store, identity: str, due_at: datetime) -> None:
    outgoing = OutgoingConfirmation(
        identity,
        "ZA",
        f"ZA26EX{identity}",
        None,
        (SeenQuantity("A", "5"),),
        "T. Nkosi",
        clock(),
        DeliveryState.WAITING,
        1,
        due_at,
        None,
        "booked",
    )
    store.outbox.add(outgoing, DeliveryEvent(clock(), DeliveryState.WAITING, "booked"))


def test_deliveries_put_off_by_a_clock_that_was_ahead_are_sent_now(store):
    publish(store)
    waiting(store, "000001", clock() + TEN_YEARS)
    waiting(store, "000002", clock() + HOUR)
    waiting(store, "000003", clock() - HOUR)
    assert [each.id for each in store.outbox.due(clock())] == ["000001", "000003"]
    assert timedelta(hours=1) < LONGEST_WAIT
