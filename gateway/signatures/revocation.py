"""Has a certificate been revoked? Its authority's list and responder are asked; a setting decides for silence."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from cryptography import x509

from gateway.domain.errors import CertificateMissing

log = logging.getLogger("gateway.callers")


class Standing(Enum):
    """What a source says of a certificate."""

    GOOD = auto()
    REVOKED = auto()
    NEVER_ISSUED = auto()
    """The authority's responder does not know it."""
    SILENT = auto()
    """No word that is authentic and current."""


class RevocationSource(Protocol):
    """A revocation list or a responder."""

    def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Standing:
        """What it says of a certificate of this issuer."""


@dataclass(frozen=True, slots=True)
class RevocationCheck:
    """How certificates of one authority are checked. accept_silence: the choice where no source says anything."""

    sources: Sequence[RevocationSource]
    accept_silence: bool = False

    def require_not_revoked(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> None:
        """One word against a certificate outweighs any for it. Raises CertificateMissing."""
        said = {source.standing(certificate, issuer, now) for source in self.sources}
        if Standing.REVOKED in said:
            raise CertificateMissing("The client certificate has been revoked.")
        if Standing.NEVER_ISSUED in said:
            raise CertificateMissing("The client certificate is not known to the authority that is named in it.")
        if Standing.GOOD in said:
            return
        if not self.accept_silence:
            raise CertificateMissing(
                "Whether the client certificate has been revoked cannot be found out at the moment."
            )
        log.warning("a client certificate is taken unchecked: no list or responder says whether it has been revoked")


@dataclass(frozen=True, slots=True)
class RevocationChecks:
    """by_authority: how each authority's certificates are checked; those of one that is absent are not."""

    by_authority: Mapping[x509.Certificate, RevocationCheck]

    def require_not_revoked(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> None:
        """now: aware. Raises CertificateMissing."""
        check = self.by_authority.get(issuer)
        if check is not None:
            check.require_not_revoked(certificate, issuer, now)
