"""Exchange of a test case: the request as it was sent, and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gateway.conformance.case import Case
from gateway.conformance.speech import Speech
from gateway.settings.conformance.sample_permits import SamplePermit
from gateway.wire.soap_version import SoapVersion
from schemas import ContractVersion


@dataclass(frozen=True, slots=True)
class Sent:
    """A request. method: GET or POST.  query: of a GET.  body: empty for a GET."""

    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """An answer, whole or not.

    status: None where no answer began.  failure: rest of a sentence that begins with the service,
    where there was no whole answer.  seconds: from connecting to the last byte.
    """

    status: int | None
    content_type: str
    body: bytes
    seconds: float
    failure: str | None = None


class Wire(Protocol):
    """Way to one address. A connection at a time; every wait and every size is bounded."""

    def send(self, sent: Sent) -> Received:
        """Send a request and return what came back. Never raises for what the service does."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address of the service under test.

    version: of the contract, or of the usual document where a dialect is spoken.
    """

    address: str
    version: ContractVersion
    speech: Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All that the checks of a case may look at.

    operation: of the request; empty for a GET.  sent, received: of the last time it was sent.
    fastest: seconds of the fastest.  permit: that the request names, if any.
    confirmed: lines of a ConfirmQuantities, as sent.
    earlier: exchanges of this address and SOAP version, by case.
    """

    case: Case
    endpoint: Endpoint
    soap: SoapVersion
    operation: str
    sent: Sent
    received: Received
    fastest: float
    permit: SamplePermit | None = None
    confirmed: tuple[tuple[str, str], ...] = ()
    earlier: Mapping[str, "Judged"] = field(default_factory=dict)
