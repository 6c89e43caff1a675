"""Maintenance mode: the service is closed and opened again on all nodes at once.

The mode stands in the shared database. As every request asks for it, each process caches it for one
second.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.domain.errors import InvalidRequest, ServiceUnavailable, UnderMaintenance
from gateway.exchange.ports import Clock, ServiceMode, ServiceModes

CACHE_SECONDS = 1.0
"""Lifetime of the cached mode: after so long every node has noticed a change."""

_MAX_LETTERS = 500


@dataclass(slots=True)
class Maintenance:
    """Use case: read and declare the maintenance mode.

    monotonic: seconds of a monotonic clock, such as `time.monotonic`.
    """

    modes: ServiceModes
    clock: Clock
    monotonic: Callable[[], float]
    _closed: bool = field(default=False, init=False)
    _expires_at: float = field(default=float("-inf"), init=False)

    def is_on(self) -> bool:
        """Whether the service is closed, as it stood at most a second ago.

        While the database cannot be reached the last known mode stays in force; the request itself
        will fail at the database.
        """
        now = self.monotonic()
        if now >= self._expires_at:
            self._expires_at = now + CACHE_SECONDS
            try:
                mode = self.modes.current()
            except ServiceUnavailable:
                return self._closed
            self._closed = mode is not None and mode.maintenance
        return self._closed

    def require_open(self) -> None:
        """Raise UnderMaintenance while the service is closed."""
        if self.is_on():
            raise UnderMaintenance("The service is closed for maintenance.")

    def declare(self, *, closed: bool, person: str, reason: str) -> ServiceMode:
        """Close the service on all nodes, or open it again; return the mode that is in force now.

        Raises InvalidRequest where person or reason is missing or too long, ServiceUnavailable.
        """
        texts = {"person": person.strip(), "reason": reason.strip()}
        for name, text in texts.items():
            if not text or len(text) > _MAX_LETTERS:
                raise InvalidRequest(
                    f"Closing and opening the service needs a {name}, of at most {_MAX_LETTERS}"
                    " letters."
                )
        mode = ServiceMode(closed, self.clock(), texts["person"], texts["reason"])
        self.modes.declare(mode)
        return mode

    def current(self) -> ServiceMode | None:
        """The mode that was declared last; None where none ever was. Raises ServiceUnavailable."""
        return self.modes.current()
