"""Retry policy for partners: exponential back-off with jitter, and one circuit breaker per partner.

A delivery that failed is tried again later, by the outbox and never inside a call. The policy says
how much later, and whether a partner is asked at all. Failures are counted in the memory of one
process, which is enough: an advisory lock lets only one process deliver at a time.

Circuit breaker: closed while the partner answers; open after FAILURES_IN_A_ROW failures in a row,
and no call is made; half-open once that time is over, when a single trial call decides between
closed and open.
"""

import random
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import TypeVar

from gateway.domain.errors import PartnerTimeout, PartnerUnreachable
from gateway.exchange.ports import CircuitOpen

T = TypeVar("T")

FAILURES_IN_A_ROW = 5
_MAX_DOUBLINGS = 60


class RetryPolicy:
    """The port Retries. Safe to share between threads."""

    def __init__(
        self,
        initial_backoff_seconds: float,
        max_backoff_seconds: float,
        circuit_open_seconds: float,
        now: Callable[[], float] = monotonic,
    ) -> None:
        """now: seconds of a clock that is never set back."""
        self._initial_backoff_seconds = initial_backoff_seconds
        self._max_backoff_seconds = max_backoff_seconds
        self._circuit_open_seconds = circuit_open_seconds
        self._now = now
        self._circuits: dict[str, CircuitBreaker] = {}
        self._lock = Lock()

    @property
    def circuit_open_seconds(self) -> float:
        """See the port."""
        return self._circuit_open_seconds

    def seconds(self, attempts: int) -> float:
        """See the port: doubled with each attempt up to the maximum, plus jitter.

        The jitter is at most the first back-off. It keeps deliveries that failed together from
        coming back together.
        """
        doublings = min(attempts - 1, _MAX_DOUBLINGS)
        backoff = min(self._initial_backoff_seconds * 2.0**doublings, self._max_backoff_seconds)
        return backoff + random.uniform(0, self._initial_backoff_seconds)  # noqa: S311 - no secret

    def call(self, country: str, action: Callable[[], T]) -> T:
        """See the port."""
        with self._lock:
            circuit = self._circuits.setdefault(
                country, CircuitBreaker(self._circuit_open_seconds, self._now)
            )
        return circuit.call(action)


class CircuitBreaker:
    """The circuit of one partner. Calls run side by side while it is closed."""

    def __init__(self, open_seconds: float, now: Callable[[], float]) -> None:
        self._open_seconds = open_seconds
        self._now = now
        self._lock = Lock()
        self._failures = 0
        self._open_until: float | None = None  # None: closed
        self._trial_under_way = False  # half-open

    def call(self, action: Callable[[], T]) -> T:
        """Run `action` unless the circuit is open.

        PartnerUnreachable and PartnerTimeout are failures. With any other error the partner is up:
        a refusal is an answer, and an error of ours must not hold the circuit open.
        Raises CircuitOpen, and whatever `action` raises.
        """
        is_trial = self._admit()
        is_up = True
        try:
            return action()
        except (PartnerUnreachable, PartnerTimeout):
            is_up = False
            raise
        finally:
            self._record(is_up, is_trial)

    def _admit(self) -> bool:
        """Whether the call is the trial of a half-open circuit. Raises CircuitOpen."""
        with self._lock:
            if self._open_until is None:
                return False
            if self._trial_under_way or self._now() < self._open_until:
                raise CircuitOpen
            self._trial_under_way = True
            return True

    def _record(self, is_up: bool, is_trial: bool) -> None:
        with self._lock:
            if is_trial:
                self._trial_under_way = False
            elif self._open_until is not None:
                return  # a call from before the circuit opened; only a trial closes it again
            if is_up:
                self._failures, self._open_until = 0, None
                return
            self._failures += 1
            if self._failures >= FAILURES_IN_A_ROW:
                self._open_until = self._now() + self._open_seconds
