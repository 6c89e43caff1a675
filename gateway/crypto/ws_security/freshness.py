"""Freshness of messages: the age by Created and Expires, and a replay cache shared by all nodes.

The age alone would let an eavesdropper send a message again within its lifetime. The replay cache
alone would grow for ever. Together each bounds the other: the cache keeps a message as long as its
age would still be accepted. A clock that is set ahead and back makes the cache forget too early; it
then refuses whatever it may have forgotten (`gateway/store/replay_cache.py`).

Source: SOAP Message Security 1.1, section 10; UsernameToken Profile 1.1, section 3.1.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.domain.errors import MessageExpired, MessageReplayed
from gateway.domain.white_space import trimmed
from gateway.exchange.ports import Clock, ReplayCache

_ISO_8601 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Freshness:
    """The limits for the messages of one partner.

    partner: its key.  max_age: how long a message is accepted after Created, whatever its Expires.
    clock_skew: tolerance between the partner's clock and ours.
    """

    partner: str
    max_age: timedelta
    clock_skew: timedelta
    clock: Clock
    replay_cache: ReplayCache

    def require(self, created: str | None, expires: str | None) -> datetime:
        """Check the age of a message; gives the moment after which it is refused for its age.

        created, expires: as written in the message, None where absent.
        Raises MessageExpired.
        """
        if created is None:
            raise MessageExpired("The message does not say when it was made (Created).")
        now = self.clock()
        created_at = _moment(created, "Created")
        if created_at > now + self.clock_skew:
            raise MessageExpired(
                "The message says that it was made at a time that has not come yet."
            )
        if created_at < now - self.max_age - self.clock_skew:
            raise MessageExpired(
                f"The message was made more than {self.max_age.seconds} seconds ago."
            )
        valid_until = created_at + self.max_age
        if expires is not None:
            expires_at = _moment(expires, "Expires")
            if expires_at <= created_at:
                raise MessageExpired("The message expires before it was made.")
            valid_until = min(valid_until, expires_at)
        if valid_until <= now - self.clock_skew:
            raise MessageExpired("The message has expired by its own word (Expires).")
        return valid_until

    def register(self, identity: bytes, valid_until: datetime) -> None:
        """Enter a message into the replay cache; the second time it is refused.

        identity: bytes that differ between any two messages.
        valid_until: the result of `require`.
        The entry stays twice the clock skew longer, so that a node of ours whose clock is slow
        still finds it.
        Raises MessageReplayed, ServiceUnavailable.
        """
        keep_until = valid_until + 2 * self.clock_skew
        digest = hashlib.sha256(identity).hexdigest()
        if not self.replay_cache.register(self.partner, digest, keep_until, self.clock()):
            raise MessageReplayed("This signed message was taken before; sign each message anew.")


def _moment(text: str, name: str) -> datetime:
    """A moment in ISO 8601 with a time zone; digits finer than microseconds are cut off.

    Digits are those of ASCII only; Python would also accept those of other scripts.
    name: of the element, for the error. Raises MessageExpired.
    """
    found = _ISO_8601.fullmatch(trimmed(text))
    try:
        if found:
            return datetime.fromisoformat(found[1] + (found[2] or "")[:7] + found[3]).astimezone(
                UTC
            )
    except (ValueError, OverflowError):
        pass
    raise MessageExpired(
        f"{name} is not a moment in ISO 8601 with a time zone, such as 2026-03-02T08:00:00Z."
    )
