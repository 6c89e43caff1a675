"""Replay cache of a stand-in, in memory: implements exchange.ports.ReplayCache."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock

_MOST_DIGESTS = 10_000


class MemoryReplayCache:
    """Digests of the newest messages. Safe to share between threads."""

    def __init__(self) -> None:
        self._digests: OrderedDict[str, datetime] = OrderedDict()
        self._lock = Lock()

    def register(self, partner: str, digest: str, kept_until: datetime, now: datetime) -> bool:
        """See the port."""
        del partner, now  # one caller; the oldest makes room
        with self._lock:
            is_new = digest not in self._digests
            self._digests[digest] = kept_until
            if len(self._digests) > _MOST_DIGESTS:
                self._digests.popitem(last=False)
            return is_new
