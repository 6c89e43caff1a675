"""Moments as text (ISO 8601), so that both databases keep them exactly, offset included.

Neither database can do so by itself: SQLite has no type for times, and PostgreSQL's `timestamptz`
forgets the offset that a permit was written with.
"""

from datetime import UTC, datetime

from gateway.domain.permit.permit import UNSTATED


def as_written(moment: datetime) -> str:
    """ISO 8601 with the moment's own offset; without offset for the zone UNSTATED.

    Raises ValueError for a naive moment: an offset that a document left out has the zone UNSTATED.
    """
    if moment.utcoffset() is None:
        raise ValueError("A moment in a permit is aware, or in the zone UNSTATED.")
    # Zones compare equal by their offset alone, so UNSTATED is recognised by its name.
    if moment.tzname() == UNSTATED.tzname(None):
        return moment.replace(tzinfo=None).isoformat()
    return moment.isoformat()


def as_read(text: str) -> datetime:
    """The inverse of `as_written`."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UNSTATED)


def in_utc(moment: datetime) -> str:
    """ISO 8601 in UTC to the microsecond, of one length, so that text sorts like time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
