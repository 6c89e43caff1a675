"""Is the service closed for maintenance? Asked with every request, so what all nodes agreed on is kept for a second."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.domain.errors import InvalidRequest, ServiceUnavailable, UnderMaintenance
from gateway.exchange.ports import Clock, ServiceMode, ServiceModes

SEEN_WITHIN_SECONDS = 1.0
"""By when every node has noticed."""

_LONGEST = 500


@dataclass(slots=True)
class Maintenance:
    """ticking: monotonic seconds, such as `time.monotonic`."""

    modes: ServiceModes
    clock: Clock
    ticking: Callable[[], float]
    _closed: bool = field(default=False, init=False)
    _ask_again_at: float = field(default=float("-inf"), init=False)

    def is_on(self) -> bool:
        """Whether the service is closed, as it stood at most a second ago.

        While the database does not say, what it said last holds; the request finds out by itself that it is gone.
        """
        now = self.ticking()
        if now >= self._ask_again_at:
            self._ask_again_at = now + SEEN_WITHIN_SECONDS
            try:
                mode = self.modes.current()
            except ServiceUnavailable:
                return self._closed
            self._closed = mode is not None and mode.maintenance
        return self._closed

    def require_open(self) -> None:
        """Raises UnderMaintenance."""
        if self.is_on():
            raise UnderMaintenance("The service is closed for maintenance.")

    def declare(self, *, closed: bool, person: str, reason: str) -> ServiceMode:
        """Close the service on all nodes, or open it again. Raises InvalidRequest where nobody or nothing is named."""
        words = {"person": person.strip(), "reason": reason.strip()}
        for name, said in words.items():
            if not said or len(said) > _LONGEST:
                raise InvalidRequest(f"Closing and opening the service needs a {name}, of at most {_LONGEST} letters.")
        mode = ServiceMode(closed, self.clock(), words["person"], words["reason"])
        self.modes.declare(mode)
        return mode
