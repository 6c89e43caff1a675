"""Has the clock of this machine jumped? Seals, evidence and the freshness of messages are worth as much as it is.

Compared with a clock that only runs: whoever sets the time, by hand or from the network, moves the one alone.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.exchange.ports import Clock

_LOG = logging.getLogger(__name__)

JUMP_SECONDS = 60.0
"""What is less is a correction."""


@dataclass(slots=True)
class SteadyClock:
    """ticking: seconds that nobody sets, and that run while the machine sleeps."""

    clock: Clock
    ticking: Callable[[], float]
    _began: float = field(init=False)
    _told: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._began = self._difference()

    def _difference(self) -> float:
        return self.clock().timestamp() - self.ticking()

    def off_seconds(self) -> float:
        """How far it is from where it would be without jumps since we began; below zero: behind. A jump is logged."""
        off = self._difference() - self._began
        if abs(off - self._told) > JUMP_SECONDS:
            _LOG.warning("the clock of this machine jumped by %+.0f seconds, to %s", off - self._told, self.clock())
            self._told = off
        return off

    def has_jumped(self) -> bool:
        """Whether it is elsewhere than it should be; no longer once it was set back."""
        return abs(self.off_seconds()) > JUMP_SECONDS
