"""Availability history: slots without a gap, shares without planned windows, reachability."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.availability.results import Result, Tally
from gateway.domain.availability.windows import outside
from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.availability.history import (
    NOTHING_KNOWN,
    AvailabilityHistory,
    PartnerHistory,
    duration,
)
from gateway.exchange.ports.availability.results import Span
from gateway.store import Store
from tests.builders import a_partner_result, a_window

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def history(store: Store, now: datetime = NOON) -> AvailabilityHistory:
    return AvailabilityHistory(store.availability.results, store.availability.windows, lambda: now)


def of_za(store: Store, span: Span = Span.HOUR, now: datetime = NOON) -> PartnerHistory:
    (found,) = history(store, now).of(["za"], span)
    return found


def add(store: Store, result: Result, *at: datetime, **changes: object) -> None:
    for each in at:
        store.availability.results.add(a_partner_result(result, each, **changes))


def test_the_last_24_hours_are_shown_by_the_hour_and_30_days_by_the_day(store: Store) -> None:
    add(store, Result.ANSWERED, NOON - 40 * DAY, NOON - 24 * HOUR, NOON - 23 * HOUR, NOON + MINUTE)
    add(store, Result.FAILED, NOON - 29 * DAY, NOON - 23 * HOUR)
    (operation,) = of_za(store, now=NOON + 30 * MINUTE).operations
    shown = [slot.counted.exchanges for slot in operation.slots]
    assert (len(shown), shown[0], sum(shown[1:-1]), shown[-1]) == (24, 2, 0, 1)
    assert operation.slots[0].begins_at == NOON - 23 * HOUR
    history(store).condense()
    (operation,) = of_za(store, Span.DAY).operations
    shown = [slot.counted.exchanges for slot in operation.slots]
    assert (len(shown), shown[0], sum(shown[1:-2]), shown[-2], shown[-1]) == (30, 1, 0, 3, 1)


def test_a_share_leaves_planned_windows_out_and_is_none_where_nobody_asked(store: Store) -> None:
    store.availability.windows.add(a_window(NOON - HOUR, NOON))
    add(store, Result.ANSWERED, *(NOON - 3 * HOUR + MINUTE * each for each in range(3)))
    add(store, Result.UNREACHABLE, NOON - 2 * HOUR, NOON - HOUR, NOON - MINUTE)
    (operation,) = of_za(store).operations
    assert operation.counted.availability == 3 / 4
    assert operation.slots[-2].planned == Tally(unreachable=2, milliseconds=200, slowest=100)
    assert operation.slots[-2].counted.availability is None
    assert operation.slots[-1].counted.mean_milliseconds is None
    assert [window.id for window in of_za(store).windows] == ["w1"]


def test_a_good_result_of_one_operation_speaks_for_the_service(store: Store) -> None:
    add(store, Result.UNREACHABLE, NOON, NOON + 9 * MINUTE)
    reach = history(store).reachability()["za"]
    assert (reach.good_at, reach.failing_since, reach.bad_at) == (None, NOON, NOON + 9 * MINUTE)
    add(store, Result.REFUSED, NOON + 10 * MINUTE, operation="ConfirmQuantities")
    assert not history(store).reachability()["za"].is_failing
    add(store, Result.FAILED, NOON + 15 * MINUTE)
    reach = history(store).reachability()["za"]
    assert reach.failing_since == reach.good_at == NOON + 10 * MINUTE
    assert reach.failing_for(()) == 5 * MINUTE


def test_a_partner_that_was_never_asked_has_an_empty_history(store: Store) -> None:
    found = of_za(store)
    assert (found.operations, found.reach.is_failing, found.reach.good_at) == ((), False, None)
    assert history(store).lately("za") == NOTHING_KNOWN
    assert NOTHING_KNOWN.sentences == ""


def test_what_is_known_of_a_partner_that_is_down_is_said(store: Store) -> None:
    add(store, Result.ANSWERED, NOON - 12 * MINUTE)
    assert history(store).lately("za").sentences == " Its last good answer came 12 minutes ago."
    store.availability.windows.add(a_window(NOON - MINUTE, NOON + HOUR))
    store.availability.windows.add(a_window(NOON - MINUTE, NOON + DAY, id="w2", partner="ch"))
    assert (
        history(store)
        .lately("za")
        .sentences.endswith(" It has announced to be away until 2026-11-29 13:00 UTC.")
    )
    assert history(store, NOON + HOUR).lately("za").window is None


def test_news_that_cannot_be_read_hide_no_error(store: Store, caplog) -> None:
    class Away:
        def last(self) -> list[object]:
            raise ServiceUnavailable("Not granted.")

    broken = AvailabilityHistory(Away(), store.availability.windows, lambda: NOON)  # type: ignore[arg-type]
    assert broken.lately("za") == NOTHING_KNOWN
    assert "availability not read: partner=za ServiceUnavailable" in caplog.text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7199, "119 minutes"),
        (7200, "2 hours"),
        (3 * 86_400 + 5, "3 days"),
    ],
)
def test_a_duration_in_words(seconds: int, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("windows", "minutes"),
    [
        ([], 60),
        ([(-5, 0)], 60),
        ([(10, 20)], 50),
        ([(50, 80)], 50),
        ([(-9, 99)], 0),
        ([(20, 40), (10, 30)], 30),
        ([(10, 50), (20, 30)], 20),
    ],
)
def test_time_outside_of_windows(windows: list[tuple[int, int]], minutes: int) -> None:
    planned = [a_window(NOON + MINUTE * begins, NOON + MINUTE * ends) for begins, ends in windows]
    assert outside(planned, NOON, NOON + HOUR) == MINUTE * minutes


def test_a_window_counts_from_its_entry_on_and_until_it_is_withdrawn() -> None:
    late = a_window(NOON, NOON + HOUR, entered_at=NOON + 30 * MINUTE)
    assert [late.holds_at(NOON + MINUTE * each) for each in (0, 29, 30, 59, 60)] == [
        *(False, False, True, True, False)
    ]
    assert outside([late], NOON, NOON + HOUR) == 30 * MINUTE
    withdrawn = a_window(NOON, NOON + HOUR, withdrawn_at=NOON, withdrawn_by="T. Sitoe")
    assert not withdrawn.holds_at(NOON)
    assert outside([withdrawn], NOON, NOON + HOUR) == HOUR
