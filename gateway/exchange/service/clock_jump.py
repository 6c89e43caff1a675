"""Clock jump detection: the wall clock is compared with a clock that is never set.

Seals, evidence and the freshness of messages depend on the wall clock. A person or NTP that sets it
moves the wall clock only, so a jump shows as a change of the difference between the two.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.exchange.ports import Clock

_LOG = logging.getLogger(__name__)

JUMP_SECONDS = 60.0
"""A smaller difference is an ordinary correction."""


@dataclass(slots=True)
class ClockJumpDetector:
    """Compares the wall clock with a monotonic clock from the moment it is made.

    monotonic: seconds of a clock that is never set and runs while the machine sleeps
    (CLOCK_BOOTTIME).
    """

    clock: Clock
    monotonic: Callable[[], float]
    _initial_difference: float = field(init=False)
    _logged_seconds: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._initial_difference = self._difference()

    def _difference(self) -> float:
        return self.clock().timestamp() - self.monotonic()

    def off_seconds(self) -> float:
        """Return how far the wall clock has been set since the start; negative: set back.

        A new jump is logged once.
        """
        off = self._difference() - self._initial_difference
        if abs(off - self._logged_seconds) > JUMP_SECONDS:
            _LOG.warning(
                "the clock of this machine jumped by %+.0f seconds, to %s",
                off - self._logged_seconds,
                self.clock(),
            )
            self._logged_seconds = off
        return off

    def has_jumped(self) -> bool:
        """Whether the wall clock is off by more than a correction; False once it is set back."""
        return abs(self.off_seconds()) > JUMP_SECONDS
