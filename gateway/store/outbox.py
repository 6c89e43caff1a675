"""Where does what we have to tell partners stand until they have it?

Whoever claims a line finds and changes it in one statement. On PostgreSQL a line that another is claiming right now is
passed over (SKIP LOCKED) and not waited for. One node at a time delivers, in its turn, so that is rare; but the turn is
no proof (ports/turns.py). On SQLite there is one writer at a time anyway.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, and_, exists, func, or_, select

from gateway.domain.delivery import DeliveryState
from gateway.domain.endorsement import SeenQuantity
from gateway.exchange.ports import LONGEST_WAIT, Outgoing, OutgoingEvent
from gateway.store.failures import guarded, readable
from gateway.store.moments import in_utc
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
_WHOLE = select(table, _LAST)
_before = table.alias("earlier")
_DUE = (
    _WHOLE.where(table.c.state.in_(_OPEN))
    .where(
        ~exists().where(
            _before.c.state.in_(_OPEN),
            _before.c.country == table.c.country,
            _before.c.permit_number == table.c.permit_number,
            _before.c.id < table.c.id,
        )
    )
    .limit(500)
)


class SqlOutbox:
    """The port `Outbox`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading  # who only looks waits for no writer, and keeps none waiting

    def add(self, outgoing: Outgoing, event: OutgoingEvent) -> None:
        """See the port."""
        row = {
            "id": outgoing.id,
            "country": outgoing.country,
            "permit_number": outgoing.permit_number,
            "token": outgoing.token,
            "quantities": json.dumps([[line.position, line.amount] for line in outgoing.seen]),
            "person": outgoing.person,
            "created_at": in_utc(outgoing.created_at),
            "state": outgoing.state.value,
            "attempts": outgoing.attempts,
            "due_at": in_utc(outgoing.due_at),
        }
        with guarded(), self._writing.begin() as connection:
            connection.execute(table.insert(), row)
            _add_event(connection, outgoing.id, event)

    def due(self, now: datetime, besides: Collection[str] = ()) -> Sequence[Outgoing]:
        """See the port."""
        is_due = or_(table.c.due_at <= in_utc(now), table.c.due_at > in_utc(now + LONGEST_WAIT))
        return self._all(and_(is_due, table.c.country.not_in(besides)), _DUE)

    def claim(self, outgoing: Outgoing, until: datetime) -> bool:
        """See the port."""
        changed = {"due_at": in_utc(until), "attempts": outgoing.attempts + 1}
        unchanged = and_(_is(outgoing), table.c.attempts == outgoing.attempts, table.c.state.in_(_OPEN))
        free = select(table.c.id).where(unchanged).with_for_update(skip_locked=True)
        with guarded(), self._writing.begin() as connection:
            return connection.execute(table.update().where(table.c.id.in_(free)), changed).rowcount == 1

    def settle(
        self, outgoing: Outgoing, event: OutgoingEvent, due_at: datetime, confirmation_id: str | None = None
    ) -> bool:
        """See the port."""
        changed: dict[str, object] = {
            "state": event.state.value,
            "due_at": in_utc(due_at),
            "attempts": outgoing.attempts,
        }
        if confirmation_id:
            changed["confirmation_id"] = confirmation_id
        if event.state.is_over:
            changed["token"] = None
        with guarded(), self._writing.begin() as connection:
            if connection.execute(table.update().where(_is(outgoing)), changed).rowcount != 1:
                return False
            _add_event(connection, outgoing.id, event)
            return True

    def postpone(self, outgoing: Outgoing, due_at: datetime) -> None:
        """See the port."""
        changed = {"due_at": in_utc(due_at), "attempts": outgoing.attempts}
        with guarded(), self._writing.begin() as connection:
            connection.execute(table.update().where(_is(outgoing)), changed)

    def find(self, identity: str) -> Outgoing | None:
        """See the port."""
        return next(iter(self._all(table.c.id == identity)), None)

    def all(self, states: Sequence[DeliveryState]) -> Sequence[Outgoing]:
        """See the port."""
        return self._all(table.c.state.in_([state.value for state in states]))

    def history(self, identity: str) -> Sequence[OutgoingEvent]:
        """See the port."""
        wanted = select(events).where(events.c.outbox_id == identity).order_by(events.c.place)
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                OutgoingEvent(
                    datetime.fromisoformat(row.at), DeliveryState(row.state), row.outcome, row.person, row.reason
                )
                for row in connection.execute(wanted)
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

    def _all(self, which: ColumnElement[bool], whole: Select[Any] = _WHOLE) -> Sequence[Outgoing]:
        with guarded(), self._reading.connect() as connection:
            return [_outgoing(row) for row in connection.execute(whole.where(which).order_by(table.c.id))]


def _is(outgoing: Outgoing) -> ColumnElement[bool]:
    return and_(table.c.id == outgoing.id, table.c.state == outgoing.state.value)


def _add_event(connection: Connection, identity: str, event: OutgoingEvent) -> None:
    place = connection.execute(select(func.count()).where(events.c.outbox_id == identity)).scalar_one()
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


def _outgoing(row: Row[tuple[object, ...]]) -> Outgoing:
    with readable():
        seen = tuple(SeenQuantity(position, amount) for position, amount in json.loads(row.quantities))
        return Outgoing(
            row.id, row.country, row.permit_number, None if row.token is None else bytes(row.token), seen, row.person,
            datetime.fromisoformat(row.created_at), DeliveryState(row.state), row.attempts,
            datetime.fromisoformat(row.due_at), row.confirmation_id, row.outcome,
        )  # fmt: skip
