"""Rate limit of a stand-in: the call budget of its dialect, over all callers."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from gateway.dialects import CallBudget
from gateway.domain.errors import TooManyRequests


class BudgetCount:
    """Calls in each window of a budget. Safe to share between threads.

    budget: None: no limit.  monotonic: seconds of a clock that never goes back.
    """

    def __init__(
        self, budget: CallBudget | None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        limits = budget.limits if budget else ()
        self._windows = [(seconds, most, deque[float]()) for seconds, most in limits]
        self._monotonic = monotonic
        self._lock = Lock()

    def require(self) -> None:
        """Count a call. Raises TooManyRequests, for a call that is not counted."""
        with self._lock:
            now = self._monotonic()
            for seconds, most, calls in self._windows:
                while calls and calls[0] <= now - seconds:
                    calls.popleft()
                if len(calls) >= most:
                    raise TooManyRequests(
                        f"The service takes {most} calls in {seconds:g} seconds; call later."
                    )
            for _, _, calls in self._windows:
                calls.append(now)
