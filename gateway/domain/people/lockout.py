"""Lockout after wrong passwords: an account waits, each time longer, and is never closed for good.

The wait bounds guessing at one account from however many addresses: five tries, then a minute, then
twice as long after each, at most fifteen minutes, which is a hundred tries a day. An account that
stayed locked until a person opened it could be locked by anybody who knows its name.
Source: NIST SP 800-63B, section 5.2.2.
"""

from datetime import datetime, timedelta

FREE_TRIES = 5
"""Wrong passwords or codes in a row before an account waits."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)

MOST_FROM_ADDRESS = 30
"""Wrong passwords from one address, at whatever accounts, within ADDRESS_WINDOW."""
ADDRESS_WINDOW = timedelta(minutes=15)


def locked_until(failures: int, failed_at: datetime | None) -> datetime | None:
    """When an account may be tried again; None at once.

    failures: wrong passwords and codes since the last success.  failed_at: of the last, aware.
    """
    if failed_at is None or failures < FREE_TRIES:
        return None
    doublings = min(failures - FREE_TRIES, 10)
    return failed_at + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
