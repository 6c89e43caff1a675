"""Suspended permits, as the look-up of a certificate asks for them: cached for one second."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.domain.errors import PermitAltered, ServiceUnavailable
from gateway.exchange.ports import IntegrityReading

CACHE_SECONDS = 1.0
"""After so long every process has noticed a suspension. An answer costs one comparison."""


@dataclass(slots=True)
class SuspendedPermits:
    """Row ids of permits that nobody is answered with. monotonic: seconds."""

    reading: IntegrityReading
    monotonic: Callable[[], float]
    _places: frozenset[int] = field(default=frozenset(), init=False)
    _expires_at: float = field(default=float("-inf"), init=False)

    def require_free(self, place: int) -> None:
        """Raise PermitAltered for a suspended permit. place: its row id."""
        if place in self.places():
            raise PermitAltered("This permit is not what was recorded of it; it is being examined.")

    def places(self) -> frozenset[int]:
        """Return the suspended row ids, as they stood at most a second ago.

        While the database cannot be reached the last known ones stay.
        """
        now = self.monotonic()
        if now >= self._expires_at:
            self._expires_at = now + CACHE_SECONDS
            try:
                self._places = self.reading.suspended()
            except ServiceUnavailable:
                return self._places
        return self._places
