"""Ledger lines: confirmed totals of each line, which a CHECK constraint keeps within box 11.

The domain judges first, in decimals; the constraint is a second safeguard. Amounts are whole
millionths, as the finest quantity has six decimals. A line of more than `LARGEST` has no second
safeguard: its millionths do not fit the database's integers.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, and_, select
from sqlalchemy.exc import IntegrityError

from gateway.domain.errors import QuantityExceeded
from gateway.domain.ledger.endorsement import Confirmation, Role
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.store.tables import ledger_line as table

LARGEST = 9_000_000_000_000
"""In the unit of box 11."""

_COLUMN = {Role.EXPORT: table.c.confirmed_at_export, Role.IMPORT: table.c.confirmed_at_import}


def set_lines(connection: Connection, permit_id: int, permit: Permit) -> None:
    """Set the lines to the quantities of box 11; confirmed totals stay as they are."""
    now_authorised = _authorised(permit)
    query = select(table.c.position, table.c.authorised).where(table.c.permit_id == permit_id)
    before = {row.position: row.authorised for row in connection.execute(query)}
    for position in before.keys() - now_authorised.keys():
        connection.execute(table.delete().where(_of_line(permit_id, position)))
    for position, authorised in now_authorised.items():
        if position not in before:
            connection.execute(table.insert(), _new(permit_id, position, authorised))
        elif before[position] != authorised:
            connection.execute(
                table.update().where(_of_line(permit_id, position)), {"authorised": authorised}
            )


def insert_lines(connection: Connection, permits: Mapping[int, Permit]) -> None:
    """Insert the lines of permits that have none yet. permits: by row id."""
    rows = [
        _new(permit_id, position, authorised)
        for permit_id, permit in permits.items()
        for position, authorised in _authorised(permit).items()
    ]
    if rows:
        connection.execute(table.insert(), rows)


def add(connection: Connection, permit_id: int, event: Confirmation) -> None:
    """Add a confirmation to the totals. Raises QuantityExceeded where less remains of box 11."""
    _count(connection, permit_id, event, 1)


def subtract(connection: Connection, permit_id: int, event: Confirmation) -> None:
    """Subtract a reversed confirmation from the totals."""
    _count(connection, permit_id, event, -1)


def _count(connection: Connection, permit_id: int, event: Confirmation, sign: int) -> None:
    column = _COLUMN[event.role]
    for position, quantity in event.quantities:
        update = table.update().where(_of_line(permit_id, position))
        try:
            connection.execute(update.values({column: column + sign * millionths(quantity)}))
        except IntegrityError as error:
            raise QuantityExceeded(
                "Less than this remains of box 11 for this line.", position=position, box="14"
            ) from error


def _new(permit_id: int, position: str, authorised: int) -> dict[str, object]:
    return {
        "permit_id": permit_id,
        "position": position,
        "authorised": authorised,
        "confirmed_at_export": 0,
        "confirmed_at_import": 0,
    }


def _authorised(permit: Permit) -> dict[str, int]:
    """Letter of the line -> box 11 in millionths. None for multi-use documents: no limit there."""
    if permit.document_type.multi_use:
        return {}
    lines = ((line.id, line.quantity) for line in permit.positions)
    return {
        letter: millionths(box)
        for letter, box in lines
        if box is not None and box.amount <= LARGEST
    }


def millionths(quantity: Quantity) -> int:
    """The amount in whole millionths, `LARGEST` at the most."""
    return min(int(quantity.amount * 1_000_000), LARGEST * 1_000_000)


def _of_line(permit_id: int, position: str) -> ColumnElement[bool]:
    return and_(table.c.permit_id == permit_id, table.c.position == position)
