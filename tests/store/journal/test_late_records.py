"""Late records: an exchange that took long is sealed soon, and the search for it costs little."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event

from gateway.exchange.journal import seal
from tests.store.journal.sealing_acts import NOW, Sealed
from tests.store.store_acts import an_exchange

ROUND = timedelta(seconds=5)
"""From one round of sealing to the next."""


def record_of(journal: Sealed, began_at: datetime) -> str:
    """Record an exchange whose id is of the moment at which it began."""
    digits = f"{int(began_at.timestamp() * 1000):012x}"
    identity = f"{digits[:8]}-{digits[8:]}-7{str(uuid4())[15:]}"
    journal.store.journal.record(
        an_exchange(id=identity, began_at=began_at, ended_at=began_at + ROUND)
    )
    return identity


def serve(journal: Sealed, rounds: int) -> None:
    """Rounds of sealing, each with a record that was written in time."""
    for _ in range(rounds):
        record_of(journal, journal.now)
        journal.now += ROUND
        while journal.seal() >= seal.BATCH:
            pass


@pytest.mark.slow
@pytest.mark.parametrize(
    ("took", "within"),
    [
        (timedelta(seconds=6), timedelta(seconds=5)),
        (timedelta(seconds=100), timedelta(seconds=30)),
        pytest.param(timedelta(minutes=14), timedelta(minutes=5), marks=pytest.mark.long_haul),
    ],
)
def test_what_took_long_is_sealed_soon_after_its_end(
    journal: Sealed, took: timedelta, within: timedelta
) -> None:
    serve(journal, took // ROUND + 20)
    late = record_of(journal, journal.now - took)
    serve(journal, within // ROUND + 1)
    assert journal.store.sealed_journal.batch_of(late) is not None
    assert journal.flaws == []


@pytest.mark.slow
def test_sealing_up_to_a_moment_finds_what_took_long(journal: Sealed) -> None:
    serve(journal, 20)
    late = record_of(journal, journal.now - timedelta(minutes=5))
    journal.sealing.seal_up_to(journal.now)
    assert journal.store.sealed_journal.batch_of(late) is not None


@pytest.mark.slow
def test_a_backlog_is_sealed_without_looking_at_what_is_sealed(
    journal: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.exchange.journal.seal.BATCH", 10)
    serve(journal, 3)
    waiting = [record_of(journal, NOW + timedelta(seconds=15, milliseconds=n)) for n in range(30)]
    journal.now += ROUND
    begins = []

    @event.listens_for(journal.store._engines.reading, "before_cursor_execute")
    def note(_connection, _cursor, statement, parameters, *_) -> None:
        if "NOT (EXISTS" in statement:
            values = parameters.values() if isinstance(parameters, dict) else parameters
            begins.extend(each for each in values if each in waiting)

    assert [journal.seal() for _ in range(4)] == [10, 10, 10, 0]
    assert begins == [waiting[9], waiting[19], waiting[29]]


@pytest.mark.slow
def test_after_the_clock_was_set_back_it_goes_on(journal: Sealed) -> None:
    serve(journal, 20)
    journal.now -= timedelta(hours=1)
    serve(journal, 3)
    assert journal.flaws == []
    assert journal.one("SELECT count(*) FROM journal_leaf") == 23


def test_behind_a_page_of_damaged_records_the_others_are_found(journal: Sealed) -> None:
    places = [record_of(journal, NOW - timedelta(seconds=9 - n)) for n in range(3)]
    damaged = ", ".join(f"'{each}'" for each in places[:2])
    journal.attack(f"UPDATE exchange SET direction = 'odd' WHERE id IN ({damaged})")
    found = [journal.store.sealed_journal.unsealed(2, NOW) for _ in range(2)]
    assert [[each.id for each in page] for page in found] == [[], [places[2]]]
