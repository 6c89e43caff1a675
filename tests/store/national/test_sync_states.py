"""State of synchronisation: saved whole, read back exactly, refused records in pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.exchange.ports.national.sync import (
    KeptProblem,
    Mark,
    RunCounts,
    SyncedRecord,
    SyncState,
    Taken,
)
from gateway.store import Store

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
STATE = SyncState("own", "ab" * 32, 7, NOW, NOW, None, "", RunCounts(4, 1, 0, 1, 1, 1))
PROBLEM = KeptProblem("no such day", "a date", 2, "Until", "31/11/2026", box="2")


def refused(number: str, authority: str = "", **changes: object) -> SyncedRecord:
    record = SyncedRecord((authority, number), Taken.REFUSED, b"\0digest", NOW, (PROBLEM,))
    return replace(record, **changes)  # type: ignore[arg-type]


MARKS: tuple[Mark | None, ...] = (
    None,
    2**60,
    "2026-03-05 12:00:00",
    NOW.replace(tzinfo=None),
    NOW + timedelta(1),
)


def test_a_state_comes_back_with_its_mark(store: Store) -> None:
    assert store.sync_states.state("own") is None
    store.sync_states.save(STATE)
    for mark in MARKS:
        state = replace(STATE, mark=mark, ended_at=NOW, failure="away: “x”\n")
        store.sync_states.save(state)
        found = store.sync_states.state("own")
        assert found == state
        assert type(found.mark) is type(mark)
    assert store.sync_states.state("other") is None


def test_refused_records_are_listed_in_pages_until_they_are_taken(store: Store) -> None:
    states = store.sync_states
    records = [refused(f"MZ/{place}", code) for place in range(3) for code in ("", "ANAC")]
    states.save(STATE, records)
    states.save(replace(STATE, source="other"), [refused("MZ/0")])
    assert [(state.source, count) for state, count in states.all()] == [("other", 1), ("own", 6)]
    first = states.refused("own", None, 4)
    assert list(first) == records[:4]
    assert list(states.refused("own", first[-1].key, 4)) == records[4:]
    mended = SyncedRecord(("", "MZ/1"), Taken.PUBLISHED, b"other")
    states.save(STATE, [mended])
    assert [record.key for record in states.refused("own", None, 9)].count(("", "MZ/1")) == 0
    known = states.records("own", [("", "MZ/1"), ("ANAC", "MZ/2"), ("", "none")])
    assert known[("", "MZ/1")] == mended
    assert known[("ANAC", "MZ/2")].refused_at == NOW
    assert ("", "none") not in known
    assert len(states.of_numbers("own", ["MZ/1"])) == 2


@pytest.mark.slow
def test_a_page_of_the_longest_kind_is_saved_at_once(store: Store) -> None:
    records = [refused(f"MZ/{place:06}") for place in range(5000)]
    store.sync_states.save(STATE, records)
    assert store.sync_states.all()[0][1] == 5000
    numbers = [number for _, number in (record.key for record in records)]
    assert len(store.sync_states.of_numbers("own", numbers)) == 5000
