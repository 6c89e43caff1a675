"""Database errors as ServiceUnavailable: a sentence for callers, the error code for the log."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from cattrs import BaseValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gateway.domain.errors import DatabaseProblem, ServiceUnavailable

_log = logging.getLogger(__name__)

_SQLITE = {
    sqlite3.SQLITE_FULL: DatabaseProblem.FULL,
    sqlite3.SQLITE_READONLY: DatabaseProblem.READ_ONLY,
    sqlite3.SQLITE_BUSY: DatabaseProblem.LOCKED,
    sqlite3.SQLITE_LOCKED: DatabaseProblem.LOCKED,
    sqlite3.SQLITE_CORRUPT: DatabaseProblem.DAMAGED,
    sqlite3.SQLITE_NOTADB: DatabaseProblem.DAMAGED,
    sqlite3.SQLITE_CANTOPEN: DatabaseProblem.UNREACHABLE,
}
_POSTGRESQL = {
    "53100": DatabaseProblem.FULL,
    "25006": DatabaseProblem.READ_ONLY,
    "55P03": DatabaseProblem.LOCKED,
    "42501": DatabaseProblem.NOT_GRANTED,
    "XX001": DatabaseProblem.DAMAGED,
    "XX002": DatabaseProblem.DAMAGED,
}
DATABASE_ERRORS = (SQLAlchemyError, UnicodeDecodeError)
"""UnicodeDecodeError: raised by SQLite's driver for text of a damaged file that is not UTF-8."""

_LOST = "OperationalError"
"""Error of PostgreSQL's driver, by name, as the driver is optional. Without an SQLSTATE: no server
answered."""

_UNREACHABLE = ("08", "57P")
"""SQLSTATE prefixes: lost connection; server that starts or stops."""


def unavailable(error: Exception) -> ServiceUnavailable:
    """The error that every interface may show.

    The log gets class and code only: the database's own message quotes values.
    """
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or "no code"
    _log.error("The database refused: %s (%s)", type(cause).__name__, code)
    return ServiceUnavailable(
        "The records of this gateway cannot be reached at the moment.", _problem(cause)
    )


def _problem(cause: Exception) -> DatabaseProblem | None:
    if isinstance(cause, sqlite3.OperationalError | UnicodeDecodeError) and not hasattr(
        cause, "sqlite_errorcode"
    ):
        return DatabaseProblem.DAMAGED  # from the driver itself: text in the file is not UTF-8
    if isinstance(cause, sqlite3.Error):
        # The low byte is the primary result code; the rest is the extended one.
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return DatabaseProblem.UNREACHABLE if type(cause).__name__ == _LOST else None
    return DatabaseProblem.UNREACHABLE if state.startswith(_UNREACHABLE) else _POSTGRESQL.get(state)


@contextmanager
def guarded() -> Iterator[None]:
    """Turn every error of the database within the block into ServiceUnavailable."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise unavailable(error) from error


@contextmanager
def readable() -> Iterator[None]:
    """For reading values out of a row that this gateway has written.

    Raises ServiceUnavailable where the row is damaged.
    """
    try:
        yield
    except (BaseValidationError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        _log.error("A row of the database cannot be read any more (%s)", type(error).__name__)
        raise ServiceUnavailable(
            "A record of this gateway cannot be read any more.", DatabaseProblem.DAMAGED
        ) from error
