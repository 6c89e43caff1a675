"""Port of partner operations: requests that this gateway sends to partners."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.exchange.ports.common import Attachment


@dataclass(frozen=True, slots=True)
class PartnerReply:
    """A partner's answer to a request for a permit.

    document: bytes of the permit element alone.  version: its schema version, `v1` or `v2`.
    composite: as the message says it, None where it says nothing.
    """

    document: bytes
    version: str
    attachments: tuple[Attachment, ...]
    composite: bool | None


@dataclass(frozen=True, slots=True)
class PartnerState:
    """A partner's answer to ServiceState.

    Every field is as the partner wrote it, None where absent.
    """

    state: str | None
    version: str | None
    time: str | None

    @property
    def is_up(self) -> bool:
        """Whether the partner calls itself up; one that says nothing of it is up, as it answers."""
        return self.state in (None, "", "OK", "DEGRADED")


@dataclass(frozen=True, slots=True)
class PartnerConfirmation:
    """A partner's answer to ConfirmQuantities; any answer but a Fault is success."""

    state: str | None
    confirmation_id: str | None


class PartnerOperations(Protocol):
    """The operations of one partner.

    Every method journals the exchange. It raises PartnerUnreachable, PartnerTimeout, PartnerFault,
    PartnerReplyInvalid; and TrustRefused where answers must be signed and the signature does not
    hold.
    """

    @property
    def longest_seconds(self) -> float:
        """Longest duration of one exchange."""

    def certificate(
        self, operation: OperationName, number: CertificateNumber, token: TokenId | None
    ) -> PartnerReply:
        """Request a permit. operation: GET_NON_FINAL or GET_FINAL."""

    def confirm(
        self, number: CertificateNumber, token: TokenId | None, seen: Sequence[SeenQuantity]
    ) -> PartnerConfirmation:
        """Report the quantities that our customs counted."""

    def state(self) -> PartnerState:
        """Request the state of the partner."""
