"""Integrity in a unit of work: rows of a permit under lock, records, suspensions."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam

from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.exchange.ports import (
    Clock,
    DocumentForm,
    Exchange,
    PermitRows,
    Suspension,
    UnsealedPermit,
)
from gateway.store.database.errors import guarded
from gateway.store.database.moments import in_utc
from gateway.store.integrity.rows import PERMIT, as_issued, rows_of
from gateway.store.journal.rows import values_of
from gateway.store.permits.unsealed import add_seals
from gateway.store.tables import authority as authorities
from gateway.store.tables import exchange, permit, permit_record, permit_suspension

_UNDER_LOCK = (
    PERMIT.with_for_update(of=permit)
    .where(
        authorities.c.country == bindparam("wanted_country"),
        authorities.c.code == bindparam("wanted_code"),
        permit.c.number.in_(bindparam("wanted_numbers", expanding=True)),
    )
    .order_by(permit.c.id)
)


class SqlIntegrityWork:
    """The port `IntegrityWork`."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def rows(self, authority: Authority, number: CertificateNumber) -> PermitRows | None:
        """See the port."""
        return next(iter(self.rows_of_all(authority, (number,))), None)

    def rows_of_all(
        self, authority: Authority, numbers: Sequence[CertificateNumber]
    ) -> Sequence[PermitRows]:
        """See the port."""
        wanted = {
            "wanted_country": authority.country.text,
            "wanted_code": authority.code,
            "wanted_numbers": [number.text for number in numbers],
        }
        return rows_of(self._connection, self._connection.execute(_UNDER_LOCK, wanted).all())

    def as_issued(self, rows: PermitRows) -> Mapping[str, tuple[bytes, bytes | None]]:
        """See the port."""
        return as_issued(self._connection, rows.place)

    def add_records(self, records: Sequence[tuple[PermitRows, Exchange]]) -> None:
        """See the port."""
        named = [
            {"permit_id": rows.place, "revision": rows.revision, "exchange_id": record.id}
            for rows, record in records
        ]
        self._connection.execute(exchange.insert(), [values_of(record) for _, record in records])
        self._connection.execute(permit_record.insert(), named)

    def raise_revision(self, rows: PermitRows) -> None:
        """See the port."""
        raised = {"revision": rows.revision + 1, "changed_at": in_utc(self._clock())}
        self._connection.execute(permit.update().where(permit.c.id == rows.place), raised)

    def add_seals(
        self, unsealed: UnsealedPermit, seals: Mapping[tuple[str, DocumentForm], bytes]
    ) -> bool:
        """See the port."""
        return add_seals(self._connection, unsealed, seals, self._clock())

    def suspend(self, suspension: Suspension, record: Exchange) -> bool:
        """See the port."""
        table = permit_suspension
        same = table.c.name == suspension.name
        before = self._connection.execute(table.select().where(same)).one_or_none()
        if before is not None and before.differences == suspension.text:
            return False
        self._connection.execute(table.delete().where(same))
        row = {
            "name": suspension.name,
            "permit_id": suspension.place,
            "at": in_utc(suspension.at),
            "differences": suspension.text,
        }
        self._connection.execute(table.insert(), row)
        self._connection.execute(exchange.insert(), values_of(record))
        return True

    def resume(self, name: str, record: Exchange) -> bool:
        """See the port."""
        ended = self._connection.execute(
            permit_suspension.delete().where(permit_suspension.c.name == name)
        )
        if not ended.rowcount:
            return False
        self._connection.execute(exchange.insert(), values_of(record))
        return True

    def commit(self) -> None:
        """See the port."""
        with guarded():
            self._connection.commit()
