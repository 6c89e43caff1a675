"""Use of permits by declarations: events, append-only, each with its journal record.

Units of work that use the same permit wait for each other (advisory lock; on SQLite all writers
do). The primary key has the place of an event in its history, so that two could not both be added.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, exists, select

from gateway.domain.declarations.use import Act, UseEvent
from gateway.domain.permit.quantity import Quantity, plain
from gateway.exchange.ports import DeliveryEvent, Exchange, OutgoingConfirmation
from gateway.store.database.errors import guarded, readable
from gateway.store.database.locks import wait_in_transaction
from gateway.store.database.moments import as_read, in_utc
from gateway.store.journal.rows import values_of
from gateway.store.outbox import insert_outgoing, settle_outgoing
from gateway.store.tables import declaration_use as table
from gateway.store.tables import exchange

_ROWS = select(table).order_by(
    table.c.country, table.c.permit_number, table.c.declaration, table.c.item, table.c.place
)
_later = table.alias("later")
_IS_LAST = ~exists().where(
    _later.c.country == table.c.country,
    _later.c.permit_number == table.c.permit_number,
    _later.c.declaration == table.c.declaration,
    _later.c.item == table.c.item,
    _later.c.place > table.c.place,
)


class SqlDeclaredUses:
    """The port `DeclaredUses`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, permits: Sequence[tuple[str, str]]) -> None:
        """See the port. In one order for all, so that none waits for another in a circle."""
        for country, number in sorted(set(permits)):
            wait_in_transaction(self._connection, f"declared use of {country} {number}")

    def of_permit(self, country: str, number: str) -> Sequence[UseEvent]:
        """See the port."""
        return _events(self._connection, _of_permit(country, number))

    def of_declaration(self, declaration: str) -> Sequence[UseEvent]:
        """See the port."""
        return _events(self._connection, table.c.declaration == declaration)

    def add(self, events: Sequence[UseEvent], record: Exchange) -> None:
        """See the port."""
        rows = [_row(event, record.id) for event in events]
        self._connection.execute(exchange.insert(), values_of(record))
        self._connection.execute(table.insert(), rows)

    def book(self, outgoing: OutgoingConfirmation, event: DeliveryEvent) -> None:
        """See the port."""
        insert_outgoing(self._connection, outgoing, event)

    def withdraw(self, outgoing: OutgoingConfirmation, event: DeliveryEvent) -> bool:
        """See the port."""
        return settle_outgoing(self._connection, outgoing, event, event.at)


class SqlDeclaredUseReading:
    """The port `DeclaredUseReading`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def of_permit(self, country: str, number: str) -> Sequence[UseEvent]:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            return _events(connection, _of_permit(country, number))

    def of_declaration(self, declaration: str) -> Sequence[UseEvent]:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            return _events(connection, table.c.declaration == declaration)

    def newest(self, most: int) -> Sequence[UseEvent]:
        """See the port."""
        query = select(table).order_by(table.c.id.desc()).limit(most)
        with guarded(), readable(), self._reading.connect() as connection:
            return [_event(row) for row in connection.execute(query)]

    def due(self, at: datetime, most: int) -> Sequence[UseEvent]:
        """See the port."""
        query = select(table).where(table.c.lapses_at <= in_utc(at), _IS_LAST).limit(most)
        with guarded(), readable(), self._reading.connect() as connection:
            return [_event(row) for row in connection.execute(query)]

    def record_ids(self, country: str, number: str) -> Sequence[tuple[UseEvent, str]]:
        """See the port."""
        query = _ROWS.where(_of_permit(country, number))
        with guarded(), readable(), self._reading.connect() as connection:
            return [(_event(row), row.exchange_id) for row in connection.execute(query)]


def _of_permit(country: str, number: str) -> ColumnElement[bool]:
    return and_(table.c.country == country, table.c.permit_number == number)


def _events(connection: Connection, which: ColumnElement[bool]) -> Sequence[UseEvent]:
    with readable():
        return [_event(row) for row in connection.execute(_ROWS.where(which))]


def _row(event: UseEvent, record: str) -> dict[str, object]:
    return {
        "id": event.id,
        "country": event.country,
        "permit_number": event.number,
        "declaration": event.declaration,
        "item": event.item,
        "place": event.place,
        "act": event.act.value,
        "position": event.position,
        "amount": plain(event.quantity.amount),
        "allowed": plain(event.allowed.amount),
        "unit": event.allowed.unit,
        "authority": event.authority,
        "officer": event.officer,
        "at": in_utc(event.at),
        "reason": event.reason,
        "lapses_at": in_utc(event.lapses_at) if event.lapses_at else None,
        "outgoing": event.outgoing,
        "holder": event.holder,
        "exchange_id": record,
    }


def _event(row: Row[Any]) -> UseEvent:
    return UseEvent(
        row.id,
        row.place,
        Act(row.act),
        row.country,
        row.permit_number,
        row.position,
        row.declaration,
        row.item,
        Quantity(Decimal(row.amount), row.unit),
        Quantity(Decimal(row.allowed), row.unit),
        row.authority,
        row.officer,
        as_read(row.at),
        row.reason,
        as_read(row.lapses_at) if row.lapses_at else None,
        row.outgoing,
        row.holder,
    )
