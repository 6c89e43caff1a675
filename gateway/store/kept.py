"""How does one statement reach the database in tens of microseconds?

SQLAlchemy Core spends 150 us or more on each execution. So a Core statement is compiled once, by the same dialect, and
its text runs on a plain DBAPI connection that is kept open.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeVar
from weakref import WeakSet

from sqlalchemy import Engine
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql import ClauseElement

from gateway.store.failures import DATABASE_ERRORS, unavailable

Row = tuple[Any, ...]
Values = Mapping[str, object]
Given = TypeVar("Given")


class Prepared:
    """A Core statement as text for one dialect, with its values in the order or by the names that driver wants."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        order: Sequence[str] | None = getattr(compiled, "positiontup", None)
        self.bind: Callable[[Values], Any] = _as_named if order is None else _in_order(order)
        """Values by the names of the statement, as the driver takes them."""

    def rows(self, connection: DBAPIConnection, values: Values) -> Sequence[Row]:
        """Run it and fetch everything, so that no read transaction stays open."""
        found = connection.execute(self.text, self.bind(values))  # both drivers have it
        rows: Sequence[Row] = found.fetchall()
        found.close()
        return rows

    def run(self, connection: DBAPIConnection, batch: Sequence[Values]) -> None:
        """Run it once for each."""
        cursor = connection.cursor()
        if len(batch) == 1:
            cursor.execute(self.text, self.bind(batch[0]))
        else:
            cursor.executemany(self.text, [self.bind(values) for values in batch])
        cursor.close()


def _as_named(values: Values) -> Values:
    return values


def _in_order(names: Sequence[str]) -> Callable[[Values], Any]:
    if len(names) < 2:  # of a single name, itemgetter gives the value itself
        return lambda values: [values[name] for name in names]
    return itemgetter(*names)


class KeptConnection:
    """One DBAPI connection: opened on first use, kept, and opened anew after an error. For one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._database_error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._open: PoolProxiedConnection | None = None

    def run(self, action: Callable[[DBAPIConnection], Given]) -> Given:
        """Do it; once more on a new connection where the kept one turns out to be lost. Raises ServiceUnavailable."""
        was_open = self._open is not None
        try:
            return action(self._connection())
        except (self._database_error, *DATABASE_ERRORS) as error:
            lost = was_open and self._is_lost(error)
            self._drop()
            if not lost:
                raise unavailable(error) from error
        except BaseException:
            self._drop()  # whatever it was, it may have left a transaction open
            raise
        return self.run(action)

    def _is_lost(self, error: Exception) -> bool:
        return self._open is not None and self._engine.dialect.is_disconnect(error, self._open.dbapi_connection, None)  # type: ignore[arg-type]

    def _connection(self) -> DBAPIConnection:
        if self._open is None:
            self._open = self._engine.raw_connection()
        return self._open.dbapi_connection  # type: ignore[return-value]  # set as long as it is not closed

    def _drop(self) -> None:
        if self._open is not None:
            self._open.invalidate()
            self._open = None

    def close(self) -> None:
        """Close it, from whichever thread. The next use would open it again."""
        if self._open is not None:
            self._open.close()
            self._open = None


class ConnectionPerThread:
    """A kept connection for each thread that asks; it closes when its thread ends."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mine = threading.local()
        self._all: WeakSet[KeptConnection] = WeakSet()

    def run(self, action: Callable[[DBAPIConnection], Given]) -> Given:
        """As KeptConnection.run, on the connection of this thread."""
        try:
            kept: KeptConnection = self._mine.kept
        except AttributeError:
            kept = self._mine.kept = KeptConnection(self._engine)
            self._all.add(kept)
        return kept.run(action)

    def close(self) -> None:
        """Close those of every thread."""
        for kept in list(self._all):
            kept.close()
