"""How often do we try a partner that fails? Waits of tenacity, circuit breakers of pybreaker."""

from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import TypeVar

from pybreaker import STATE_CLOSED, CircuitBreaker, CircuitBreakerError
from tenacity import RetryCallState, Retrying
from tenacity.wait import wait_exponential, wait_random

from gateway.domain.errors import GatewayError, PartnerTimeout, PartnerUnreachable
from gateway.exchange.ports import PartnerResting

Given = TypeVar("Given")

FAILURES_IN_A_ROW = 5


class PartnerPatience:
    """The port `Patience`. Each partner has a breaker: after five failures in a row it rests, then one attempt decides.
    It is the memory of one process: only one at a time delivers."""

    def __init__(self, first_wait_seconds: float, longest_wait_seconds: float, rest_seconds: float) -> None:
        self._wait = wait_exponential(first_wait_seconds, longest_wait_seconds) + wait_random(0, first_wait_seconds)
        self._rest_seconds = rest_seconds
        self._breakers: dict[str, CircuitBreaker] = {}
        self._lock = Lock()

    def seconds(self, attempts: int) -> float:
        """See the port."""
        state = RetryCallState(Retrying(), None, (), {})
        state.attempt_number = attempts
        return self._wait(state)

    def through(self, country: str, deed: Callable[[], Given]) -> Given:
        """See the port. A breaker lets one call through at a time: with a partner that is up it only keeps count."""
        breaker = self._breaker(country)
        try:
            if breaker.current_state != STATE_CLOSED:
                return breaker.call(deed)  # the attempt that decides; others wait for what comes of it
        except CircuitBreakerError:
            raise PartnerResting from None
        try:
            given = deed()
        except GatewayError as error:
            _count(breaker, error)
            raise
        _count(breaker, None)
        return given

    @property
    def rest_seconds(self) -> float:
        """See the port."""
        return self._rest_seconds

    def _breaker(self, country: str) -> CircuitBreaker:
        with self._lock:
            if country not in self._breakers:
                self._breakers[country] = CircuitBreaker(
                    fail_max=FAILURES_IN_A_ROW,
                    reset_timeout=self._rest_seconds,
                    exclude=[lambda error: not isinstance(error, PartnerUnreachable | PartnerTimeout)],
                    throw_new_error_on_trip=False,
                )
            return self._breakers[country]


def _count(breaker: CircuitBreaker, error: GatewayError | None) -> None:
    """Tell a breaker how a call ended that was not made through it; an open one, of others' failures, knows enough."""

    def ended() -> None:
        if error is not None:
            raise error

    with suppress(GatewayError, CircuitBreakerError):
        breaker.call(ended)
