"""Use of permits by declarations on both databases: histories, the last unit, no change."""

import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from gateway.domain.declarations.use import Act, UseEvent
from gateway.domain.errors import ServiceUnavailable
from gateway.domain.permit.quantity import Quantity
from tests.databases import POSTGRESQL, both_in_long_form
from tests.store.declarations.last_unit import NOON, PERMIT, race, reserve
from tests.store.store_acts import an_exchange

ANOTHER_PROCESS = multiprocessing.get_context("spawn")


def an_event(place: int = 0, **changes) -> UseEvent:
    event = UseEvent(
        f"018f0000-0000-7000-8000-00000000000{place}",
        place,
        Act.RESERVED,
        *PERMIT,
        "A",
        "26ZA1",
        "1",
        Quantity(Decimal("2.5"), "KIL"),
        Quantity(Decimal(5), "KIL"),
        "customs",
        "T. Nkosi",
        datetime(2026, 4, 2, 12, 0, 0, 1, UTC),
        "why",
        NOON,
    )
    return replace(event, **changes)


def add(store, *events: UseEvent) -> None:
    with store.begin_work() as work:
        work.declared.lock([PERMIT])
        work.declared.add(events, an_exchange(id=f"record of {events[0].place}"))
        work.commit()


def test_events_come_back_as_they_were_in_order(store) -> None:
    first, second = an_event(), an_event(1, act=Act.LAPSED, lapses_at=None, outgoing=None)
    add(store, first)
    assert list(store.declared.due(NOON, 9)) == [first]
    assert list(store.declared.due(NOON.replace(hour=11), 9)) == []
    add(store, second)
    assert list(store.declared.of_permit(*PERMIT)) == [first, second]
    assert list(store.declared.of_declaration("26ZA1")) == [first, second]
    assert list(store.declared.newest(1)) == [second]
    assert list(store.declared.due(NOON, 9)) == []
    assert store.declared.of_permit("MZ", "another") == []


def test_one_place_of_a_history_is_taken_once(store) -> None:
    add(store, an_event())
    with pytest.raises(ServiceUnavailable), store.begin_work() as work:
        work.declared.add([an_event(id="another")], an_exchange(id="another record"))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement", ["UPDATE declaration_use SET amount = '0'", "DELETE FROM declaration_use"]
)
def test_events_are_never_changed(store, statement: str) -> None:
    add(store, an_event())
    with (
        pytest.raises(DBAPIError, match="append-only"),
        store._engines.writing.begin() as connection,
    ):
        connection.exec_driver_sql(statement)


@pytest.mark.both_databases
@pytest.mark.slow
@pytest.mark.parametrize("url", both_in_long_form(POSTGRESQL), indirect=True)
def test_of_two_processes_that_need_the_last_unit_one_wins(store, url: str) -> None:
    reserve(store, "26ZA0", "4", "of 26ZA0")
    barrier, won = ANOTHER_PROCESS.Barrier(2), ANOTHER_PROCESS.SimpleQueue()
    both = [
        ANOTHER_PROCESS.Process(target=race, args=(url, number, barrier, won))
        for number in ("26ZA1", "26ZA2")
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(90)
    assert [each.exitcode for each in both] == [0, 0]
    loser, winner = sorted((won.get(), won.get()))
    assert (loser, winner) in (("", "26ZA1"), ("", "26ZA2"))
    held = [event.declaration for event in store.declared.of_permit(*PERMIT)]
    assert held == ["26ZA0", winner]
