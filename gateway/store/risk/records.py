"""Risk records: issuers of a number, open permits, and look-ups of customs officers."""

from collections.abc import Collection, Sequence

from sqlalchemy import Engine, func, select

from gateway.domain.permit.status import Status
from gateway.domain.trace.named import DocumentName
from gateway.store.database.errors import guarded, readable
from gateway.store.tables import authority, customs_look_up, foreign_reexport, outbox, permit

_MOST_ISSUERS = 50


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
        """See the port."""
        query = (
            select(authority.c.country, permit.c.number)
            .join_from(permit, authority)
            .where(permit.c.status == Status.ISSUED.value, authority.c.country.not_in(without))
            .order_by(permit.c.id.desc())
            .limit(most)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return [DocumentName(row.country, row.number) for row in connection.execute(query)]

    def looked_up(self, most: int) -> Sequence[DocumentName]:
        """See the port."""
        newest = func.max(customs_look_up.c.asked_at)
        query = (
            select(customs_look_up.c.country, customs_look_up.c.permit_number)
            .group_by(customs_look_up.c.country, customs_look_up.c.permit_number)
            .order_by(newest.desc())
            .limit(most)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                DocumentName(row.country, row.permit_number) for row in connection.execute(query)
            ]
