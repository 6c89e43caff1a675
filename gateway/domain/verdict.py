"""Can we vouch for a foreign permit? What its seal is worth, judged at the moment it was made and at this one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.errors import SignatureInvalid, SignatureMissing, SignerNotTrusted, TrustRefused


class Worth(StrEnum):
    """What a seal is worth at one moment."""

    SEALED_VALID = "sealed-valid"
    """Whole, and made by whom the country trusts to seal."""
    SEALED_BROKEN = "sealed-broken"
    """It does not fit the permit, or has not the one form that is accepted."""
    SIGNER_UNKNOWN = "signer-unknown"
    """It fits the permit, but nothing leads from the signer to what is trusted for the country."""
    EXPIRED = "expired"
    """It was valid when it was made; a certificate behind it is out of date."""
    UNSEALED = "unsealed"
    """There is none."""


_REFUSALS: dict[Worth, type[TrustRefused]] = {
    Worth.UNSEALED: SignatureMissing,
    Worth.SEALED_BROKEN: SignatureInvalid,
    Worth.SIGNER_UNKNOWN: SignerNotTrusted,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """at_issue: what the seal was worth when it was made.  now: what it is worth at judged_at.

    reason: one sentence.  signer: subject of the signer's certificate, as RFC 4514 writes it; only where the seal fits
    the permit.  sealed_at: when it was made, by the signer's own word.  Both moments are aware.
    """

    at_issue: Worth
    now: Worth
    judged_at: datetime
    reason: str
    signer: str | None = None
    sealed_at: datetime | None = None

    @property
    def worth(self) -> Worth:
        """The verdict in one word: a seal that was never valid cannot become so."""
        return self.now if self.at_issue is Worth.SEALED_VALID else self.at_issue

    @property
    def vouched(self) -> bool:
        """Whether the permit is what the issuing authority sealed; an expired certificate does not undo that."""
        return self.at_issue is Worth.SEALED_VALID

    def require_vouched(self) -> None:
        """Raises SignatureMissing, SignatureInvalid or SignerNotTrusted where a seal is demanded and none holds."""
        if not self.vouched:
            raise _REFUSALS[self.worth](f"This partner must seal its permits. {self.reason}")
