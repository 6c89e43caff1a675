"""Partners we ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.endorsement import SeenQuantity
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.partner import OperationName
from gateway.exchange.ports.common import Attachment


@dataclass(frozen=True, slots=True)
class PartnerReply:
    """A partner's answer to a question for a permit. document: bytes of the permit element alone."""

    document: bytes
    version: str
    attachments: tuple[Attachment, ...]
    composite: bool | None


@dataclass(frozen=True, slots=True)
class PartnerState:
    """A partner's answer to ServiceState. Every field is as the partner said it, None where it said nothing."""

    state: str | None
    version: str | None
    time: str | None


@dataclass(frozen=True, slots=True)
class PartnerConfirmation:
    """A partner's answer to ConfirmQuantities; an answer without Fault is success whatever it holds."""

    state: str | None
    confirmation_id: str | None


class PartnerDoor(Protocol):
    """The operations of one partner.

    Every method journals the exchange and raises PartnerUnreachable, PartnerTimeout, PartnerFault, PartnerReplyInvalid;
    and where answers must be signed, TrustRefused for one that is not as it must be.
    """

    @property
    def longest_seconds(self) -> float:
        """What one exchange may take."""

    def certificate(self, operation: OperationName, number: CertificateNumber, token: TokenId | None) -> PartnerReply:
        """Ask for a permit: GET_NON_FINAL or GET_FINAL."""

    def confirm(
        self, number: CertificateNumber, token: TokenId | None, seen: Sequence[SeenQuantity]
    ) -> PartnerConfirmation:
        """Report what was counted."""

    def state(self) -> PartnerState:
        """Ask whether the partner is up."""
