"""Since when is the journal as it is, by a clock that is not ours? A time-stamp over its newest head, now and then.

Each head names the one before it, so a time-stamp covers every record before it; heads that came while the authority
was away are covered by the next it gives. Sealing never waits for it.
"""

from dataclasses import dataclass
from datetime import timedelta

from gateway.exchange.ports import Clock, NewId, SealedJournal, TimeStamper
from gateway.exchange.stamp_deeds import record_of_stamp


@dataclass(frozen=True, slots=True)
class StampHeads:
    """every: how long after one time-stamp the next is asked for, at the earliest."""

    journal: SealedJournal
    authority: TimeStamper
    clock: Clock
    new_id: NewId
    every: timedelta

    def stamp(self) -> int | None:
        """One round: number of the head that was stamped; None where it is too early, or there is nothing to stamp.

        Raises ServiceUnavailable where the authority gives nothing that counts; the next round asks again.
        """
        newest, last = self.journal.last(), self.journal.last_stamp()
        if newest is None or newest.stamp or (last is not None and self.clock() - last < self.every):
            return None
        stamp = self.authority.stamp(newest.statement)
        self.journal.keep_stamp(newest.batch, stamp, record_of_stamp(self.new_id(), newest.batch, stamp, self.clock()))
        return newest.batch
