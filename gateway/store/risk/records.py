"""Risk records: issuers of a number, open permits, and look-ups of customs officers."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Engine, Select, select

from gateway.domain.permit.status import Status
from gateway.domain.trace.named import DocumentName
from gateway.store.database.errors import guarded, readable
from gateway.store.tables import authority, customs_look_up, foreign_reexport, outbox, permit

_MOST_ISSUERS = 50
_LOOK_UPS_AT_ONCE = 1000


class SqlRiskRecords:
    """The port `RiskRecords`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def issuers_of(self, number: str) -> Sequence[str]:
        """See the port. The number is compared exactly, so each look-up is an index hit."""
        ours = (
            select(authority.c.country, authority.c.code)
            .join_from(permit, authority)
            .where(permit.c.authority_id.in_(select(authority.c.id)), permit.c.number == number)
            .limit(_MOST_ISSUERS)
        )
        theirs = (
            select(outbox.c.country).where(outbox.c.permit_number == number),
            select(customs_look_up.c.country).where(customs_look_up.c.permit_number == number),
            select(foreign_reexport.c.came_country).where(foreign_reexport.c.came_number == number),
        )
        with guarded(), readable(), self._reading.connect() as connection:
            named = {f"{row.country}/{row.code}" for row in connection.execute(ours)}
            own = {each.partition("/")[0] for each in named}
            for query in theirs:
                found = connection.execute(query.distinct().limit(_MOST_ISSUERS)).scalars()
                named |= {country for country in found if country not in own}
        return sorted(named)

    def newest_open(self, most: int, without: Collection[str] = ()) -> Sequence[DocumentName]:
        """See the port. Of each authority by the index of status, however few permits are open."""
        authorities = select(authority.c.id, authority.c.country).where(
            authority.c.country.not_in(without)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            found = [
                (row.id, DocumentName(country, row.number))
                for authority_id, country in connection.execute(authorities).all()
                for row in connection.execute(_open_of(authority_id, most))
            ]
        return [name for _, name in sorted(found, key=lambda each: -each[0])[:most]]

    def looked_up(self, most: int) -> Sequence[DocumentName]:
        """See the port. From the newest row on, as ids grow with time, until there are enough."""
        found: dict[DocumentName, None] = {}
        before: str | None = None
        with guarded(), readable(), self._reading.connect() as connection:
            while len(found) < most:
                rows = connection.execute(_look_ups_before(before)).all()
                if not rows:
                    break
                found |= dict.fromkeys(DocumentName(row.country, row[1]) for row in rows)
                before = rows[-1].id
        return list(found)[:most]


def _open_of(authority_id: int, most: int) -> Select[Any]:
    query = select(permit.c.id, permit.c.number).where(
        permit.c.authority_id == authority_id, permit.c.status == Status.ISSUED.value
    )
    return query.order_by(permit.c.id.desc()).limit(most)


def _look_ups_before(before: str | None) -> Select[Any]:
    table = customs_look_up.c
    query = select(table.country, table.permit_number, table.id)
    if before is not None:
        query = query.where(table.id < before)
    return query.order_by(table.id.desc()).limit(_LOOK_UPS_AT_ONCE)
