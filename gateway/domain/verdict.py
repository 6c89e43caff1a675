"""Verdict on the seal of a foreign permit, at the moment of sealing and at present."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.errors import SignatureInvalid, SignatureMissing, SignerNotTrusted, TrustRefused


class SealStatus(StrEnum):
    """Status of a seal at a moment."""

    SEALED_VALID = "sealed-valid"
    """Intact, and made by a signer that the country trusts to seal."""
    SEALED_BROKEN = "sealed-broken"
    """It does not fit the permit, or has not the form that is accepted."""
    SIGNER_UNKNOWN = "signer-unknown"
    """It fits the permit, but the signer has no chain to an anchor of the country."""
    EXPIRED = "expired"
    """It was valid when it was made; a certificate behind it is out of date."""
    REVOKED = "revoked"
    """The certificate of the signer was revoked, so that others may have its key."""
    UNSEALED = "unsealed"
    """There is no seal."""


_REFUSALS: dict[SealStatus, type[TrustRefused]] = {
    SealStatus.UNSEALED: SignatureMissing,
    SealStatus.SEALED_BROKEN: SignatureInvalid,
    SealStatus.SIGNER_UNKNOWN: SignerNotTrusted,
    SealStatus.REVOKED: SignerNotTrusted,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict on a seal.

    at_issue: status when the seal was made.  now: status at judged_at.
    reason: a sentence for a person.
    signer: subject of the signer's certificate (RFC 4514); None where the seal does not fit the
    permit.  sealed_at: as the signer states it.  Both moments are aware.
    """

    at_issue: SealStatus
    now: SealStatus
    judged_at: datetime
    reason: str
    signer: str | None = None
    sealed_at: datetime | None = None

    @property
    def worth(self) -> SealStatus:
        """The status to show: a seal that was not valid when it was made never becomes valid."""
        return self.now if self.at_issue is SealStatus.SEALED_VALID else self.at_issue

    @property
    def is_trusted(self) -> bool:
        """Whether the permit is what the authority sealed; a certificate may have expired since."""
        return self.at_issue is SealStatus.SEALED_VALID

    def refusal(self) -> TrustRefused:
        """Return the error for a partner that must seal its permits, of a seal that is not trusted.

        SignatureMissing, SignatureInvalid or SignerNotTrusted.
        """
        return _REFUSALS[self.worth](f"This partner must seal its permits. {self.reason}")
