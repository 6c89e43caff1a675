"""Re-export lines: lines of our re-exports, written with the content of the permit."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from gateway.domain.permit.permit import Permit
from gateway.domain.trace.named import REEXPORT, came_with
from gateway.store.tables import reexport_line as table


def insert_lines(connection: Connection, permits: Mapping[int, Permit]) -> None:
    """Insert the lines of permits that have none yet. permits: by row id."""
    rows = [row for place, permit in permits.items() for row in _rows(place, permit)]
    if rows:
        connection.execute(table.insert(), rows)


def replace_lines(connection: Connection, permit_id: int, permit: Permit) -> None:
    """Put the lines of a changed permit in the place of those that are there."""
    connection.execute(table.delete().where(table.c.permit_id == permit_id))
    insert_lines(connection, {permit_id: permit})


def _rows(permit_id: int, permit: Permit) -> Iterator[dict[str, object]]:
    if permit.type != REEXPORT:
        return
    for line in permit.positions:
        named = came_with(line)
        yield {
            "permit_id": permit_id,
            "position": line.id,
            "day": permit.issued_at.date().isoformat() if permit.issued_at else "",
            "came_country": named.country if named else "",
            "came_number": named.number if named else "",
        }
