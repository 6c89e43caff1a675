"""Rate limit for callers without a valid key, by address, in the memory of this process.

A random key cannot be guessed; the limit bounds the work that others can cause.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

WINDOW_SECONDS = 60.0
MOST_REFUSALS = 60
_MOST_ADDRESSES = 10_000


@dataclass
class RefusalLimit:
    """Refusals of each address in this window. monotonic: seconds that never go back."""

    monotonic: Callable[[], float] = time.monotonic
    _began: float = 0.0
    _refusals: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def is_exceeded(self, address: str) -> bool:
        """Whether an address was refused too often, or there are too many addresses to count."""
        with self._lock:
            self._turn()
            known = self._refusals.get(address, 0)
            return known >= MOST_REFUSALS or (not known and self._is_full)

    def refused(self, address: str) -> None:
        """Count a refusal."""
        with self._lock:
            self._turn()
            if address in self._refusals or not self._is_full:
                self._refusals[address] = self._refusals.get(address, 0) + 1

    @property
    def _is_full(self) -> bool:
        return len(self._refusals) >= _MOST_ADDRESSES

    def _turn(self) -> None:
        now = self.monotonic()
        if now - self._began >= WINDOW_SECONDS:
            self._began = now
            self._refusals.clear()
