"""Results of exchanges: sums by hour and day, last results; the same on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.availability.results import Result, Tally
from gateway.exchange.ports.availability.results import LastResults, Slot, Span
from gateway.store import open_store
from tests.builders import a_partner_result, a_window
from tests.store.store_acts import clock

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
STATE = "ServiceState"


def test_results_of_one_hour_are_one_sum(store):
    store.availability.results.add(a_partner_result(milliseconds=300))
    store.availability.results.add(a_partner_result(Result.UNREACHABLE, milliseconds=5000))
    store.availability.results.add(a_partner_result(Result.REFUSED, NOON + timedelta(minutes=59)))
    store.availability.results.add(a_partner_result(Result.FAILED, NOON + timedelta(hours=1)))
    store.availability.results.add(a_partner_result(partner="ch"))
    slots = store.availability.results.slots(NOON)
    assert {(slot.partner, slot.begins_at.hour): slot.tally for slot in slots} == {
        ("za", 12): Tally(1, 1, 0, 1, 5400, 5000),
        ("za", 13): Tally(0, 0, 1, 0, 100, 100),
        ("ch", 12): Tally(1, 0, 0, 0, 100, 100),
    }
    assert [slot.begins_at.hour for slot in store.availability.results.slots(NOON)][-1] == 13
    assert store.availability.results.slots(NOON + timedelta(minutes=1))[0].begins_at.hour == 13


def test_the_hour_is_of_utc_whatever_the_zone_of_the_clock(store):
    store.availability.results.add(
        a_partner_result(at=datetime.fromisoformat("2026-11-29T23:30:00-05:00"))
    )
    (slot,) = store.availability.results.slots(NOON)
    assert slot.begins_at == datetime(2026, 11, 30, 4, tzinfo=UTC)


def test_results_within_a_window_of_the_partner_have_a_sum_of_their_own(store):
    hour = timedelta(hours=1)
    store.availability.windows.add(a_window(NOON + hour / 2, NOON + hour))
    for minutes in (29, 30, 59, 60):
        store.availability.results.add(
            a_partner_result(Result.FAILED, NOON + timedelta(minutes=minutes))
        )
        store.availability.results.add(
            a_partner_result(Result.FAILED, NOON + timedelta(minutes=minutes), partner="ch")
        )
    slots = store.availability.results.slots(NOON)
    failed = {
        (each.partner, each.begins_at.hour, each.planned): each.tally.failed for each in slots
    }
    assert failed == {
        ("za", 12, False): 1,
        ("za", 12, True): 2,
        ("za", 13, False): 1,
        ("ch", 12, False): 3,
        ("ch", 13, False): 1,
    }


def test_a_window_that_was_withdrawn_plans_nothing(store):
    store.availability.windows.add(a_window(NOON, NOON + timedelta(hours=1)))
    assert store.availability.windows.withdraw("w1", NOON, "T. Sitoe")
    assert not store.availability.windows.withdraw("w1", NOON, "another")
    assert not store.availability.windows.withdraw("w2", NOON, "another")
    store.availability.results.add(a_partner_result())
    assert [slot.planned for slot in store.availability.results.slots(NOON)] == [False]
    (window,) = store.availability.windows.all()
    assert (window.withdrawn_at, window.withdrawn_by) == (NOON, "T. Sitoe")


def test_windows_are_listed_by_their_beginning_and_end(store):
    later = a_window(NOON + timedelta(days=1), NOON + timedelta(days=2))
    store.availability.windows.add(later)
    assert store.availability.windows.all(NOON + timedelta(days=2)) == []
    assert store.availability.windows.all(NOON) == store.availability.windows.all() == [later]


def test_failing_begins_with_the_first_failure_and_ends_with_a_good_result(store):
    def last() -> LastResults:
        (found,) = store.availability.results.last()
        return found

    minute = timedelta(minutes=1)
    store.availability.results.add(a_partner_result(Result.UNREACHABLE))
    store.availability.results.add(a_partner_result(Result.FAILED, NOON + minute))
    assert last() == LastResults("za", STATE, None, NOON + minute, NOON)
    store.availability.results.add(a_partner_result(Result.REFUSED, NOON + 2 * minute))
    assert last() == LastResults("za", STATE, NOON + 2 * minute, NOON + minute, None)
    store.availability.results.add(a_partner_result(Result.FAILED, NOON + 3 * minute))
    assert last().failing_since == last().bad_at == NOON + 3 * minute


def test_old_hours_become_days_and_old_days_go(store):
    old, older = NOON - timedelta(days=40), NOON - timedelta(days=900)
    for at in (older, old, old + timedelta(hours=3), NOON):
        store.availability.results.add(a_partner_result(at=at))
        store.availability.results.add(a_partner_result(Result.FAILED, at=at, milliseconds=900))
    for _ in range(2):  # again: a day that is there already is kept
        store.availability.results.condense(NOON - timedelta(days=35), NOON - timedelta(days=800))
    assert store.availability.results.slots(older - timedelta(days=1)) == [
        Slot("za", STATE, Span.DAY, old.replace(hour=0), False, Tally(2, 0, 2, 0, 2000, 900)),
        Slot("za", STATE, Span.HOUR, NOON, False, Tally(1, 0, 1, 0, 1000, 900)),
    ]


@pytest.mark.both_databases
@pytest.mark.slow
def test_no_result_is_lost_or_counted_twice_between_nodes(store, url):
    other = open_store(url, clock)
    with ThreadPoolExecutor(8) as threads:
        for each in [
            threads.submit(node.availability.results.add, a_partner_result())
            for node in (store, other)
            for _ in range(20)
        ]:
            each.result()
    (slot,) = store.availability.results.slots(NOON)
    assert slot.tally.answered == 40
    other.close()
