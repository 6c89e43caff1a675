"""Statement timeout of a national database: how long it may take for one answer.

An answer is that to a statement, or the next portion of its rows; what the gateway does between two
portions does not count. A database that hangs ends the run, which says so, in place of holding up
the background job for ever.

PostgreSQL cancels the statement by itself, and the client ends a connection whose server is silent.
SQLite is interrupted. Other drivers have limits of their own, as options of the URL.
"""

import sqlite3
from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gateway.store.database.engines import connect_within
from gateway.store.database.timeouts import Timeouts

CONNECT_SECONDS = 10
_SQLITE_STEPS = 10_000
"""Instructions of SQLite between two looks at the clock: about a millisecond."""
_QUERY_CANCELED = "57014"
"""SQLSTATE of a statement that PostgreSQL cancelled."""
_REPLY_TIMEOUT = "_WaitTimeout"
"""Psycopg's error of a server that is silent; its class is private."""


class AnswerTime:
    """Limits the answers of the connections of an engine. seconds: for one answer."""

    def __init__(self, engine: Engine, seconds: float) -> None:
        self.seconds = seconds
        self.restart()
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", self._interrupt)
            event.listen(engine, "before_cursor_execute", lambda *_: self.restart())
        elif engine.dialect.driver == "psycopg":
            limits = Timeouts(connect=CONNECT_SECONDS, statement=seconds)
            event.listen(engine, "do_connect", partial(connect_within, limits))

    def begin(self, connection: Connection) -> None:
        """Begin the transaction of a connection; on PostgreSQL, one that only reads."""
        if connection.dialect.name != "postgresql":
            return
        connection.execute(text("SET TRANSACTION READ ONLY"))
        # Of this transaction alone: a connection pooler may give the session to others.
        connection.execute(text(f"SET LOCAL statement_timeout = {int(self.seconds * 1000)}"))

    def restart(self) -> None:
        """Begin the time of the next answer."""
        self._ends = monotonic() + self.seconds

    def _interrupt(self, connection: Any, _: object) -> None:
        connection.set_progress_handler(lambda: monotonic() > self._ends, _SQLITE_STEPS)


def is_over(problem: SQLAlchemyError) -> bool:
    """Whether a database did not answer in time."""
    origin = problem.orig if isinstance(problem, DBAPIError) else None
    if isinstance(origin, sqlite3.Error):
        return getattr(origin, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
    is_silent = type(origin).__name__ == _REPLY_TIMEOUT
    return is_silent or getattr(origin, "sqlstate", None) == _QUERY_CANCELED
