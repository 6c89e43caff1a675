"""Result cache: a costly result is computed once in a while, for all requests that ask for it.

So what a page costs is bounded by time, however many people open it. Requests that come while it is
computed wait for that computation, and at most one runs at a time.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from gateway.exchange.ports import Clock

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_MOST_RESULTS = 8
"""Results that are kept; the oldest leaves first. A page has a few years, or sets of countries."""


@dataclass(frozen=True, slots=True)
class CachedResult(Generic[Value]):
    """A result. at: when its computation began, aware."""

    value: Value
    at: datetime


class ResultCache(Generic[Key, Value]):
    """Results by key.

    compute: makes a result; what it raises is not kept.  seconds: for which a result counts.
    monotonic: gives seconds that never go back.
    """

    def __init__(
        self,
        compute: Callable[[Key], Value],
        seconds: float,
        clock: Clock,
        monotonic: Callable[[], float],
    ) -> None:
        self._compute = compute
        self._seconds = seconds
        self._clock = clock
        self._monotonic = monotonic
        self._lock = Lock()
        self._results: dict[Key, tuple[float, CachedResult[Value]]] = {}

    def get(self, key: Key) -> CachedResult[Value]:
        """Return the result of a key, at most `seconds` old when it was asked for."""
        asked = self._monotonic()
        with self._lock:
            known = self._results.get(key)
            if known is not None and asked - known[0] < self._seconds:
                return known[1]
            begun, at = self._monotonic(), self._clock()
            result = CachedResult(self._compute(key), at)
            self._results.pop(key, None)
            self._results[key] = begun, result
            while len(self._results) > _MOST_RESULTS:
                del self._results[next(iter(self._results))]
            return result
