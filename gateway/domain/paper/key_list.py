"""Key list: the paper keys of the authorities of a country, and its withdrawn permits.

The authority signs it with its permit seal and gives it to partners; it is all that a verifier
without a network needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.key_revocation import RevocationCause
from gateway.domain.paper.withdrawn import WithdrawnPermits


@dataclass(frozen=True, slots=True)
class PaperKeyRevocation:
    """Revocation of a paper key. at: moment from which it counts no more, aware."""

    at: datetime
    cause: RevocationCause

    def spares(self, signed_at: datetime) -> bool:
        """Whether a code that says this moment still counts.

        A thief writes any moment, so nothing of a stolen key counts.
        """
        return self.cause is not RevocationCause.STOLEN and signed_at < self.at


@dataclass(frozen=True, slots=True)
class PaperKey:
    """A paper key.

    id: the first 8 bytes of the SHA-256 of its certificate.  certificate: DER.
    public_key: SubjectPublicKeyInfo of the certificate, DER, for verifiers that read no X.509.
    valid_from, valid_until: of the certificate, aware.  revocation: None where it is in force.
    """

    id: bytes
    certificate: bytes
    public_key: bytes
    valid_from: datetime
    valid_until: datetime
    revocation: PaperKeyRevocation | None = None


@dataclass(frozen=True, slots=True)
class KeyList:
    """The list of a country.

    authorities: those for whose permits the keys sign.  made_at: aware.
    next_at: moment by which a newer list is made; after it this one is out of date; aware.
    is_ours: made at this moment, of what is in force.
    """

    country: IsoCountryCode
    authorities: Sequence[Authority]
    made_at: datetime
    next_at: datetime
    keys: Sequence[PaperKey]
    withdrawn: WithdrawnPermits
    is_ours: bool = False
