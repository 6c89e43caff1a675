"""ServiceState: health of this gateway as a partner sees it (OK, DEGRADED, UNAVAILABLE)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.errors import InternalFailure
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.ports import Clock
from gateway.exchange.service.served_authorities import ServedAuthorities


@dataclass(frozen=True, slots=True)
class StateAnswer:
    """state: OK, DEGRADED or UNAVAILABLE.  version: of the software.  time: aware."""

    state: str
    version: str
    time: datetime


@dataclass(frozen=True, slots=True)
class ServiceState:
    """Use case: answer ServiceState.

    check: raises InternalFailure where requests cannot be answered, as the database is away or the
    service is closed for maintenance.
    is_degraded: whether something will soon stop the service, such as a certificate that expires.
    """

    served: ServedAuthorities
    check: Callable[[], None]
    is_degraded: Callable[[], bool]
    version: str
    clock: Clock

    def report(self, country: str | None, caller: Partner) -> StateAnswer:
        """Return the state of the authorities of a country, or of this gateway where none is named.

        Raises AccessDenied, CalleeNotFound.
        Source: wire contract, section 3.3.
        """
        asked = (
            self.served.in_country(self.served.country(country))
            if country
            else self.served.authorities
        )
        caller.require(OperationName.SERVICE_STATE, asked)
        try:
            self.check()
        except InternalFailure:
            return StateAnswer("UNAVAILABLE", self.version, self.clock())
        return StateAnswer("DEGRADED" if self.is_degraded() else "OK", self.version, self.clock())
