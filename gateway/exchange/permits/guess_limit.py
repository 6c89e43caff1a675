"""Rate limit on refused look-ups, per caller and per permit, against guessing.

Only refusals are counted. A right number with the right token is answered even when both limits are
spent, so that a guesser cannot lock out the holder of the permit. The protection against guessing
is the length of the token; the limits make guessing visible in metrics and log, and keep this
gateway from being an oracle that answers thousands of tries.

The windows are fixed, not sliding: a count starts again one minute (caller) or one hour (permit)
after its window began. Counters belong to one process; with several processes each is given its
share of the configured limit.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from gateway.domain.errors import CertificateNotFound, RequestRefused, TooManyRequests
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.partner import Partner
from gateway.exchange.ports import LookupObserver

MINUTE, HOUR = 60.0, 3600.0
_SLOTS = 1 << 16
_MAX_COUNT = 0xFFFF


@dataclass(slots=True)
class CallerLimit:
    """Refused look-ups, or messages, per caller and minute, with a counter for each partner.

    allowed: per minute.  monotonic: seconds of a monotonic clock.
    """

    allowed: int
    monotonic: Callable[[], float]
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict, init=False)

    def count(self, caller: Partner) -> int:
        """Count one refusal; return by how many the limit is exceeded now, 0 while it is not."""
        now = self.monotonic()
        began, count = self._windows.get(caller.key, (now, 0))
        if now - began >= MINUTE:
            began, count = now, 0
        self._windows[caller.key] = (began, count + 1)
        return max(0, count + 1 - self.allowed)


@dataclass(slots=True)
class PermitLimit:
    """Refused look-ups per permit number and hour, over all callers.

    A number is counted whether the permit exists or not. The counters are a hash table of fixed
    size, so that a million guessed numbers take no more memory than one. Two numbers may share a
    slot; then TooManyRequests comes early, but only for a look-up that is refused anyway.

    allowed: refusals per hour.  monotonic: seconds of a monotonic clock.
    always_spent: numbers that are over the limit at all times; the sandbox has some.
    """

    allowed: int
    monotonic: Callable[[], float]
    always_spent: frozenset[tuple[IsoCountryCode, CertificateNumber]] = frozenset()
    _counts: "array[int]" = field(default_factory=lambda: array("H", bytes(2 * _SLOTS)), init=False)
    _began: float | None = field(default=None, init=False)

    def count(self, country: IsoCountryCode, number: CertificateNumber) -> int:
        """Count one refusal; return by how many the limit is exceeded now, 0 while it is not."""
        if (country, number) in self.always_spent:
            return 1
        now = self.monotonic()
        if self._began is None or now - self._began >= HOUR:
            self._began, self._counts = now, array("H", bytes(2 * _SLOTS))
        # Python's hash of text is keyed at random in each process: slots cannot be predicted.
        slot = hash((country.text, number.text)) % _SLOTS
        count = self._counts[slot] = min(self._counts[slot] + 1, _MAX_COUNT)
        return max(0, count - self.allowed)


@dataclass(slots=True)
class GuessLimit:
    """Both limits together.

    observer: is notified of every refused look-up, and once per caller and minute that a limit is
    exceeded.
    """

    callers: CallerLimit
    permits: PermitLimit
    observer: LookupObserver
    _alerted: dict[str, float] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def refusal(
        self, caller: Partner, country: IsoCountryCode, number: CertificateNumber
    ) -> RequestRefused:
        """Count one refused look-up; return the error to answer it with."""
        with self._lock:
            exceeded = self.callers.count(caller)
            if not exceeded:  # a caller over its own limit cannot use up that of permits as well
                exceeded = self.permits.count(country, number)
            alert = bool(exceeded) and self._is_first_alert(caller)
        self.observer.refused(caller.key)
        if alert:
            self.observer.scanning(caller.key)
        if exceeded:
            return TooManyRequests(
                "Too many questions for permits that could not be found; ask again later."
            )
        return CertificateNotFound()

    def _is_first_alert(self, caller: Partner) -> bool:
        now = self.callers.monotonic()
        alerted_at = self._alerted.get(caller.key)
        if alerted_at is not None and now - alerted_at < MINUTE:
            return False
        self._alerted[caller.key] = now
        return True
