"""Search of permits of one authority, by the beginning of a number or the newest of a status.

Each query walks an index from a place on and stops at its limit, so that a page costs the same
among a million permits.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, select

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.permit.status import Status
from gateway.exchange.ports import ListedPermit
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import as_read
from gateway.store.permits.new_permits import is_authority
from gateway.store.permits.permit_json import from_json
from gateway.store.tables import authority, permit

_HIGHEST = "z" * 70
"""Is put behind the beginning of a number: the last number that begins so, or one after it.

No letter of a number sorts after it, by bytes or by the alphabet of a database.
"""


class SqlPermitSearch:
    """The port `PermitSearch`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def numbered(
        self, authority: Authority, beginning: str, after: str, most: int
    ) -> Sequence[ListedPermit]:
        """See the port."""
        number = permit.c.number
        with guarded(), readable(), self._reading.connect() as connection:
            query = (
                select(permit.c.id)
                .where(
                    _of(connection, authority),
                    number > after if after else number >= beginning,
                    number <= beginning + _HIGHEST,
                    func.substr(number, 1, len(beginning)) == beginning,
                )
                .order_by(number)
                .limit(most)
            )
            places = connection.execute(query).scalars().all()
            return _listed(connection, authority, places)

    def newest(
        self, authority: Authority, statuses: Sequence[Status], before: int | None, most: int
    ) -> Sequence[ListedPermit]:
        """See the port. One query for each status, as the index has them."""
        with guarded(), readable(), self._reading.connect() as connection:
            owner = _of(connection, authority)
            places: list[int] = []
            for status in statuses:
                query = select(permit.c.id).where(owner, permit.c.status == status.value)
                if before is not None:
                    query = query.where(permit.c.id < before)
                newest = query.order_by(permit.c.id.desc()).limit(most)
                places += connection.execute(newest).scalars()
            return _listed(connection, authority, sorted(places, reverse=True)[:most])

    def named(self, place: int) -> tuple[Authority, CertificateNumber] | None:
        """See the port."""
        query = (
            select(permit.c.number, authority.c.country, authority.c.code)
            .join_from(permit, authority)
            .where(permit.c.id == place)
        )
        with guarded(), readable(), self._reading.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        owner = Authority(IsoCountryCode(row.country), row.code)
        return owner, CertificateNumber(row.number)

    def place(self, authority: Authority, number: CertificateNumber) -> int | None:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            query = select(permit.c.id).where(
                _of(connection, authority), permit.c.number == number.text
            )
            return connection.execute(query).scalar_one_or_none()


def _of(connection: Connection, wanted: Authority) -> ColumnElement[bool]:
    """Condition: the permit is of an authority, by its id, so that the index is walked in order."""
    found = connection.execute(select(authority.c.id).where(is_authority(wanted))).scalar()
    return permit.c.authority_id == (-1 if found is None else found)


def _listed(
    connection: Connection, owner: Authority, places: Sequence[int]
) -> Sequence[ListedPermit]:
    """The permits at these places, in their order."""
    query = select(
        permit.c.id,
        permit.c.status,
        permit.c.countries,
        permit.c.created_at,
        permit.c.changed_at,
        permit.c.content,
    ).where(permit.c.id.in_(places))
    rows: dict[int, Any] = {row.id: row for row in connection.execute(query)}
    return [
        ListedPermit(
            place,
            owner,
            from_json(rows[place].content),
            Status(rows[place].status),
            frozenset(json.loads(rows[place].countries)),
            as_read(rows[place].created_at),
            as_read(rows[place].changed_at),
        )
        for place in places
        if place in rows
    ]
