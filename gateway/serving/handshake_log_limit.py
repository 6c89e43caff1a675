"""Rate limit of audit records about refused TLS handshakes.

Any stranger on the network can have thousands of handshakes refused, and each journal record waits
for the disk. So the first MAX_SINGLE_RECORDS of a minute are recorded one by one, as they happen,
and no more than MAX_SINGLE_RECORDS_PER_DAY of a day. The rest is recorded at the end of the minute,
as one record for each reason, with a count. A flood then neither fills the disk nor delays good
callers, and no refusal goes uncounted while the worker lives.
"""

import asyncio
from collections import Counter
from collections.abc import Callable

MAX_SINGLE_RECORDS = 20
"""Recorded one by one, for each window and worker."""

MAX_SINGLE_RECORDS_PER_DAY = 2_000
"""As many of each day and worker."""

WINDOW_SECONDS = 60.0
DAY_SECONDS = 86_400.0


class HandshakeLogLimit:
    """Rate limit for one worker. To be used on its event loop.

    Memory is bounded: there are about as many reasons as OpenSSL has verification errors.
    """

    def __init__(self, record: Callable[[str], None]) -> None:
        """record: writes one audit record; its text is a reason, or a reason and a count."""
        self._record = record
        self._in_window = False
        self._recorded = self._recorded_of_day = 0
        self._day_ends = 0.0
        self._counted: Counter[str] = Counter()

    def add(self, reason: str) -> None:
        """Record a refused handshake now, or count it for the record at the end of the window."""
        if not self._in_window:
            self._begin_window()
        if (
            self._recorded < MAX_SINGLE_RECORDS
            and self._recorded_of_day < MAX_SINGLE_RECORDS_PER_DAY
        ):
            self._recorded += 1
            self._recorded_of_day += 1
            self._record(reason)
        else:
            self._counted[reason] += 1

    def _begin_window(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(WINDOW_SECONDS, self._end_window)
        self._in_window, self._recorded = True, 0
        if loop.time() >= self._day_ends:
            self._day_ends, self._recorded_of_day = loop.time() + DAY_SECONDS, 0

    def _end_window(self) -> None:
        counts, self._counted, self._in_window = self._counted, Counter(), False
        for reason, times in counts.items():
            self._record(f"{reason} ({times} more within a minute)")
