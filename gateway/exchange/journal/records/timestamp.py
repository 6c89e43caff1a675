"""Audit records of RFC 3161 time-stamps, and the comparison of the time-stamps with these records.

The record is sealed with the next batch, so that a time-stamp removed from the database is noticed.
Time-stamps made before such records existed are verified, but their removal cannot be noticed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from gateway.exchange.canonical_json import canonical, parse_json
from gateway.exchange.ports import Direction, Exchange, Head

STAMPED = "JournalStamped"


def record_of_timestamp(identity: str, batch: int, timestamp: bytes, at: datetime) -> Exchange:
    """Return the audit record of a time-stamp. identity: id of the record.  batch: of the head."""
    message = canonical({"v": 1, "batch": batch, "stamp": sha256(timestamp).hexdigest()})
    return Exchange.own(identity, STAMPED, at, message)


@dataclass(slots=True)
class TimestampAudit:
    """SHA-256 of time-stamps by batch: as found at the heads, and as named in sealed records."""

    _found: dict[int, str] = field(default_factory=dict)
    _sealed: dict[int, str] = field(default_factory=dict)

    def add_head(self, head: Head) -> None:
        """Collect a head, with or without time-stamp."""
        if head.timestamp:
            self._found[head.batch] = sha256(head.timestamp).hexdigest()

    def add(self, record: Exchange) -> None:
        """Collect a sealed record; records of other operations are ignored."""
        if record.direction is not Direction.OWN or record.operation != STAMPED:
            return
        try:
            fields = parse_json(record.request)
            batch, digest = fields["batch"], fields["stamp"]
        except (ValueError, TypeError, KeyError):  # not written by this gateway
            return
        if isinstance(batch, int) and isinstance(digest, str):
            # The first record counts: a later one cannot excuse a time-stamp that was exchanged.
            self._sealed.setdefault(batch, digest)

    def discrepancies(self, timestamp_of: Callable[[int], bytes]) -> Iterator[tuple[int, str]]:
        """Yield (batch, sentence) for each time-stamp that differs from its sealed record.

        timestamp_of: reads the time-stamp of a batch again; a head that had none a moment ago may
        have received it since.
        """
        for batch, sealed in sorted(self._sealed.items()):
            if self._found.get(batch) == sealed:
                continue
            timestamp = timestamp_of(batch)
            if not timestamp:
                yield batch, f"The time-stamp of head {batch} is missing: it was removed."
            elif sha256(timestamp).hexdigest() != sealed:
                yield (
                    batch,
                    (
                        f"The time-stamp of head {batch} is not the one that was sealed: it was"
                        " exchanged."
                    ),
                )
