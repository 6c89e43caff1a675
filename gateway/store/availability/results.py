"""Results of exchanges with partners: sums by hour and day, and the last results.

A result is added by upsert, so that nodes and processes need not agree on who makes the row of an
hour. Every transaction changes the two tables in one order, so that none waits for another in turn.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, case, func, or_, select

from gateway.domain.availability.results import Tally
from gateway.exchange.ports.availability.results import LastResults, PartnerResult, Slot, Span
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.database.upsert import upsert
from gateway.store.tables import partner_last_result as last
from gateway.store.tables import partner_result as results
from gateway.store.tables import partner_window as windows

_KEY = (
    results.c.partner,
    results.c.operation,
    results.c.span,
    results.c.begins_at,
    results.c.planned,
)
_SUMS = ("answered", "refused", "failed", "unreachable", "milliseconds")


class SqlPartnerResults:
    """The port `PartnerResults`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def add(self, result: PartnerResult) -> None:
        """See the port."""
        tally = Tally.of(result.result, result.milliseconds)
        with guarded(), self._writing.begin() as connection:
            planned = _is_planned(connection, result.partner, in_utc(result.at))
            hour = _beginning(Span.HOUR, result.at)
            slot = Slot(result.partner, result.operation, Span.HOUR, hour, planned, tally)
            _add(connection, slot)
            _keep_last(connection, result)

    def slots(self, since: datetime) -> Sequence[Slot]:
        """See the port."""
        query = (
            select(results)
            .where(results.c.begins_at >= in_utc(since))
            .order_by(results.c.begins_at)
        )
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        return _slots(rows)

    def last(self) -> Sequence[LastResults]:
        """See the port."""
        query = select(last).order_by(last.c.partner, last.c.operation)
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        with readable():
            return [
                LastResults(
                    row.partner,
                    row.operation,
                    _moment(row.good_at),
                    _moment(row.bad_at),
                    _moment(row.failing_since),
                )
                for row in rows
            ]

    def condense(self, hours_before: datetime, days_before: datetime) -> None:
        """See the port."""
        is_old_hour = (results.c.span == Span.HOUR) & (results.c.begins_at < in_utc(hours_before))
        is_old_day = (results.c.span == Span.DAY) & (results.c.begins_at < in_utc(days_before))
        # Of two nodes that do this at once, the second waits for the first and finds no row.
        hours = select(results).where(is_old_hour).with_for_update()
        with guarded(), self._writing.begin() as connection:
            for slot in _slots(connection.execute(hours).all()):
                day = _beginning(Span.DAY, slot.begins_at)
                _add(
                    connection,
                    Slot(slot.partner, slot.operation, Span.DAY, day, slot.planned, slot.tally),
                )
            connection.execute(results.delete().where(or_(is_old_hour, is_old_day)))


def _beginning(span: Span, moment: datetime) -> datetime:
    in_hours = datetime.fromisoformat(in_utc(moment)).replace(minute=0, second=0, microsecond=0)
    return in_hours if span is Span.HOUR else in_hours.replace(hour=0)


def _is_planned(connection: Connection, partner: str, at: str) -> bool:
    holds = (
        select(windows.c.id)
        .where(
            windows.c.partner == partner,
            windows.c.begins_at <= at,
            windows.c.ends_at > at,
            windows.c.withdrawn_at.is_(None),
        )
        .limit(1)
    )
    return connection.execute(holds).first() is not None


def _add(connection: Connection, slot: Slot) -> None:
    row = {
        "partner": slot.partner,
        "operation": slot.operation,
        "span": slot.span.value,
        "begins_at": in_utc(slot.begins_at),
        "planned": slot.planned,
        "slowest": slot.tally.slowest,
        **{name: getattr(slot.tally, name) for name in _SUMS},
    }
    insert = upsert(connection, results)
    new, is_slower = insert.excluded, insert.excluded.slowest > results.c.slowest
    sums: dict[str, Any] = {name: results.c[name] + new[name] for name in _SUMS}
    slowest = case((is_slower, new.slowest), else_=results.c.slowest)
    adding = insert.on_conflict_do_update(index_elements=_KEY, set_=sums | {"slowest": slowest})
    connection.execute(adding, row)


def _keep_last(connection: Connection, result: PartnerResult) -> None:
    at = in_utc(result.at)
    is_good = result.result.is_good
    row = {
        "partner": result.partner,
        "operation": result.operation,
        "good_at": at if is_good else None,
        "bad_at": None if is_good else at,
        "failing_since": None if is_good else at,
    }
    insert = upsert(connection, last)
    new = insert.excluded
    changed: dict[str, Any] = (
        {"good_at": new.good_at, "failing_since": None}
        if is_good
        else {
            "bad_at": new.bad_at,
            "failing_since": func.coalesce(last.c.failing_since, new.failing_since),
        }
    )
    key = (last.c.partner, last.c.operation)
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=changed), row)


def _slots(rows: Sequence[Row[Any]]) -> list[Slot]:
    with readable():
        return [
            Slot(
                row.partner,
                row.operation,
                Span(row.span),
                datetime.fromisoformat(row.begins_at),
                bool(row.planned),
                Tally(
                    row.answered,
                    row.refused,
                    row.failed,
                    row.unreachable,
                    row.milliseconds,
                    row.slowest,
                ),
            )
            for row in rows
        ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
