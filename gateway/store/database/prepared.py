"""Prepared statements: Core statements compiled once, run on DBAPI connections that stay open.

SQLAlchemy Core spends 150 us or more on each execution. So the statements of the hot path are
compiled once, by the same dialect, and their text runs on a plain DBAPI connection: tens of
microseconds.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeVar
from weakref import WeakSet

from sqlalchemy import Engine
from sqlalchemy.engine import Compiled, Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql import ClauseElement

from gateway.store.database.errors import DATABASE_ERRORS, unavailable

DbRow = tuple[Any, ...]
Values = Mapping[str, object]
T = TypeVar("T")


class PreparedStatement:
    """A Core statement as text for one dialect, and how its driver takes the parameters.

    It is compiled on first use: a command runs a few of the statements that a store has.
    """

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        self._statement = statement
        self._dialect = dialect

    @cached_property
    def text(self) -> str:
        """The statement as the driver takes it."""
        return str(self._compiled)

    @cached_property
    def bind(self) -> Callable[[Values], Any]:
        """From parameters by their names in the statement to the form that the driver takes."""
        order: Sequence[str] | None = getattr(self._compiled, "positiontup", None)
        return _by_name if order is None else _by_position(order)

    @cached_property
    def _compiled(self) -> Compiled:
        return compiled(self._statement, self._dialect)

    def rows(self, connection: DBAPIConnection, values: Values) -> Sequence[DbRow]:
        """Run it and fetch every row, so that no read transaction stays open."""
        cursor = connection.execute(self.text, self.bind(values))  # both drivers have it
        rows: Sequence[DbRow] = cursor.fetchall()
        cursor.close()
        return rows

    def run(self, connection: DBAPIConnection, batch: Sequence[Values]) -> None:
        """Run it once for each of the batch."""
        cursor = connection.cursor()
        if len(batch) == 1:
            cursor.execute(self.text, self.bind(batch[0]))
        else:
            cursor.executemany(self.text, [self.bind(values) for values in batch])
        cursor.close()


def compiled(statement: ClauseElement, dialect: Dialect) -> Compiled:
    """The statement, compiled for the dialect."""
    return statement.compile(dialect=dialect)


def _by_name(values: Values) -> Values:
    return values


def _by_position(names: Sequence[str]) -> Callable[[Values], Any]:
    if len(names) < 2:  # of a single name, itemgetter gives the value itself
        return lambda values: [values[name] for name in names]
    return itemgetter(*names)


class PersistentConnection:
    """A DBAPI connection: opened on first use, kept open, and opened anew after an error.

    For one thread at a time.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._database_error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._open: PoolProxiedConnection | None = None

    def run(self, action: Callable[[DBAPIConnection], T]) -> T:
        """Run the action; once more on a new connection where the open one turns out to be lost.

        Raises ServiceUnavailable.
        """
        was_open = self._open is not None
        try:
            return action(self._connection())
        except (self._database_error, *DATABASE_ERRORS) as error:
            # A connection that has just been opened was not lost while idle: no second attempt.
            lost = was_open and self._is_lost(error)
            self._drop()
            if not lost:
                raise unavailable(error) from error
        except BaseException:
            self._drop()  # the action may have left a transaction open
            raise
        return self.run(action)

    def _is_lost(self, error: Exception) -> bool:
        if self._open is None:
            return False
        # The dialect looks at the error's class itself; its annotation knows DBAPI errors only.
        return self._engine.dialect.is_disconnect(error, self._open.dbapi_connection, None)  # type: ignore[arg-type]

    def _connection(self) -> DBAPIConnection:
        if self._open is None:
            self._open = self._engine.raw_connection()
        # None only after close
        return self._open.dbapi_connection  # type: ignore[return-value]

    def _drop(self) -> None:
        if self._open is not None:
            self._open.invalidate()
            self._open = None

    def close(self) -> None:
        """Close it, from any thread. The next use would open it again."""
        if self._open is not None:
            self._open.close()
            self._open = None


class ConnectionPerThread:
    """A persistent connection for each thread.

    It goes back to the connection pool of the engine, which closes it or keeps it for another
    thread, when its thread ends.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._local = threading.local()
        self._all: WeakSet[PersistentConnection] = WeakSet()

    def run(self, action: Callable[[DBAPIConnection], T]) -> T:
        """As PersistentConnection.run, on the connection of this thread."""
        try:
            connection: PersistentConnection = self._local.connection
        except AttributeError:
            connection = self._local.connection = PersistentConnection(self._engine)
            self._all.add(connection)
        return connection.run(action)

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in list(self._all):
            connection.close()
