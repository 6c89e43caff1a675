"""Rate limit of log events: so many of a kind each minute, and a count of the others.

What goes wrong once with each request, such as a database that cannot be written, is one event for
each request of each caller. Events of a kind have logger, level and message in common, without its
values. Events below WARNING are not limited: their level is the operator's choice.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from threading import Lock

MAX_OF_A_KIND = 60
"""Events of a kind that are logged within a window, by each process."""

WINDOW_SECONDS = 60.0

_Kind = tuple[str, int, str]


class LogRateLimit(logging.Filter):
    """Filter of one handler; give it `report` that logs the count of a window that is over.

    Memory is bounded, as there are as many kinds as places in the code that log.
    """

    def __init__(
        self,
        report: Callable[[logging.LogRecord], object],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._report = report
        self._monotonic = monotonic
        self._lock = Lock()
        self._ends_at = 0.0
        self._seen: Counter[_Kind] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether an event is logged. The first one of a window reports what the last one left."""
        if record.levelno < logging.WARNING:
            return True
        kind = (record.name, record.levelno, str(record.msg))
        with self._lock:
            left = self._begin_window() if self._monotonic() >= self._ends_at else {}
            self._seen[kind] += 1
            is_logged = self._seen[kind] <= MAX_OF_A_KIND
        for (name, level, text), times in left.items():
            summary = "%d more events within %d seconds like: %s"
            values = (times, WINDOW_SECONDS, text)
            self._report(logging.LogRecord(name, level, "", 0, summary, values, None))
        return is_logged

    def _begin_window(self) -> dict[_Kind, int]:
        left = {kind: n - MAX_OF_A_KIND for kind, n in self._seen.items() if n > MAX_OF_A_KIND}
        self._seen.clear()
        self._ends_at = self._monotonic() + WINDOW_SECONDS
        return left
