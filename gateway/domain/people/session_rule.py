"""Session time-outs: a session ends when nothing was done for a while, and at the end of a shift.

Source: NIST SP 800-63B, section 7.2; OWASP ASVS 4.0, 3.3.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class SessionRule:
    """idle: without a request.  longest: from the sign-in, whatever is done."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)

    def is_over(self, began_at: datetime, seen_at: datetime, now: datetime) -> bool:
        """Whether a session has ended by now. All moments are aware."""
        return now >= seen_at + self.idle or now >= began_at + self.longest
