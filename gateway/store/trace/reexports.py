"""Re-exports by the document that their goods came with: ours and those of partners."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Engine, Select, and_, or_, select, tuple_

from gateway.domain.identifiers import Authority
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
        """See the port. A page walks the index of days from a place on, and sorts nothing."""
        day, permit_id = reexport_line.c.day, reexport_line.c.permit_id
        begins, row = after or (first, 0)
        wanted = select(authority.c.id).where(
            or_(
                *(
                    and_(authority.c.country == each.country.text, authority.c.code == each.code)
                    for each in authorities
                )
            )
        )
        query = (
            _ours()
            .add_columns(day, permit_id)
            .where(
                day.between(begins.isoformat(), last.isoformat()),
                tuple_(day, permit_id) > tuple_(begins.isoformat(), row),
                # A sum, so that no database begins with all permits of the authority.
                (permit.c.authority_id + 0).in_(wanted),
            )
            .distinct()
            .order_by(day, permit_id)
            .limit(most)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                (
                    (date.fromisoformat(found.day), found.permit_id),
                    DocumentName(found.country, found.number),
                )
                for found in connection.execute(query)
            ]

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
