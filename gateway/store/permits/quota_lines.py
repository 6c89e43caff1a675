"""Quota lines: lines of permits that count under quotas, written with the content of the permit."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select

from gateway.domain.permit.permit import Permit
from gateway.domain.quotas.lines import counted_lines
from gateway.store.permits.ledger_lines import millionths
from gateway.store.tables import permit as permit_table
from gateway.store.tables import quota_line as table


def insert_lines(connection: Connection, permits: Mapping[int, Permit]) -> None:
    """Insert the lines of permits that have none yet. permits: by row id."""
    rows = [row for place, permit in permits.items() for row in _rows(place, permit)]
    if not rows:
        return
    owners = _owners(connection, {row["permit_id"] for row in rows})
    connection.execute(
        table.insert(), [{**row, "authority_id": owners[row["permit_id"]]} for row in rows]
    )


def replace_lines(connection: Connection, permit_id: int, permit: Permit) -> None:
    """Put the lines of a changed permit in the place of those that are there."""
    connection.execute(table.delete().where(table.c.permit_id == permit_id))
    insert_lines(connection, {permit_id: permit})


def _owners(connection: Connection, permits: set[object]) -> dict[object, int]:
    """Row id of a permit -> that of its authority."""
    columns = permit_table.c.id, permit_table.c.authority_id
    found = connection.execute(select(*columns).where(permit_table.c.id.in_(permits)))
    return {row.id: row.authority_id for row in found}


def _rows(permit_id: int, permit: Permit) -> Iterator[dict[str, object]]:
    for line in counted_lines(permit):
        yield {
            "permit_id": permit_id,
            "position": line.position,
            "day": line.day.isoformat(),
            "valid_until": line.valid_until.isoformat() if line.valid_until else None,
            "name": line.name,
            "term": line.term,
            "sources": line.sources,
            "purpose": line.purpose,
            "unit": line.quantity.unit or "",
            "amount": millionths(line.quantity),
        }
