"""How often do we try a partner that fails? Waits of tenacity, circuit breakers of pybreaker."""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from pybreaker import CircuitBreaker, CircuitBreakerError
from tenacity import RetryCallState, Retrying
from tenacity.wait import wait_exponential, wait_random

from gateway.domain.errors import PartnerTimeout, PartnerUnreachable
from gateway.exchange.ports import PartnerResting

Given = TypeVar("Given")

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 2.0, 3600.0
FAILURES_IN_A_ROW = 5
REST_SECONDS = 15.0


class PartnerPatience:
    """The port `Patience`. Each partner has a breaker: after five failures in a row it rests for a quarter of a
    minute, then one attempt decides. It is the memory of one process: only one at a time delivers."""

    def __init__(self) -> None:
        self._wait = wait_exponential(FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS) + wait_random(0, FIRST_WAIT_SECONDS)
        self._breakers: dict[str, CircuitBreaker] = {}
        self._lock = Lock()

    def seconds(self, attempts: int) -> float:
        """See the port."""
        state = RetryCallState(Retrying(), None, (), {})
        state.attempt_number = attempts
        return self._wait(state)

    def through(self, country: str, deed: Callable[[], Given]) -> Given:
        """See the port."""
        try:
            return self._breaker(country).call(deed)
        except CircuitBreakerError:
            raise PartnerResting from None

    @property
    def rest_seconds(self) -> float:
        """See the port."""
        return REST_SECONDS

    def _breaker(self, country: str) -> CircuitBreaker:
        with self._lock:
            if country not in self._breakers:
                self._breakers[country] = CircuitBreaker(
                    fail_max=FAILURES_IN_A_ROW,
                    reset_timeout=REST_SECONDS,
                    exclude=[lambda error: not isinstance(error, PartnerUnreachable | PartnerTimeout)],
                    throw_new_error_on_trip=False,
                )
            return self._breakers[country]
