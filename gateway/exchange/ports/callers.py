"""Port of client certificates: validity, revocation, partner rules, and those that were shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AcceptedCertificate:
    """A client certificate that was judged valid.

    sha256: of its DER form, lower-case hex.  countries: every C= of its subject, as written there.
    partners: keys of the partners whose rule of authority, subject and serial it meets.
    """

    sha256: str
    countries: tuple[str, ...]
    partners: frozenset[str]


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """A client certificate that a caller has shown, accepted or refused.

    sha256: of its DER form, lower-case hex.  subject, issuer: RFC 4514, text of others.
    serial: lower-case hex.  not_before, not_after: aware.
    partner: key of the partner it is of: the one that it was accepted for, or that has pinned it,
    or whose rule it meets but for dates and serial; empty where it is of none.
    """

    sha256: str
    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    partner: str = ""


class CertificateJudge(Protocol):
    """Judges client certificates, whether this server or a reverse proxy terminated TLS.

    Fast, as it is called for every request.
    """

    def judge(self, certificate: bytes) -> AcceptedCertificate:
        """Judge a certificate (DER) at this moment.

        Raises CertificateMissing naming the reason: unreadable, expired, not valid yet, of another
        key usage, of an unknown authority, revoked, or of unknown revocation status.
        """

    def described(self, certificate: bytes) -> ShownCertificate | None:
        """Describe a certificate (DER), whether it is valid or not; None if it cannot be read.

        Its partner is the only one whose rule names its issuer and its subject. The signature of
        the issuer is verified; dates, serial, key usage and revocation are not looked at.
        """


class ShownCertificates(Protocol):
    """Certificates that callers have shown. Every method raises ServiceUnavailable."""

    def keep(self, certificate: ShownCertificate, at: datetime) -> None:
        """Keep a certificate; nothing is changed where it is there for this partner. at: aware."""

    def all(self) -> Sequence[ShownCertificate]:
        """Return all of them, those that were shown first before the others."""
