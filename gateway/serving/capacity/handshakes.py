"""Bound on TLS handshakes under way: a silent client before TLS costs nobody else the connection.

A connection counts for `max_connections` once its handshake is complete. Before that it has a file
descriptor all the same, so the handshakes of a worker have a limit and a deadline of their own. At
the limit the slowest makes room (eviction.py).
"""

from asyncio import Task
from collections.abc import Callable
from dataclasses import dataclass

from gateway.serving.capacity.eviction import client_address, slowest
from gateway.serving.capacity.limit import Limit, LimitReached
from gateway.serving.options import Limits

YOUNG_SECONDS = 2.0
"""A handshake that is younger is no fault of the client: it has three round trips."""


@dataclass(eq=False, slots=True)
class Handshake:
    """A handshake under way.  task: ends the connection when it is cancelled."""

    address: str
    waiting_since: float
    task: Task[None] | None = None


class Handshakes:
    """The handshakes of one worker. To be used on its event loop.

    reached: counts and logs a limit that is reached.  clock: seconds, monotonic.
    """

    def __init__(self, limits: Limits, reached: LimitReached, clock: Callable[[], float]) -> None:
        self.seconds = limits.handshake_seconds
        self._most = limits.max_handshakes
        self._reached = reached
        self._clock = clock
        self._under_way: set[Handshake] = set()

    def begin(self, host: str | None) -> Handshake | None:
        """Count a handshake with a client; None where there is no room for it."""
        address, now = client_address(host), self._clock()
        if len(self._under_way) >= self._most:
            evicted = slowest(self._under_way, address, now, YOUNG_SECONDS)
            self._reached(
                Limit.HANDSHAKES,
                f"more than {self._most} TLS handshakes at a time: one was cut off",
            )
            if evicted is None:
                return None
            self._under_way.discard(evicted)
            if evicted.task is not None:
                evicted.task.cancel()
        handshake = Handshake(address, now)
        self._under_way.add(handshake)
        return handshake

    def end(self, handshake: Handshake, complete: bool) -> None:
        """Count a handshake no more; report it if it took all of its time."""
        if handshake in self._under_way:
            self._under_way.discard(handshake)
            if not complete and self._clock() - handshake.waiting_since >= self.seconds:
                self._reached(
                    Limit.HANDSHAKE_SECONDS,
                    f"a TLS handshake was not complete within {self.seconds:g} seconds",
                )
