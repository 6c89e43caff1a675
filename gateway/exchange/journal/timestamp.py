"""RFC 3161 time-stamps over journal heads: an independent authority certifies when a head existed.

Heads form a chain, so a time-stamp covers every record before it. Heads made while the authority
was unreachable are covered by the next time-stamp. Sealing never waits for the authority.
"""

from dataclasses import dataclass
from datetime import timedelta

from gateway.exchange.journal.records.timestamp import record_of_timestamp
from gateway.exchange.ports import Clock, NewId, SealedJournal, TimestampAuthority


@dataclass(frozen=True, slots=True)
class TimestampHeads:
    """Use case: time-stamp the newest head. every: minimum interval between two time-stamps."""

    journal: SealedJournal
    authority: TimestampAuthority
    clock: Clock
    new_id: NewId
    every: timedelta

    def timestamp(self) -> int | None:
        """Time-stamp the newest head, if the interval is over; return its batch, or None.

        Raises ServiceUnavailable where the authority returns no valid time-stamp; the next call
        requests it again.
        """
        newest, last = self.journal.last(), self.journal.last_timestamp()
        if (
            newest is None
            or newest.timestamp
            or (last is not None and self.clock() - last < self.every)
        ):
            return None
        timestamp = self.authority.timestamp(newest.statement)
        self.journal.add_timestamp(
            newest.batch,
            timestamp,
            record_of_timestamp(self.new_id(), newest.batch, timestamp, self.clock()),
        )
        return newest.batch
