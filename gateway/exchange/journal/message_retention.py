"""Retention of refused messages: rate limit and quota, so that no flood of them fills the disk.

Anybody on the network can have messages refused, and a record stays for years. Three rules:

* Unidentified caller: no byte of the message is kept. The record holds size and SHA-256 of the
  request. MAX_SINGLE_RECORDS of a window are recorded one by one, MAX_SINGLE_RECORDS_PER_DAY of
  a day. The others are counted, and one record holds the counts of a window (as for refused TLS
  handshakes).
* Identified caller: refused requests are kept whole up to a quota of bytes for each caller and
  window. Beyond it, the record holds size and SHA-256 of the request. Beyond a quota of bytes for
  each caller and day, for which a record counts with all that it takes, refusals are counted too.
* An exchange that is not refused is kept whole.

Source: docs/journal.md, "What is kept of refused messages".
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from gateway.domain.errors import CallerNotFound, TooManyRequests
from gateway.exchange.ports import Direction, Exchange, NewId

MAX_SINGLE_RECORDS = 20
"""Records of unidentified callers, for each window and process."""

MAX_SINGLE_RECORDS_PER_DAY = 2_000
"""Records of unidentified callers, for each day and process."""

RECORD_BYTES = 2_048
"""What a record takes on the disk beside its request: row, indexes, fault and leaf."""

WINDOW_SECONDS = 60.0
DAY_SECONDS = 86_400.0

COUNT_OPERATION = "Refused messages"
"""Operation of the record that holds the counts of a window."""

DIGEST_PREFIX = b"epix-gateway digest of a message that is not kept\n"
"""Prefix of a digest in place of a request. No request that is kept whole begins so."""

_OK = "ok"


@dataclass(frozen=True, slots=True)
class MessageDigest:
    """Digest of a message that is not kept. size: in bytes.  sha256: of the message, hex."""

    size: int
    sha256: str

    @classmethod
    def of(cls, message: bytes) -> "MessageDigest":
        """Return the digest of a message."""
        return cls(len(message), sha256(message).hexdigest())

    def text(self) -> bytes:
        """Return the bytes that the journal keeps in place of the message; its seal covers them."""
        fields = {"bytes": self.size, "sha256": self.sha256}
        return DIGEST_PREFIX + json.dumps(fields, separators=(",", ":")).encode("ascii")


def digest_in(request: bytes) -> MessageDigest | None:
    """Return the digest that a record holds in place of its request; None for a whole request."""
    if not request.startswith(DIGEST_PREFIX):
        return None
    try:
        fields = json.loads(request[len(DIGEST_PREFIX) :])
        digest = MessageDigest(int(fields["bytes"]), str(fields["sha256"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return digest if digest.text() == request else None


@dataclass(frozen=True, slots=True)
class RefusalQuota:
    """What one process keeps of refused messages.

    bytes_per_window: of requests kept whole, for each identified caller.
    bytes_per_day: of records, for each identified caller.
    records_per_window, records_per_day: of all unidentified callers.
    """

    bytes_per_window: int
    bytes_per_day: int
    records_per_window: int = MAX_SINGLE_RECORDS
    records_per_day: int = MAX_SINGLE_RECORDS_PER_DAY


class MessageRetention:
    """Retention rules with their counters, for one process. Safe to share between threads.

    Memory is bounded: counters for each identified caller and for each code of the error tree. A
    day begins anew when the process does.
    """

    def __init__(self, new_id: NewId, elapsed: Callable[[], float], quota: RefusalQuota) -> None:
        """Start the first window and the first day.  elapsed: seconds of a monotonic clock."""
        self._new_id = new_id
        self._elapsed = elapsed
        self._quota = quota
        self._lock = threading.Lock()
        self._began = self._day_began = elapsed()
        self._recorded = self._recorded_of_day = 0
        self._counted: Counter[tuple[str | None, str]] = Counter()
        self._kept_bytes: Counter[str] = Counter()
        self._kept_bytes_of_day: Counter[str] = Counter()

    def records(self, exchange: Exchange) -> tuple[Exchange, ...]:
        """Return what the journal keeps of an exchange of direction IN, in order.

        Nothing for an exchange that is counted. The counts of a window that is over come first.
        """
        if exchange.outcome == _OK and exchange.caller is not None and not self._counted:
            return (exchange,)  # nearly every exchange: no limit applies, and no count may be due
        due = self.due_counts(exchange.ended_at)
        kept = self._kept(exchange)
        return due if kept is None else (*due, kept)

    def due_counts(self, at: datetime) -> tuple[Exchange, ...]:
        """Return the records of the counts once their window is over, and begin the next window.

        One of all unidentified callers and one of each identified. None before that, and where
        nothing was counted. at: time of the records, aware.
        """
        now = self._elapsed()
        with self._lock:
            if now - self._began < WINDOW_SECONDS:
                return ()
            counts, self._counted = self._counted, Counter()
            self._began, self._recorded = now, 0
            self._kept_bytes.clear()
            if now - self._day_began >= DAY_SECONDS:
                self._day_began, self._recorded_of_day = now, 0
                self._kept_bytes_of_day.clear()
        callers: dict[str | None, Counter[str]] = {}
        for (caller, outcome), times in counts.items():
            callers.setdefault(caller, Counter())[outcome] = times
        return tuple(
            _count_record(self._new_id(), at, caller, outcomes)
            for caller, outcomes in callers.items()
        )

    def _kept(self, exchange: Exchange) -> Exchange | None:
        caller = exchange.caller
        if caller is not None and exchange.outcome == _OK:
            return exchange
        with self._lock:
            whole = caller is not None and self._takes_whole(caller, exchange.request)
            if not (whole or self._takes_record(caller)):
                self._counted[caller, exchange.outcome] += 1
                return None
        if whole:
            return exchange
        return replace(exchange, request=MessageDigest.of(exchange.request).text())

    def _takes_whole(self, caller: str, request: bytes) -> bool:
        if request.startswith(DIGEST_PREFIX):
            return False  # it would pass for the digest of another message
        kept = self._kept_bytes[caller] + len(request)
        if kept > self._quota.bytes_per_window or not self._takes_of_day(caller, len(request)):
            return False
        self._kept_bytes[caller] = kept
        return True

    def _takes_record(self, caller: str | None) -> bool:
        if caller is not None:
            return self._takes_of_day(caller, 0)
        if (
            self._recorded >= self._quota.records_per_window
            or self._recorded_of_day >= self._quota.records_per_day
        ):
            return False
        self._recorded += 1
        self._recorded_of_day += 1
        return True

    def _takes_of_day(self, caller: str, request_bytes: int) -> bool:
        kept = self._kept_bytes_of_day[caller] + RECORD_BYTES + request_bytes
        if kept > self._quota.bytes_per_day:
            return False
        self._kept_bytes_of_day[caller] = kept
        return True


def _count_record(
    identity: str, at: datetime, caller: str | None, counts: Counter[str]
) -> Exchange:
    """The record of the counts of a window, its sentence in place of the answer."""
    reasons = "; ".join(f"{outcome} ({times} more)" for outcome, times in sorted(counts.items()))
    who = "Unidentified callers" if caller is None else "Beyond the day's quota of this caller"
    return Exchange(
        id=identity,
        direction=Direction.IN,
        began_at=at,
        ended_at=at,
        operation=COUNT_OPERATION,
        caller=caller,
        callee=None,
        fingerprint=None,
        permit_number=None,
        outcome=(CallerNotFound if caller is None else TooManyRequests).__name__,
        request=b"",
        answer=f"{who}, within a minute: {reasons}".encode("ascii"),
    )
