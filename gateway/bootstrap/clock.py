"""Clock and identifiers that every part of a gateway uses."""

from datetime import UTC, datetime

from uuid_utils import uuid7


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A new UUIDv7 (RFC 9562), as text."""
    return str(uuid7())
