"""How often a caller may ask for what it cannot name: slows down whoever guesses, never the holder of the right token."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.domain.errors import CertificateNotFound, RequestRefused, TooManyRequests
from gateway.domain.partner import Partner


@dataclass(slots=True)
class RefusalBudget:
    """most: refused look-ups that a caller has per window.  window_seconds: its length.  seconds: a monotonic clock.

    One counter per registered partner and process. A right number and token are answered whatever the counter says.
    """

    most: int
    window_seconds: float
    seconds: Callable[[], float]
    _spent: dict[str, tuple[float, int]] = field(default_factory=dict, init=False)

    def refusal(self, caller: Partner) -> RequestRefused:
        """Count one refused look-up; the error to answer it with."""
        now = self.seconds()
        began, count = self._spent.get(caller.key, (now, 0))
        if now - began >= self.window_seconds:
            began, count = now, 0
        self._spent[caller.key] = (began, count + 1)
        if count >= self.most:
            return TooManyRequests("Too many questions for permits that could not be found; ask again later.")
        return CertificateNotFound()
