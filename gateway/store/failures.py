"""What becomes of a database's error: one sentence for everybody, its own code for our log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gateway.domain.errors import ServiceUnavailable

_log = logging.getLogger(__name__)


def unavailable(error: Exception) -> ServiceUnavailable:
    """The error every door may show. Our log gets kind and code alone, as the database's own text quotes values."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or "no code"
    _log.error("The database refused: %s (%s)", type(cause).__name__, code)
    return ServiceUnavailable("The records of this gateway cannot be reached at the moment.")


@contextmanager
def guarded() -> Iterator[None]:
    """Raises ServiceUnavailable for every error of the database within the block."""
    try:
        yield
    except SQLAlchemyError as error:
        raise unavailable(error) from error
