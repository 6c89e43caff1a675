"""Since when is the journal as it is, by a clock that is not ours? A time-stamp over its newest head.

Each head names the one before it, so the newest token covers every record before it; heads that came while the
time-stamping authority was away are covered by the next token it gives. Sealing never waits for it.
"""

from dataclasses import dataclass

from gateway.exchange.ports import HeadStamps, TimeStamper


@dataclass(frozen=True, slots=True)
class StampHeads:
    """Gets the newest head time-stamped."""

    heads: HeadStamps
    authority: TimeStamper

    def stamp(self) -> int | None:
        """One round: number of the head that was stamped; None where the newest is stamped, or there is none.

        Raises ServiceUnavailable where the authority gives no token that counts; the next round asks again.
        """
        newest = self.heads.newest_unstamped()
        if newest is None:
            return None
        batch, statement = newest
        self.heads.keep_stamp(batch, self.authority.stamp(statement))
        return batch
