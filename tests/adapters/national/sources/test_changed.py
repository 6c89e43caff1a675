"""Changed permits: the mark that a run begins at, and keys of numbers of any type."""

from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pytest

from adapters.national.sources.changed import ChangedSource
from adapters.national.sources.source import DescribedSource
from gateway.exchange.ports.national.sync import Mark, QueriedChanges
from gateway.settings.national import SyncSettings

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
MAPUTO = timezone(timedelta(hours=2))


def begins(mark: Mark | None, overlap: int = 300) -> Mark | None:
    """Where a run begins; neither rows nor mapping are looked at."""
    nothing = object()
    source = ChangedSource(
        cast(QueriedChanges, nothing),
        cast(DescribedSource, nothing),
        SyncSettings(mark="at", overlap=overlap),
    )
    return source.since(mark, NOW)


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (None, None),
        (1000, 700),
        ("2026-03-05 12:00:00", "2026-03-05 11:55:00"),
        ("2026-03-06 01:59:59", "2026-03-06 01:54:59"),
        (NOW.astimezone(MAPUTO), NOW - timedelta(minutes=5)),
    ],
)
def test_a_run_begins_at_the_mark_less_the_overlap(mark: Mark | None, expected: object) -> None:
    assert begins(mark) == expected


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("2206-03-05 12:00:00", "2026-03-04 23:55:00"),
        ("2206-03-05T12:00:00.5+02:00", "2026-03-04T23:55:00"),
        (datetime(2206, 3, 5), datetime(2026, 3, 4, 23, 55)),  # noqa: DTZ001  # as a database has it
        (NOW + timedelta(days=1), NOW - timedelta(hours=12, minutes=5)),
    ],
)
def test_a_mark_that_no_clock_has_reached_hides_no_later_change(mark: Mark, expected: Mark) -> None:
    assert begins(mark) == expected


def test_a_mark_of_the_first_day_of_the_calendar_begins_at_the_beginning() -> None:
    assert begins("0001-01-01 00:00:00") is None
