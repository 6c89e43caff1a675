"""Port of client certificates: validity, revocation, and the partner rules a certificate meets."""

from dataclasses import dataclass
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


class CertificateJudge(Protocol):
    """Judges client certificates, whether this server or a reverse proxy terminated TLS.

    Fast, as it is called for every request.
    """

    def judge(self, certificate: bytes) -> AcceptedCertificate:
        """Judge a certificate (DER) at this moment.

        Raises CertificateMissing naming the reason: unreadable, expired, not valid yet, of another
        key usage, of an unknown authority, revoked, or of unknown revocation status.
        """
