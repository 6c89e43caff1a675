"""Unit of work: a database transaction, committed whole or rolled back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from gateway.exchange.ports import (
    BeginWork,
    Clock,
    DocumentForm,
    Exchange,
    IntegrityWork,
    Permits,
    SealedPermit,
    Work,
)
from gateway.exchange.ports.declarations.uses import DeclaredUses
from gateway.exchange.ports.permits import SupportingDocuments
from gateway.exchange.ports.quotas.trade import QuotaTrade
from gateway.store.database.errors import guarded
from gateway.store.declarations.uses import SqlDeclaredUses
from gateway.store.integrity.work import SqlIntegrityWork
from gateway.store.journal.rows import values_of
from gateway.store.permits.permits import SqlPermits
from gateway.store.permits.sealed_documents import replace_seals
from gateway.store.permits.supporting.documents import SqlSupportingDocuments
from gateway.store.quotas.trade import SqlQuotaTrade
from gateway.store.tables import exchange as journal


class SqlWork:
    """The port `Work`."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._permits = SqlPermits(connection, clock)
        self._integrity = SqlIntegrityWork(connection, clock)

    @property
    def permits(self) -> Permits:
        """The permits of this transaction."""
        return self._permits

    @property
    def supporting(self) -> SupportingDocuments:
        """See the port."""
        return SqlSupportingDocuments(self._connection, self._clock)

    def replace_seals(
        self,
        sealed: SealedPermit,
        seals: Mapping[tuple[str, DocumentForm], tuple[bytes, str]],
        record: str,
    ) -> bool:
        """See the port."""
        return replace_seals(self._connection, self._clock, sealed, seals, record)

    @property
    def integrity(self) -> IntegrityWork:
        """See the port."""
        return self._integrity

    @property
    def quota_trade(self) -> QuotaTrade:
        """See the port."""
        return SqlQuotaTrade(self._connection)

    @property
    def declared(self) -> DeclaredUses:
        """See the port."""
        return SqlDeclaredUses(self._connection)

    def record(self, exchange: Exchange) -> None:
        """See the port."""
        self._connection.execute(journal.insert(), values_of(exchange))

    def commit(self) -> None:
        """See the port. Raises ServiceUnavailable."""
        with guarded():
            self._connection.commit()


def begin_work_on(engine: Engine, clock: Clock) -> BeginWork:
    """The port `BeginWork`.

    The transaction starts at once; on SQLite it waits there for other writers.
    """

    @contextmanager
    def begin_work() -> Iterator[Work]:
        with guarded(), engine.connect() as connection:
            connection.begin()
            yield SqlWork(connection, clock)  # closing rolls back what was not committed

    return begin_work
