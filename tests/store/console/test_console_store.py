"""Store of the operator console: bounded pages, daily counts, configurations; on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.ports import Direction, Exchange
from gateway.exchange.ports.console.configurations import ConfigurationChange
from gateway.exchange.ports.console.counts import Counted, CountKey, DayDuration, DayOutcome
from gateway.exchange.ports.console.lines import LineFilter
from tests.store.store_acts import a_published, an_exchange, book, clock, confirm, publish

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def identity(at: datetime, place: int = 0) -> str:
    """A UUIDv7 of a moment."""
    digits = f"{int(at.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-{place:012x}"


def kept(store, minutes: int, **changes) -> str:
    at = NOON + timedelta(minutes=minutes)
    found = {"id": identity(at, minutes), "began_at": at, "ended_at": at, **changes}
    store.journal.record(an_exchange(**found))
    return found["id"]


def test_a_page_looks_at_a_bounded_number_of_records_and_goes_on(store):
    ids = [
        kept(store, minutes, outcome="ok" if minutes else "AccessDenied") for minutes in range(9)
    ]
    lines = store.console.lines
    first = lines.page(LineFilter(failed=True), None, 5, 4)
    assert (list(first.lines), first.further) == ([], ids[5])
    second = lines.page(LineFilter(failed=True), first.further, 5, 4)
    assert (list(second.lines), second.further) == ([], ids[1])
    last = lines.page(LineFilter(failed=True), second.further, 5, 4)
    assert ([each.id for each in last.lines], last.further) == ([ids[0]], None)
    full = lines.page(LineFilter(), None, 2, 100)
    assert ([each.id for each in full.lines], full.further) == ([ids[8], ids[7]], ids[7])


def test_lines_are_found_by_partner_in_both_directions_permit_and_time(store):
    asked = kept(store, 1, caller="za", permit_number="MZ1")
    answered = kept(store, 2, direction=Direction.OUT, caller="MZ", callee="za", permit_number="X")
    refused = kept(store, 3, caller=None, fingerprint="cd" * 32)
    kept(store, 4, caller="ch", callee="za")
    kept(store, 5, direction=Direction.OWN, caller="za", callee="za")
    lines = store.console.lines

    def ids(**wanted) -> list[str]:
        return [each.id for each in lines.page(LineFilter(**wanted), None, 50, 100).lines]

    assert ids(partner="za") == [answered, asked]
    assert ids(partner="za", fingerprints=frozenset({"cd" * 32})) == [refused, answered, asked]
    assert ids(permit_number="MZ1") == [asked]
    assert ids(since=NOON + timedelta(minutes=2), until=NOON + timedelta(minutes=4)) == [
        refused,
        answered,
    ]
    (line,) = lines.page(LineFilter(permit_number="X"), None, 50, 100).lines
    assert (line.partner, line.milliseconds) == ("za", 0)


def test_counts_are_added_once_for_each_position(store):
    counts = store.console.counts
    key = CountKey(date(2026, 11, 29), Direction.IN, "za", "ok", 12)
    assert counts.position() is None
    assert counts.add({key: Counted(2, identity(NOON))}, None, "0190")
    assert not counts.add({key: Counted(2, identity(NOON))}, None, "0190")
    assert not counts.add({key: Counted(2, identity(NOON))}, "018f", "0191")
    later = NOON + timedelta(minutes=1)
    assert counts.add({key: Counted(3, identity(later))}, "0190", "0191")
    assert counts.position() == "0191"
    day = date(2026, 11, 29)
    assert counts.outcomes(day) == [DayOutcome(day, "ok", 5)]
    assert counts.durations(day, "za") == [DayDuration(day, Direction.IN, 12, 5)]
    assert counts.durations(day, "ch") == []
    assert counts.last_good(Direction.IN, day) == {"za": later}
    assert counts.last_good(Direction.OUT, day) == {}
    counts.remove(day)
    assert counts.outcomes(day)
    counts.remove(day + timedelta(days=1))
    assert not counts.outcomes(day)


def test_configurations_are_kept_with_their_record_or_not_at_all(store):
    configurations = store.console.configurations
    for place, node in enumerate(("a", "b", "a")):
        at = NOON + timedelta(minutes=place)
        change = ConfigurationChange(f"c{place}", at, node, f"{place}" * 64)
        configurations.add(change, Exchange.own(change.id, "ConfigurationLoaded", at, b"text"))
    newest = configurations.newest("a")
    assert newest == ConfigurationChange("c2", NOON + timedelta(minutes=2), "a", "2" * 64)
    assert configurations.previous(newest).id == "c0"
    assert configurations.newest("c") is None
    assert [each.id for each in configurations.page(None, 2)] == ["c2", "c1"]
    assert [each.id for each in configurations.page("c1", 2)] == ["c0"]
    assert store.journal.find("c2").request == b"text"
    with pytest.raises(ServiceUnavailable):
        configurations.add(newest, Exchange.own("c9", "ConfigurationLoaded", NOON, b"text"))
    assert store.journal.find("c9") is None


def test_first_confirmations_have_the_day_of_box_13(store):
    publish(store, a_published())
    confirm(store, "za", "5")
    (first,) = store.console.confirmation_times.first(datetime(2000, 1, 1, tzinfo=UTC), 10)
    assert first.published_at == clock()
    assert first.issued_at is not None
    assert first.confirmed_at >= first.issued_at
    book(store, 1)
    assert store.console.confirmation_times.outstanding() == {("MZ", DeliveryState.WAITING): 1}
