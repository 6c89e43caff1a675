"""How is a moment written as text, so that both databases keep it exactly, offset included?

Neither database can: SQLite has no times, and PostgreSQL's `timestamptz` forgets the offset a permit was written with.
"""

from datetime import UTC, datetime

from gateway.domain.permit import UNSTATED


def as_written(moment: datetime) -> str:
    """ISO 8601 with the offset of the moment itself; none where the document stated none (zone UNSTATED).

    Raises ValueError for a naive moment: what was left unstated must say so.
    """
    if moment.utcoffset() is None:
        raise ValueError("A moment in a permit is aware, or in the zone UNSTATED.")
    if moment.tzname() == UNSTATED.tzname(None):  # zones compare equal by offset alone, so only the name tells
        return moment.replace(tzinfo=None).isoformat()
    return moment.isoformat()


def as_read(text: str) -> datetime:
    """The inverse of `as_written`."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UNSTATED)


def in_utc(moment: datetime) -> str:
    """ISO 8601 in UTC to the microsecond, of one length, so that text sorts like time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
