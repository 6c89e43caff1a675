"""Records of trade: permits with their events, and what our customs counted, page by page.

The events of a page are read by three queries, not by three for each permit.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, and_, exists, select, tuple_

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.ledger.endorsement import (
    Confirmation,
    Declaration,
    Reversal,
    Role,
    SeenQuantity,
)
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.report.foreign_permits import Count
from gateway.exchange.ports.report.trade import CountedAbroad, Key
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import as_read
from gateway.store.permits.permit_json import from_json
from gateway.store.tables import (
    authority,
    confirmation,
    confirmed_quantity,
    declaration,
    outbox,
    permit,
    reversal,
)

_PERMITS = (
    select(
        permit.c.id,
        permit.c.status,
        permit.c.successor,
        permit.c.content,
        authority.c.country,
        authority.c.code,
    )
    .join_from(permit, authority)
    .order_by(permit.c.id)
)
_COUNTED = select(outbox.c.country, outbox.c.permit_number).where(
    outbox.c.state != DeliveryState.DROPPED.value
)
_COUNTS = select(
    outbox.c.country, outbox.c.permit_number, outbox.c.quantities, outbox.c.created_at
).where(outbox.c.state != DeliveryState.DROPPED.value)
_key_of_row = tuple_(outbox.c.country, outbox.c.permit_number)


class SqlTradeRecords:
    """The port `TradeRecords`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def permits_after(
        self,
        place: int,
        most: int,
        authorities: Collection[Authority],
        *,
        confirmed: bool = False,
    ) -> Sequence[tuple[int, PublishedPermit]]:
        """See the port.

        Rows are read in their order, and those of other authorities are left out then. In the
        query, authorities have SQLite sort all permits of an authority for each page.
        """
        with guarded(), readable(), self._reading.connect() as connection:
            rows: list[Row[Any]] = []
            while not rows:
                page = connection.execute(_permits_after(place, most, confirmed=confirmed)).all()
                if not page:
                    return ()
                place = page[-1].id
                rows = [row for row in page if _issuer(row) in authorities]
            return _published(connection, rows)

    def own(self, country: str, number: str, caller: str) -> Sequence[PublishedPermit]:
        """See the port."""
        confirmed_by = and_(
            confirmation.c.permit_id == permit.c.id, confirmation.c.caller == caller
        )
        named = _PERMITS.where(
            authority.c.country == country, permit.c.number == number, exists().where(confirmed_by)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            rows: list[Row[Any]] = [*connection.execute(named)]
            # One by one: the events of a page are those between its first and last place.
            return [published for row in rows for _, published in _published(connection, [row])]

    def counted_after(self, key: Key, most: int) -> Sequence[CountedAbroad]:
        """See the port."""
        names = (
            _COUNTED.where(_key_of_row > tuple_(*key))
            .distinct()
            .order_by(outbox.c.country, outbox.c.permit_number)
            .limit(most)
        )
        return self._counted(names)

    def counted(self, key: Key) -> CountedAbroad | None:
        """See the port."""
        return next(iter(self._counted(_COUNTED.where(_key_of_row == tuple_(*key)).limit(1))), None)

    def _counted(self, names: Select[Any]) -> Sequence[CountedAbroad]:
        with guarded(), readable(), self._reading.connect() as connection:
            page = connection.execute(names).all()
            if not page:
                return ()
            counts = _COUNTS.where(
                _key_of_row >= tuple_(*page[0]), _key_of_row <= tuple_(*page[-1])
            ).order_by(outbox.c.country, outbox.c.permit_number, outbox.c.id)
            rows = connection.execute(counts).all()
            return [
                CountedAbroad(country, number, tuple(map(_count, group)))
                for (country, number), group in groupby(rows, lambda row: (row[0], row[1]))
            ]


def _published(
    connection: Connection, rows: Sequence[Row[Any]]
) -> Sequence[tuple[int, PublishedPermit]]:
    """The permits of rows in their order, with their events."""
    span = rows[0].id, rows[-1].id
    confirmations = _confirmations(connection, span)
    reversals = _reversals(connection, span)
    declarations = _declarations(connection, span)
    return [
        (
            row.id,
            PublishedPermit(
                _issuer(row),
                from_json(row.content),
                Status(row.status),
                CertificateNumber(row.successor) if row.successor else None,
                tuple(confirmations[row.id]),
                reversals=tuple(reversals[row.id]),
                declarations=tuple(declarations[row.id]),
            ),
        )
        for row in rows
    ]


def _permits_after(place: int, most: int, *, confirmed: bool) -> Select[Any]:
    """The next permits of any authority. confirmed: of those that were confirmed."""
    if not confirmed:
        return _PERMITS.where(permit.c.id > place).limit(most)
    of = confirmation.c.permit_id
    return _PERMITS.where(
        permit.c.id.in_(select(of).distinct().where(of > place).order_by(of).limit(most))
    )


def _issuer(row: Row[Any]) -> Authority:
    return Authority(IsoCountryCode(row.country), row.code)


def _count(row: Any) -> Count:
    seen = tuple(SeenQuantity(letter, amount) for letter, amount in json.loads(row.quantities))
    return Count(datetime.fromisoformat(row.created_at), seen)


def _confirmations(
    connection: Connection, span: tuple[int, int]
) -> defaultdict[int, list[Confirmation]]:
    quantities: defaultdict[str, list[tuple[str, Quantity]]] = defaultdict(list)
    in_span = confirmation.c.permit_id.between(*span)
    for row in connection.execute(
        select(confirmed_quantity)
        .join_from(confirmed_quantity, confirmation)
        .where(in_span)
        .order_by(confirmed_quantity.c.confirmation_id, confirmed_quantity.c.place)
    ):
        counted = Quantity(Decimal(row.amount), row.unit)
        quantities[row.confirmation_id].append((row.position, counted))
    found: defaultdict[int, list[Confirmation]] = defaultdict(list)
    query = confirmation.select().where(in_span)
    for row in connection.execute(query.order_by(confirmation.c.permit_id, confirmation.c.place)):
        found[row.permit_id].append(
            Confirmation(
                row.id,
                row.caller,
                Role(row.role),
                as_read(row.at),
                tuple(quantities[row.id]),
                row.message_sha256,
                row.person,
                row.reason,
            )
        )
    return found


def _reversals(connection: Connection, span: tuple[int, int]) -> defaultdict[int, list[Reversal]]:
    found: defaultdict[int, list[Reversal]] = defaultdict(list)
    query = (
        select(reversal, confirmation.c.permit_id)
        .join_from(reversal, confirmation)
        .where(confirmation.c.permit_id.between(*span))
        .order_by(reversal.c.id)
    )
    for row in connection.execute(query):
        event = Reversal(row.id, row.confirmation_id, as_read(row.at), row.person, row.reason)
        found[row.permit_id].append(event)
    return found


def _declarations(
    connection: Connection, span: tuple[int, int]
) -> defaultdict[int, list[Declaration]]:
    found: defaultdict[int, list[Declaration]] = defaultdict(list)
    query = declaration.select().where(declaration.c.permit_id.between(*span))
    for row in connection.execute(query.order_by(declaration.c.permit_id, declaration.c.place)):
        event = Declaration(row.id, as_read(row.at), row.person, row.reason, row.used_up)
        found[row.permit_id].append(event)
    return found
