"""List of all permits, page by page in the order of their rows."""

import json
from collections.abc import Sequence

from sqlalchemy import Engine, func, select

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.permit.status import Status
from gateway.exchange.ports import ListedPermit
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import as_read
from gateway.store.permits.permit_json import from_json
from gateway.store.tables import authority, permit

_COUNT = select(func.count()).select_from(permit)
_NAMES = (
    select(permit.c.id, permit.c.number, authority.c.country, authority.c.code)
    .join_from(permit, authority)
    .order_by(permit.c.id)
)
_DETAILS = (
    select(
        permit.c.id,
        permit.c.status,
        permit.c.countries,
        permit.c.created_at,
        permit.c.changed_at,
        permit.c.content,
        authority.c.country,
        authority.c.code,
    )
    .join_from(permit, authority)
    .order_by(permit.c.id)
)


class SqlPermitList:
    """The port `PermitList`."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading

    def count(self) -> int:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            return int(connection.execute(_COUNT).scalar_one())

    def after(self, place: int, most: int) -> Sequence[tuple[int, Authority, CertificateNumber]]:
        """See the port."""
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                (
                    row.id,
                    Authority(IsoCountryCode(row.country), row.code),
                    CertificateNumber(row.number),
                )
                for row in connection.execute(_NAMES.where(permit.c.id > place).limit(most))
            ]

    def details_after(self, place: int, most: int) -> Sequence[ListedPermit]:
        """See the port."""
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                ListedPermit(
                    row.id,
                    Authority(IsoCountryCode(row.country), row.code),
                    from_json(row.content),
                    Status(row.status),
                    frozenset(json.loads(row.countries)),
                    as_read(row.created_at),
                    as_read(row.changed_at),
                )
                for row in connection.execute(_DETAILS.where(permit.c.id > place).limit(most))
            ]
