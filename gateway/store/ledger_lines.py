"""What do the confirmations of each line add up to, in numbers that the database itself keeps within box 11?

The domain judges first, in decimals; these numbers are the second lock, whatever the first may have overlooked. Amounts
are whole millionths, as the finest quantity has six decimals. A line of more than `LARGEST` has no second lock: the
database cannot count its millionths.
"""

from sqlalchemy import ColumnElement, Connection, and_, select
from sqlalchemy.exc import IntegrityError

from gateway.domain.endorsement import Confirmation, Role
from gateway.domain.errors import QuantityExceeded
from gateway.domain.permit import Permit
from gateway.domain.quantity import Quantity
from gateway.store.tables import ledger_line as table

LARGEST = 9_000_000_000_000
"""In the unit of box 11."""

_COLUMN = {Role.EXPORT: table.c.confirmed_at_export, Role.IMPORT: table.c.confirmed_at_import}


def set_lines(connection: Connection, permit_id: int, permit: Permit) -> None:
    """The lines as box 11 says; what is confirmed on them stays."""
    wanted = _authorised(permit)
    found = select(table.c.position, table.c.authorised).where(table.c.permit_id == permit_id)
    kept = {row.position: row.authorised for row in connection.execute(found)}
    for position in kept.keys() - wanted.keys():
        connection.execute(table.delete().where(_is(permit_id, position)))
    for position, authorised in wanted.items():
        if position not in kept:
            row = {"permit_id": permit_id, "position": position, "authorised": authorised}
            connection.execute(table.insert(), {**row, "confirmed_at_export": 0, "confirmed_at_import": 0})
        elif kept[position] != authorised:
            connection.execute(table.update().where(_is(permit_id, position)), {"authorised": authorised})


def add(connection: Connection, permit_id: int, event: Confirmation) -> None:
    """Count a confirmation. Raises QuantityExceeded where the database finds that less remains."""
    _count(connection, permit_id, event, 1)


def take_back(connection: Connection, permit_id: int, event: Confirmation) -> None:
    """Count it no longer."""
    _count(connection, permit_id, event, -1)


def _count(connection: Connection, permit_id: int, event: Confirmation, sign: int) -> None:
    column = _COLUMN[event.role]
    for position, quantity in event.quantities:
        line = table.update().where(_is(permit_id, position))
        try:
            connection.execute(line.values({column: column + sign * _millionths(quantity)}))
        except IntegrityError as error:
            raise QuantityExceeded(
                "Less than this remains of box 11 for this line.", position=position, box="14"
            ) from error


def _authorised(permit: Permit) -> dict[str, int]:
    if permit.document_type.multi_use:
        return {}
    lines = ((line.id, line.quantity) for line in permit.positions)
    return {letter: _millionths(box) for letter, box in lines if box is not None and box.amount <= LARGEST}


def _millionths(quantity: Quantity) -> int:
    return min(int(quantity.amount * 1_000_000), LARGEST * 1_000_000)


def _is(permit_id: int, position: str) -> ColumnElement[bool]:
    return and_(table.c.permit_id == permit_id, table.c.position == position)
