"""Outbox: confirmations for partners, kept until they are delivered.

A delivery is claimed by finding and changing its row in one statement. On PostgreSQL a row that
another node is claiming right now is skipped, not waited for (SKIP LOCKED). That is rare, as one
node at a time delivers, under a named lock; but the lock is no proof (ports/locks.py). SQLite has
one writer at a time anyway.

Fencing: a claim counts the attempt, and its result is stored only where the row still has that
number. An attempt that took longer than its lease changes nothing of the one that came after it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
)

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.ports import LONGEST_WAIT, DeliveryEvent, OutgoingConfirmation
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.tables import outbox as table
from gateway.store.tables import outbox_event as events

_OPEN = [state.value for state in DeliveryState if state.is_open]
_NOT_OVER = [state.value for state in DeliveryState if not state.is_over]

_LAST = (
    select(events.c.outcome)
    .where(events.c.outbox_id == table.c.id)
    .order_by(events.c.place.desc())
    .limit(1)
    .scalar_subquery()
    .label("outcome")
)
_ROWS = select(table, _LAST)
_earlier = table.alias("earlier")
# Only the oldest open delivery of a permit: confirmations of one permit arrive in order (FIFO).
_DUE = (
    _ROWS.where(table.c.state.in_(_OPEN))
    .where(
        ~exists().where(
            _earlier.c.state.in_(_OPEN),
            _earlier.c.country == table.c.country,
            _earlier.c.permit_number == table.c.permit_number,
            _earlier.c.id < table.c.id,
        )
    )
    .limit(500)
)


class SqlOutbox:
    """The port `Outbox`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading  # on SQLite, queries here neither wait for writers nor block them

    def add(self, outgoing: OutgoingConfirmation, event: DeliveryEvent) -> None:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            insert_outgoing(connection, outgoing, event)

    def due(
        self, now: datetime, except_countries: Collection[str] = ()
    ) -> Sequence[OutgoingConfirmation]:
        """See the port."""
        is_due = or_(table.c.due_at <= in_utc(now), table.c.due_at > in_utc(now + LONGEST_WAIT))
        return self._all(and_(is_due, table.c.country.not_in(except_countries)), _DUE)

    def claim(self, outgoing: OutgoingConfirmation, until: datetime) -> bool:
        """See the port."""
        changed = {"due_at": in_utc(until), "attempts": outgoing.attempts + 1}
        unchanged = and_(_claimed(outgoing), table.c.state.in_(_OPEN))
        unlocked = select(table.c.id).where(unchanged).with_for_update(skip_locked=True)
        claim = table.update().where(table.c.id.in_(unlocked))
        with guarded(), self._writing.begin() as connection:
            return connection.execute(claim, changed).rowcount == 1

    def settle(
        self,
        outgoing: OutgoingConfirmation,
        event: DeliveryEvent,
        due_at: datetime,
        confirmation_id: str | None = None,
    ) -> bool:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            return settle_outgoing(connection, outgoing, event, due_at, confirmation_id)

    def postpone(self, outgoing: OutgoingConfirmation, due_at: datetime) -> None:
        """See the port."""
        changed = {"due_at": in_utc(due_at), "attempts": outgoing.attempts - 1}
        with guarded(), self._writing.begin() as connection:
            connection.execute(table.update().where(_claimed(outgoing)), changed)

    def find(self, identity: str) -> OutgoingConfirmation | None:
        """See the port."""
        return next(iter(self._all(table.c.id == identity)), None)

    def all(self, states: Sequence[DeliveryState]) -> Sequence[OutgoingConfirmation]:
        """See the port."""
        return self._all(table.c.state.in_([state.value for state in states]))

    def of_permit(self, country: str, number: str) -> Sequence[OutgoingConfirmation]:
        """See the port."""
        every = table.c.state.in_([state.value for state in DeliveryState])  # leads the index
        return self._all(and_(every, table.c.country == country, table.c.permit_number == number))

    def history(self, identity: str) -> Sequence[DeliveryEvent]:
        """See the port."""
        query = select(events).where(events.c.outbox_id == identity).order_by(events.c.place)
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                DeliveryEvent(
                    datetime.fromisoformat(row.at),
                    DeliveryState(row.state),
                    row.outcome,
                    row.person,
                    row.reason,
                )
                for row in connection.execute(query)
            ]

    def counts(self) -> Mapping[DeliveryState, tuple[int, datetime]]:
        """See the port."""
        counted = (
            select(table.c.state, func.count(), func.min(table.c.created_at))
            .where(table.c.state.in_(_NOT_OVER))
            .group_by(table.c.state)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return {
                DeliveryState(state): (count, datetime.fromisoformat(oldest))
                for state, count, oldest in connection.execute(counted)
            }

    def _all(
        self, criterion: ColumnElement[bool], query: Select[Any] = _ROWS
    ) -> Sequence[OutgoingConfirmation]:
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query.where(criterion).order_by(table.c.id))
            return [_outgoing(row) for row in rows]


