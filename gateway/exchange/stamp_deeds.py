"""What does the journal keep of a time-stamp, so that one that was taken away is missed?

It is a record of the journal as well, sealed with the next batch. Those of gateways before this one have none; they are
verified like all others, and not missed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from gateway.exchange.journal_heads import canonical, said_in
from gateway.exchange.own_records import own_record
from gateway.exchange.ports import Direction, Exchange, Head

STAMPED = "JournalStamped"


def record_of_stamp(identity: str, batch: int, stamp: bytes, at: datetime) -> Exchange:
    """identity: of the record.  batch: of the head that the stamp is for."""
    message = canonical({"v": 1, "batch": batch, "stamp": sha256(stamp).hexdigest()})
    return own_record(identity, STAMPED, at, message)


@dataclass(slots=True)
class StampDeeds:
    """Number of a head -> SHA-256 of its time-stamp, as it stands there and as sealed records tell of it."""

    _found: dict[int, str] = field(default_factory=dict)
    _sealed: dict[int, str] = field(default_factory=dict)

    def see(self, head: Head) -> None:
        """One head, with or without a time-stamp."""
        if head.stamp:
            self._found[head.batch] = sha256(head.stamp).hexdigest()

    def take(self, record: Exchange) -> None:
        """One sealed record, of whatever."""
        if record.direction is not Direction.OWN or record.operation != STAMPED:
            return
        try:
            said = said_in(record.request)
            batch, stamp = said["batch"], said["stamp"]
        except (ValueError, TypeError, KeyError):  # whoever writes so is none of us
            return
        if isinstance(batch, int) and isinstance(stamp, str):
            self._sealed.setdefault(batch, stamp)  # what comes later cannot make up for one that was exchanged

    def contradicted_by(self, stamp_of: Callable[[int], bytes]) -> Iterator[tuple[int, str]]:
        """(number of the head, sentence) for each time-stamp that is not as it was sealed.

        stamp_of: what stands there by now; a head that was seen without one may have been given it since.
        """
        for batch, sealed in sorted(self._sealed.items()):
            if self._found.get(batch) == sealed:
                continue
            stamp = stamp_of(batch)
            if not stamp:
                yield batch, f"The time-stamp of head {batch} is missing: it was removed."
            elif sha256(stamp).hexdigest() != sealed:
                yield batch, f"The time-stamp of head {batch} is not the one that was sealed: it was exchanged."
