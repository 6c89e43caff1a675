"""One unit of work: everything in it is kept, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from gateway.exchange.ports import BeginWork, Clock, Exchange, Permits, Work
from gateway.store.entries import values_of
from gateway.store.failures import guarded
from gateway.store.permits import SqlPermits
from gateway.store.tables import exchange as journal


class SqlWork:
    """The port `Work`."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._permits = SqlPermits(connection, clock)

    @property
    def permits(self) -> Permits:
        """The permits of this transaction."""
        return self._permits

    def record(self, exchange: Exchange) -> None:
        """See the port."""
        self._connection.execute(journal.insert(), values_of(exchange))

    def commit(self) -> None:
        """Keep what was done. Raises ServiceUnavailable."""
        with guarded():
            self._connection.commit()


def beginning(engine: Engine, clock: Clock) -> BeginWork:
    """The port `BeginWork`: the transaction starts at once, and on SQLite waits there for other writers."""

    @contextmanager
    def begin_work() -> Iterator[Work]:
        with guarded(), engine.connect() as connection:
            connection.begin()
            yield SqlWork(connection, clock)  # closing rolls back what was not committed

    return begin_work
