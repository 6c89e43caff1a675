"""Re-exports by the document that their goods came with: ours and those of partners."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Engine, Select, select, tuple_

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.trace.named import DocumentName
from gateway.exchange.ports.trace.reexports import ReexportPlace
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.database.upsert import upsert
from gateway.store.tables import authority, foreign_reexport, permit, reexport_line


class SqlReexports:
    """The port `Reexports`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def naming(self, document: DocumentName, most: int) -> Sequence[DocumentName]:
        """See the port."""
        ours = _ours().where(
            reexport_line.c.came_number == document.number,
            reexport_line.c.came_country == document.country,
        )
        theirs = select(foreign_reexport.c.country, foreign_reexport.c.number).where(
            foreign_reexport.c.came_number == document.number,
            foreign_reexport.c.came_country == document.country,
        )
        found: dict[DocumentName, None] = {}
        with guarded(), readable(), self._reading.connect() as connection:
            for query in (
                ours.order_by(permit.c.number, authority.c.country),
                theirs.order_by(foreign_reexport.c.number, foreign_reexport.c.country),
            ):
                rows = connection.execute(query.distinct().limit(most - len(found)))
                found.update({DocumentName(row.country, row.number): None for row in rows})
        return list(found)[:most]

    def of_days(
        self,
        authorities: Collection[Authority],
        first: date,
        last: date,
        after: ReexportPlace | None,
        most: int,
    ) -> Sequence[tuple[ReexportPlace, DocumentName]]:
        """See the port.

        Rows of a page are read by the index of days alone, and named then. In one query with the
        authorities, SQLite sorts all permits of an authority for each page.
        """
        with guarded(), readable(), self._reading.connect() as connection:
            while places := _places(connection, first, last, after, most):
                names = _names(connection, authorities, [row for _, row in places])
                if names:
                    return [(place, names[place[1]]) for place in places if place[1] in names]
                after = places[-1]
        return []

    def note(
        self, reexport: DocumentName, came_with: Collection[DocumentName], at: datetime
    ) -> None:
        """See the port."""
        rows = [
            {
                "came_number": each.number,
                "came_country": each.country,
                "country": reexport.country,
                "number": reexport.number,
                "seen_at": in_utc(at),
            }
            for each in sorted(set(came_with))
        ]
        if not rows:
            return
        with guarded(), self._writing.begin() as connection:
            connection.execute(upsert(connection, foreign_reexport).on_conflict_do_nothing(), rows)


def _ours() -> Select[tuple[str, str]]:
    return (
        select(authority.c.country, permit.c.number)
        .join_from(reexport_line, permit)
        .join(authority, authority.c.id == permit.c.authority_id)
    )


def _places(
    connection: Connection, first: date, last: date, after: ReexportPlace | None, most: int
) -> Sequence[ReexportPlace]:
    """The next places of re-exports of any authority."""
    day, row = reexport_line.c.day, reexport_line.c.permit_id
    begins, past = after or (first, 0)
    query = (
        select(day, row)
        .where(
            day.between(begins.isoformat(), last.isoformat()),
            tuple_(day, row) > tuple_(begins.isoformat(), past),
        )
        .distinct()
        .order_by(day, row)
        .limit(most)
    )
    return [(date.fromisoformat(found.day), found.permit_id) for found in connection.execute(query)]


def _names(
    connection: Connection, authorities: Collection[Authority], rows: Sequence[int]
) -> dict[int, DocumentName]:
    """Names of the permits in these rows that are of these authorities, by row."""
    query = (
        select(permit.c.id, permit.c.number, authority.c.country, authority.c.code)
        .join_from(permit, authority)
        .where(permit.c.id.in_(rows))
    )
    return {
        row.id: DocumentName(row.country, row.number)
        for row in connection.execute(query)
        if Authority(IsoCountryCode(row.country), row.code) in authorities
    }
