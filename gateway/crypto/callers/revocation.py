"""Revocation checking of client certificates, by CRL (RFC 5280) and by OCSP (RFC 6960).

Each CA has its sources: a revocation list, a responder, or both. If any source says revoked, the
certificate is refused. If any says unknown, it is refused too: the CA named in a certificate that
its responder does not know has not issued it, or has lost control of its key. If no source has a
current, authentic status, a setting decides (soft-fail or hard-fail).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from cryptography import x509

from gateway.crypto.callers.authorities import AuthorityId
from gateway.domain.errors import CertificateMissing

log = logging.getLogger("gateway.callers")


class RevocationStatus(Enum):
    """Status of a certificate: the words of RFC 6960, section 2.2, and one for no status at all."""

    GOOD = auto()
    REVOKED = auto()
    UNKNOWN = auto()
    """The responder of the CA does not know the certificate."""
    UNAVAILABLE = auto()
    """The source has no status that is authentic and current."""


class RevocationSource(Protocol):
    """A revocation list or an OCSP responder."""

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> RevocationStatus:
        """Status of a certificate of this issuer.

        now: aware. Raises nothing: failures are UNAVAILABLE, and a warning in the log.
        """


@dataclass(frozen=True, slots=True)
class RevocationCheck:
    """How certificates of one CA are checked.

    soft_fail: whether a certificate is accepted while its status is UNAVAILABLE at every source.
    """

    sources: Sequence[RevocationSource]
    soft_fail: bool = False

    def require_not_revoked(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> None:
        """If any source says revoked, the certificate is refused.

        now: aware. Raises CertificateMissing.
        """
        statuses = {source.status(certificate, issuer, now) for source in self.sources}
        if RevocationStatus.REVOKED in statuses:
            raise CertificateMissing("The client certificate has been revoked.")
        if RevocationStatus.UNKNOWN in statuses:
            raise CertificateMissing(
                "The client certificate is not known to the authority that is named in it."
            )
        if RevocationStatus.GOOD in statuses:
            return
        if not self.soft_fail:
            raise CertificateMissing(
                "Whether the client certificate has been revoked cannot be found out at the moment."
            )
        log.warning(
            "a client certificate is taken unchecked: no list or responder says whether it has been"
            " revoked"
        )

    def together_with(self, other: "RevocationCheck") -> "RevocationCheck":
        """A check by the sources of both. It fails hard where either of them does."""
        return RevocationCheck((*self.sources, *other.sources), self.soft_fail and other.soft_fail)


@dataclass(frozen=True, slots=True)
class RevocationChecks:
    """The checks by issuing CA. Certificates of a CA that is not among them are not checked.

    Several certificates of one CA (same name, same key) have one check, whichever of them path
    validation has found.
    """

    by_authority: Mapping[AuthorityId, RevocationCheck]

    def require_not_revoked(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> None:
        """now: aware. Raises CertificateMissing."""
        check = self.by_authority.get(AuthorityId.of(issuer))
        if check is not None:
            check.require_not_revoked(certificate, issuer, now)
