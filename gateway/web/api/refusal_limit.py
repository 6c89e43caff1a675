"""Rate limit for callers without a valid key, by address, in the memory of this process.

A random key cannot be guessed; the limit bounds the work that others can cause. A key that was
valid before is looked up all the same, so that a stranger behind the same proxy, or with very many
addresses, locks out no caller.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Network
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
    _accepted: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def is_exceeded(self, address: str, key_id: str = "") -> bool:
        """Whether an address was refused too often, or there are too many addresses to count.

        key_id: prefix of the key that is shown; never exceeded where it was valid before.
        """
        with self._lock:
            self._turn()
            if key_id in self._accepted:
                return False
            known = self._refusals.get(_counted(address), 0)
            return known >= MOST_REFUSALS or (not known and self._is_full)

    def refused(self, address: str) -> None:
        """Count a refusal."""
        network = _counted(address)
        with self._lock:
            self._turn()
            if network in self._refusals or not self._is_full:
                self._refusals[network] = self._refusals.get(network, 0) + 1

    def accepted(self, key_id: str) -> None:
        """Note the prefix of a valid key. There are as many as operators have made."""
        with self._lock:
            self._accepted.add(key_id)

    @property
    def _is_full(self) -> bool:
        return len(self._refusals) >= _MOST_ADDRESSES

    def _turn(self) -> None:
        now = self.monotonic()
        if now - self._began >= WINDOW_SECONDS:
            self._began = now
            self._refusals.clear()


def _counted(address: str) -> str:
    """The address; of IPv6 the network of 64 bits, as a single host has all addresses of one."""
    try:
        return str(IPv6Network(f"{address}/64", strict=False)) if ":" in address else address
    except ValueError:
        return address
