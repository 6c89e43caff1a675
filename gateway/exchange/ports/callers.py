"""Is this client certificate in order?"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """A client certificate that is in order.

    sha256: of its DER form, lower-case hex.  countries: every C= of its subject, as written there.
    partners: keys of the partners whose rule of authority, subject and serial it meets.
    """

    sha256: str
    countries: tuple[str, ...]
    partners: frozenset[str]


class CertificateJudge(Protocol):
    """Says whether a client certificate is in order, whoever ended TLS. Fast, because it is asked at every call."""

    def judge(self, certificate: bytes) -> ShownCertificate:
        """Judge a certificate (DER) at this moment.

        Raises CertificateMissing saying which: unreadable, expired, not valid yet, made for another use, of an unknown
        authority, revoked, or not to be checked for revocation.
        """
