"""What becomes of a database's error: one sentence for everybody, its own code for our log."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from cattrs import BaseValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gateway.domain.errors import ServiceUnavailable, Trouble

_log = logging.getLogger(__name__)

_SQLITE = {
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
    sqlite3.SQLITE_CANTOPEN: Trouble.UNREACHABLE,
}
_POSTGRESQL = {
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "55P03": Trouble.LOCKED,
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
}
DATABASE_ERRORS = (SQLAlchemyError, UnicodeDecodeError)
"""The second is what SQLite's driver raises when it cannot even read what a damaged file makes SQLite say."""

_LOST = "OperationalError"
"""Of the driver, which is optional: without a code where there is no server to give one."""

_UNREACHABLE = ("08", "57P")
"""How codes of PostgreSQL begin that tell of a lost connection, or of a server that starts or stops."""


def unavailable(error: Exception) -> ServiceUnavailable:
    """The error every door may show. Our log gets kind and code alone, as the database's own text quotes values."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or "no code"
    _log.error("The database refused: %s (%s)", type(cause).__name__, code)
    return ServiceUnavailable("The records of this gateway cannot be reached at the moment.", _trouble(cause))


def _trouble(cause: Exception) -> Trouble | None:
    if isinstance(cause, sqlite3.OperationalError | UnicodeDecodeError) and not hasattr(cause, "sqlite_errorcode"):
        return Trouble.DAMAGED  # said by the driver itself: a text in the file is none
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)  # the rest says where in SQLite it came up
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return Trouble.UNREACHABLE if type(cause).__name__ == _LOST else None
    return Trouble.UNREACHABLE if state.startswith(_UNREACHABLE) else _POSTGRESQL.get(state)


@contextmanager
def guarded() -> Iterator[None]:
    """Raises ServiceUnavailable for every error of the database within the block."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise unavailable(error) from error


@contextmanager
def readable() -> Iterator[None]:
    """For making something out of a row that this gateway has written. Raises ServiceUnavailable where it cannot be."""
    try:
        yield
    except (BaseValidationError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        _log.error("A row of the database cannot be read any more (%s)", type(error).__name__)
        raise ServiceUnavailable("A record of this gateway cannot be read any more.", Trouble.DAMAGED) from error
