"""Pages of permits and of their records, suspensions, and where background walks go on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, func, select

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.exchange.ports import PERMIT_RECORDED, Direction, Exchange, PermitRows, Suspension
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.database.prepared import ConnectionPerThread, PreparedStatement
from gateway.store.integrity.rows import PERMIT, rows_of
from gateway.store.journal.rows import ENTRY, exchanges
from gateway.store.tables import (
    authority,
    confirmation,
    exchange,
    integrity_walk,
    permit,
    permit_record,
    permit_suspension,
)

_SUSPENDED = select(permit_suspension.c.permit_id).where(permit_suspension.c.permit_id.is_not(None))
_FIRST_REVISION = 1
_TELLING = {
    (PERMIT_RECORDED, Direction.OWN.value, "ok"),
    (OperationName.CONFIRM_QUANTITIES.value, Direction.IN.value, "ok"),
}
"""(operation, direction, outcome) of journal records that tell of a permit of ours."""


class SqlIntegrityReading:
    """The port `IntegrityReading`."""

    def __init__(self, connections: ConnectionPerThread, writing: Engine, reading: Engine) -> None:
        self._connections = connections
        self._writing = writing
        self._reading = reading
        self._suspended = PreparedStatement(_SUSPENDED, reading.dialect)
        self._suspended_values = dict(_SUSPENDED.compile(dialect=reading.dialect).params)

    def permits(self, after: int | None, most: int) -> Sequence[PermitRows]:
        """See the port."""
        query = PERMIT.order_by(permit.c.id).limit(most)
        if after is not None:
            query = query.where(permit.c.id > after)
        with guarded(), self._reading.connect() as connection:
            return rows_of(connection, connection.execute(query).all())

    def records(self, after: str, most: int) -> tuple[str, Sequence[Exchange | str]]:
        """See the port."""
        page = (
            select(exchange.c.id, exchange.c.operation, exchange.c.direction, exchange.c.outcome)
            .where(exchange.c.id > after)
            .order_by(exchange.c.id)
            .limit(most)
        )
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(page).all()
            ids = [row.id for row in rows if tuple(row)[1:] in _TELLING]
            wanted = ENTRY.where(exchange.c.id.in_(ids)).order_by(exchange.c.id)
            whole = connection.execute(wanted).all() if ids else []
            found = [
                record if record is not None else str(row.id)
                for row, record in zip(whole, exchanges(connection, whole), strict=True)
            ]
        return (rows[-1].id if rows else ""), found

    def confirmed(self, country: str, number: str) -> Sequence[tuple[str, str]]:
        """See the port."""
        query = (
            select(confirmation.c.caller, confirmation.c.message_sha256)
            .join_from(confirmation, permit)
            .join(authority)
            .where(authority.c.country == country, permit.c.number == number)
        )
        with guarded(), self._reading.connect() as connection:
            return [(row.caller, row.message_sha256) for row in connection.execute(query)]

    def recorded(
        self, record_ids: Sequence[str]
    ) -> Mapping[str, tuple[Authority, CertificateNumber, int]]:
        """See the port."""
        query = (
            select(
                permit_record.c.exchange_id.label("record"),
                authority.c.country,
                authority.c.code,
                permit.c.number,
                permit_record.c.revision,
            )
            .join_from(permit_record, permit)
            .join(authority)
            .where(permit_record.c.exchange_id.in_(record_ids))
        )
        with guarded(), self._reading.connect() as connection:
            return {
                row.record: (
                    Authority(IsoCountryCode(row.country), row.code),
                    CertificateNumber(row.number),
                    row.revision,
                )
                for row in connection.execute(query)
            }

    def first_published(self) -> int | None:
        """See the port."""
        query = select(func.min(permit_record.c.permit_id))
        with guarded(), self._reading.connect() as connection:
            return connection.execute(
                query.where(permit_record.c.revision == _FIRST_REVISION)
            ).scalar()

    def position(self, walk: str) -> str:
        """See the port."""
        query = select(integrity_walk.c.position).where(integrity_walk.c.walk == walk)
        with guarded(), self._reading.connect() as connection:
            return connection.execute(query).scalar() or ""

    def save_position(self, walk: str, position: str, at: datetime) -> None:
        """See the port."""
        row = {"walk": walk, "position": position, "at": in_utc(at)}
        with guarded(), self._writing.begin() as connection:
            connection.execute(integrity_walk.delete().where(integrity_walk.c.walk == walk))
            connection.execute(integrity_walk.insert(), row)

    def suspensions(self) -> Sequence[Suspension]:
        """See the port."""
        query = permit_suspension.select().order_by(permit_suspension.c.name)
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                Suspension(row.name, row.permit_id, datetime.fromisoformat(row.at), row.differences)
                for row in connection.execute(query)
            ]

    def suspended(self) -> frozenset[int]:
        """See the port."""
        rows = self._connections.run(
            lambda connection: self._suspended.rows(connection, self._suspended_values)
        )
        return frozenset(place for (place,) in rows)
