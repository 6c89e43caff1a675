"""Is a message new? Made a moment ago by its own word, and never taken before by any node of ours.

Source: SOAP Message Security 1.1, section 10; UsernameToken Profile 1.1, section 3.1.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.domain.errors import MessageExpired, MessageReplayed
from gateway.exchange.ports import Clock, TakenMessages

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Freshness:
    """What one partner's messages are held against.

    partner: its key.  max_age: how long a message counts after it was made, whatever it says itself.
    clock_skew: how far the partner's clock and ours may be apart.
    """

    partner: str
    max_age: timedelta
    clock_skew: timedelta
    clock: Clock
    taken: TakenMessages

    def require(self, created: str | None, expires: str | None) -> datetime:
        """The moment after which the message is refused anyway. created, expires: as written.

        Raises MessageExpired.
        """
        if created is None:
            raise MessageExpired("The message does not say when it was made (Created).")
        now = self.clock()
        made_at = _moment(created, "Created")
        if made_at > now + self.clock_skew:
            raise MessageExpired("The message says that it was made at a time that has not come yet.")
        if made_at < now - self.max_age - self.clock_skew:
            raise MessageExpired(f"The message was made more than {self.max_age.seconds} seconds ago.")
        counts_until = made_at + self.max_age
        if expires is not None:
            ends_at = _moment(expires, "Expires")
            if ends_at <= made_at:
                raise MessageExpired("The message expires before it was made.")
            counts_until = min(counts_until, ends_at)
        if counts_until <= now - self.clock_skew:
            raise MessageExpired("The message has expired by its own word (Expires).")
        return counts_until

    def take(self, mark: bytes, counts_until: datetime) -> None:
        """Take a message, once. mark: what tells it from every other.

        Kept for twice the skew longer than it counts, so that a node of ours whose clock is behind still finds it.
        Raises MessageReplayed, ServiceUnavailable.
        """
        kept_until = counts_until + 2 * self.clock_skew
        if not self.taken.take(self.partner, hashlib.sha256(mark).hexdigest(), kept_until, self.clock()):
            raise MessageReplayed("This signed message was taken before; sign each message anew.")


def _moment(text: str, name: str) -> datetime:
    """Full ISO with a time zone, digits of ASCII; finer than microseconds is cut. Raises MessageExpired."""
    found = _MOMENT.fullmatch(text.strip(" \t\r\n"))
    try:
        if found:
            return datetime.fromisoformat(found[1] + (found[2] or "")[:7] + found[3]).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise MessageExpired(f"{name} is not a moment in ISO 8601 with a time zone, such as 2026-03-02T08:00:00Z.")
