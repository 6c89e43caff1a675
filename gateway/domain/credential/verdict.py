"""Verdict on a verifiable credential: its status, and a sentence that says why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.credential.content import Credential


class CredentialStatus(StrEnum):
    """Status of a credential."""

    GENUINE = "genuine"
    """Signed by the authority, in date, and not revoked by what is known here."""
    NO_CREDENTIAL = "no-credential"
    """It has not the form of a credential of a CITES permit."""
    ALGORITHM_REFUSED = "algorithm-refused"
    """It names another algorithm than ES256."""
    ALTERED = "altered"
    """The signature does not fit."""
    SIGNER_UNKNOWN = "signer-unknown"
    """No list that is trusted here has its key, or not for this authority or moment."""
    KEY_REVOKED = "key-revoked"
    """Its key was revoked, so that others may have it."""
    KEY_EXPIRED = "key-expired"
    """The certificate of its key has ended since."""
    EXPIRED = "expired"
    """The last day of box 2 is over."""
    NOT_YET_VALID = "not-yet-valid"
    """The first day of box 2 has not come."""
    REVOKED = "revoked"
    """The authority has cancelled, replaced or changed the permit, or it was lost or returned."""
    MAY_BE_REVOKED = "may-be-revoked"
    """The filter of the key list has the permit. One in 784,931 is found without being in it."""
    STATUS_UNKNOWN = "status-unknown"
    """Neither a status list nor a key list of today says whether it was revoked."""


@dataclass(frozen=True, slots=True)
class CredentialVerdict:
    """Verdict on a credential.

    reason: a sentence for a person.  credential: None unless the authority signed it.
    judged_at: aware.
    """

    status: CredentialStatus
    reason: str
    judged_at: datetime
    credential: Credential | None = None
