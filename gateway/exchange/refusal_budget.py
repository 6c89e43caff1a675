"""How often may anybody ask for what it cannot name? Bounds guessing, never the holder of the right token.

A right number and token are answered whatever is spent. What stands between a guesser and a permit is the length of its
token; the budgets make guessing loud, and keep it from using this gateway as an oracle by the thousand.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from gateway.domain.errors import CertificateNotFound, RequestRefused, TooManyRequests
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.partner import Partner
from gateway.exchange.ports import LookupWatch

MINUTE, HOUR = 60.0, 3600.0
_SLOTS = 1 << 16


@dataclass(slots=True)
class CallerBudget:
    """Refused look-ups per caller and minute. most: allowed.  seconds: a monotonic clock. One entry per partner."""

    most: int
    seconds: Callable[[], float]
    _spent: dict[str, tuple[float, int]] = field(default_factory=dict, init=False)

    def spend(self, caller: Partner) -> int:
        """Count one; how many are over the budget now: 0 while it lasts, 1 when it is first spent."""
        now = self.seconds()
        began, count = self._spent.get(caller.key, (now, 0))
        if now - began >= MINUTE:
            began, count = now, 0
        self._spent[caller.key] = (began, count + 1)
        return max(0, count + 1 - self.most)


@dataclass(slots=True)
class PermitBudget:
    """Refused look-ups per number and hour, over all callers, whether there is a permit of that number or not.

    Counted in a table of fixed size, so that a million numbers take no more room than one. Two numbers may share a
    place; then one may be refused as TooManyRequests before its time, and only to whom it would be refused anyway.
    """

    most: int
    seconds: Callable[[], float]
    _counts: "array[int]" = field(default_factory=lambda: array("H", bytes(2 * _SLOTS)), init=False)
    _began: float | None = field(default=None, init=False)

    def spend(self, country: IsoCountryCode, number: CertificateNumber) -> int:
        """As CallerBudget.spend."""
        now = self.seconds()
        if self._began is None or now - self._began >= HOUR:
            self._began, self._counts = now, array("H", bytes(2 * _SLOTS))
        place = hash((country.text, number.text)) % _SLOTS  # keyed anew in each process by Python itself
        count = self._counts[place] = min(self._counts[place] + 1, 0xFFFF)
        return max(0, count - self.most)


@dataclass(slots=True)
class RefusalBudget:
    """Both budgets. watch: told of every refused look-up, and once per caller and minute that a budget is spent.

    Counters belong to one process; with several, each is given its share of what is allowed.
    """

    callers: CallerBudget
    permits: PermitBudget
    watch: LookupWatch
    _alerted: dict[str, float] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def refusal(self, caller: Partner, country: IsoCountryCode, number: CertificateNumber) -> RequestRefused:
        """Count one refused look-up; the error to answer it with."""
        with self._lock:
            over = self.callers.spend(caller)
            if not over:  # whoever has spent its own budget cannot use up that of permits as well
                over = self.permits.spend(country, number)
            alert = bool(over) and self._is_news(caller)
        self.watch.refused(caller.key)
        if alert:
            self.watch.scanning(caller.key)
        if over:
            return TooManyRequests("Too many questions for permits that could not be found; ask again later.")
        return CertificateNotFound()

    def _is_news(self, caller: Partner) -> bool:
        now = self.callers.seconds()
        told = self._alerted.get(caller.key)
        if told is not None and now - told < MINUTE:
            return False
        self._alerted[caller.key] = now
        return True
