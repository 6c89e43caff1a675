"""Planned windows are entered by a person, with a reason, ahead of time."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.errors import InvalidRequest
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.availability.plan import PlanWindows
from gateway.store import Store

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BY = ResponsiblePerson(" T. Sitoe ", "new servers")


def plan(store: Store, now: datetime = NOON) -> PlanWindows:
    return PlanWindows(store.availability.windows, lambda: now, lambda: f"w-{now:%H}")


def test_a_window_is_entered_listed_and_withdrawn(store: Store) -> None:
    entered = plan(store).add("za", NOON - HOUR, NOON + HOUR, BY)
    assert (entered.person, entered.entered_at) == ("T. Sitoe", NOON)
    assert plan(store).list_all() == [entered]
    later = plan(store, NOON + HOUR)
    assert (later.list_all(), later.list_all(past=True)) == ([], [entered])
    later.withdraw(entered.id, "A. Cossa")
    (window,) = later.list_all(past=True)
    assert (window.withdrawn_at, window.withdrawn_by) == (NOON + HOUR, "A. Cossa")
    with pytest.raises(InvalidRequest, match="No window that counts has the id w-12"):
        later.withdraw(entered.id, "A. Cossa")


@pytest.mark.parametrize(
    ("begins_at", "ends_at", "by", "said"),
    [
        (NOON, NOON, BY, "ends before it begins"),
        (NOON - DAY, NOON, BY, "is over already"),
        (NOON, NOON + 31 * DAY + HOUR, BY, "31 days at the most"),
        (NOON, NOON + HOUR, ResponsiblePerson(" ", "new servers"), "named person"),
        (NOON, NOON + HOUR, ResponsiblePerson("T. Sitoe", ""), "gives a reason"),
        (NOON, NOON + HOUR, ResponsiblePerson("T. Sitoe", "x" * 501), "500 letters"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(
    store: Store, begins_at: datetime, ends_at: datetime, by: ResponsiblePerson, said: str
) -> None:
    with pytest.raises(InvalidRequest, match=said):
        plan(store).add("za", begins_at, ends_at, by)
    assert plan(store).list_all(past=True) == []
