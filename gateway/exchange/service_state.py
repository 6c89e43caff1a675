"""ServiceState: is the gateway up, and does it have what it needs to answer?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.ports import Clock
from gateway.exchange.served import Served


@dataclass(frozen=True, slots=True)
class StateAnswer:
    """state: OK, DEGRADED or UNAVAILABLE.  version: of the software.  time: aware."""

    state: str
    version: str
    time: datetime


@dataclass(frozen=True, slots=True)
class ServiceState:
    """check_store: raises ServiceUnavailable where the store does not answer."""

    served: Served
    check_store: Callable[[], None]
    version: str
    clock: Clock

    def tell(self, country: str | None, caller: Partner) -> StateAnswer:
        """How we are. country: whom the caller asks about; nothing means this gateway.

        Raises AccessDenied, CalleeNotFound. Source: wire contract, section 3.3.
        """
        caller.require(OperationName.SERVICE_STATE)
        if country:
            self.served.country(country)
        try:
            self.check_store()
        except ServiceUnavailable:
            return StateAnswer("UNAVAILABLE", self.version, self.clock())
        return StateAnswer("OK", self.version, self.clock())
