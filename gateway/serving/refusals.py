"""How often is one told of refused handshakes? Anybody can have thousands refused, and each record waits for the disk.

The first of a minute are told one by one, as they come; the others when the minute ends, as how many there were of each
reason. So a flood of them neither fills the disk nor keeps good callers waiting for it, and as long as the worker lives
none goes uncounted.
"""

import asyncio
from collections import Counter
from collections.abc import Callable

SINGLY = 20
"""Of each minute and worker."""

MINUTE_SECONDS = 60.0


class Refusals:
    """Counts what is refused, on the event loop. There are about as many reasons as OpenSSL has words for them."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """tell: the reason of one, or that of many and how many they were."""
        self._tell = tell
        self._told = 0
        self._gathered: Counter[str] = Counter()

    def add(self, reason: str) -> None:
        """One more."""
        if self._told == 0:
            asyncio.get_running_loop().call_later(MINUTE_SECONDS, self._end_minute)
        if self._told < SINGLY:
            self._told += 1
            self._tell(reason)
        else:
            self._gathered[reason] += 1

    def _end_minute(self) -> None:
        gathered, self._gathered, self._told = self._gathered, Counter(), 0
        for reason, times in gathered.items():
            self._tell(f"{reason} ({times} more within a minute)")