def insert_outgoing(
    connection: Connection, outgoing: OutgoingConfirmation, event: DeliveryEvent
) -> None:
    """Store a confirmation with its first event, in a transaction of the caller."""
    row = {
        "id": outgoing.id,
        "country": outgoing.country,
        "permit_number": outgoing.permit_number,
        "token": outgoing.token,
        "quantities": json.dumps([[line.position, line.amount] for line in outgoing.seen]),
        "units": json.dumps({line.position: line.unit for line in outgoing.seen if line.unit}),
        "person": outgoing.person,
        "created_at": in_utc(outgoing.created_at),
        "state": outgoing.state.value,
        "attempts": outgoing.attempts,
        "due_at": in_utc(outgoing.due_at),
    }
    connection.execute(table.insert(), row)
    _add_event(connection, outgoing.id, event)


def settle_outgoing(
    connection: Connection,
    outgoing: OutgoingConfirmation,
    event: DeliveryEvent,
    due_at: datetime,
    confirmation_id: str | None = None,
) -> bool:
    """Store an event with the new state in a transaction of the caller, as `Outbox.settle`."""
    changed: dict[str, object] = {"state": event.state.value, "due_at": in_utc(due_at)}
    if confirmation_id:
        changed["confirmation_id"] = confirmation_id
    if event.state.is_over:
        changed["token"] = None  # a finished delivery needs it no more
    if connection.execute(table.update().where(_claimed(outgoing)), changed).rowcount != 1:
        return False
    _add_event(connection, outgoing.id, event)
    return True


def _claimed(outgoing: OutgoingConfirmation) -> ColumnElement[bool]:
    """Its row, unless it has changed since: the number of the attempt is the fencing token."""
    return and_(
        table.c.id == outgoing.id,
        table.c.state == outgoing.state.value,
        table.c.attempts == outgoing.attempts,
    )


def _add_event(connection: Connection, identity: str, event: DeliveryEvent) -> None:
    place = connection.execute(
        select(func.count()).where(events.c.outbox_id == identity)
    ).scalar_one()
    row = {
        "outbox_id": identity,
        "place": place,
        "at": in_utc(event.at),
        "state": event.state.value,
        "outcome": event.outcome,
        "person": event.person,
        "reason": event.reason,
    }
    connection.execute(events.insert(), row)


def _outgoing(row: Row[tuple[object, ...]]) -> OutgoingConfirmation:
    with readable():
        units = json.loads(row.units) if row.units else {}
        seen = tuple(
            SeenQuantity(position, amount, units.get(position))
            for position, amount in json.loads(row.quantities)
        )
        return OutgoingConfirmation(
            row.id,
            row.country,
            row.permit_number,
            None if row.token is None else bytes(row.token),
            seen,
            row.person,
            datetime.fromisoformat(row.created_at),
            DeliveryState(row.state),
            row.attempts,
            datetime.fromisoformat(row.due_at),
            row.confirmation_id,
            row.outcome,
        )
