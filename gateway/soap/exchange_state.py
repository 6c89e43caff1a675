"""State of an exchange at the endpoint, while its request is read and answered."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.partner import OperationName, Partner
from gateway.exchange.ports import NO_SECURITY, HeadsWithPartner, MessageSecurity
from gateway.soap.flavour import Flavour
from gateway.soap.spyne.dispatch import ParsedRequest
from gateway.wire.soap_version import SoapVersion


@dataclass(slots=True)
class ExchangeState:
    """State of one exchange, filled step by step: a fault and the journal use what is known.

    began: seconds of the monotonic clock.
    soap: version in which a fault would be written now. The media type is the first guess, the
    envelope decides.
    holder: key of the partner that the client certificate is of, also where it was refused.
    """

    flavour: Flavour
    id: str
    began_at: datetime
    began: float
    soap: SoapVersion = SoapVersion.V1_1
    caller: Partner | None = None
    security: MessageSecurity = NO_SECURITY
    heads: HeadsWithPartner | None = None
    operation: OperationName | None = None
    parsed: ParsedRequest | None = None
    holder: str | None = None
    outcome: str = "ok"
