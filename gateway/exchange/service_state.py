"""ServiceState: is the gateway up, and does it have what it needs to answer?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.errors import HouseFault
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
    """check: raises a HouseFault where we cannot answer: the store does not, or we are closed for maintenance.

    is_degraded: whether something will soon stop us from answering, such as a certificate of ours that ends.
    """

    served: Served
    check: Callable[[], None]
    is_degraded: Callable[[], bool]
    version: str
    clock: Clock

    def tell(self, country: str | None, caller: Partner) -> StateAnswer:
        """How we are. country: whom the caller asks about; nothing means this gateway.

        Raises AccessDenied, CalleeNotFound. Source: wire contract, section 3.3.
        """
        asked = self.served.of(self.served.country(country)) if country else self.served.authorities
        caller.require(OperationName.SERVICE_STATE, asked)
        try:
            self.check()
        except HouseFault:
            return StateAnswer("UNAVAILABLE", self.version, self.clock())
        return StateAnswer("DEGRADED" if self.is_degraded() else "OK", self.version, self.clock())
