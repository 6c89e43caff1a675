"""Certificate facts: subject, dates and the fingerprint by which a certificate is pinned."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.crypto.x509_reading import certificates_of_pem

DEVELOPMENT_ORGANISATION = "DEVELOPMENT ONLY - not for production"
"""Organisation in the subject of every development certificate, which marks it as one."""


class CertificateUnreadable(Exception):
    """The bytes are no PEM certificate."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Facts of a certificate, for people and settings.

    subject: RFC 4514.  country: C of the subject, None where it has none.
    valid_from, valid_until: aware, UTC.  sha256: fingerprint of the DER form, lower-case hex.
    development: made by `init` or `demo`, never to be trusted in production.
    """

    subject: str
    country: str | None
    valid_from: datetime
    valid_until: datetime
    sha256: str
    development: bool


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate (DER), lower-case hex, as in `certificate_sha256` of a partner."""
    return hashlib.sha256(der).hexdigest()


def certificates(pem: bytes) -> tuple[CertificateFacts, ...]:
    """The facts of every certificate in a PEM file, in its order. Raises CertificateUnreadable."""
    try:
        return tuple(_facts(certificate) for certificate in certificates_of_pem(pem))
    except ValueError:
        raise CertificateUnreadable from None


def _facts(certificate: x509.Certificate) -> CertificateFacts:
    def attributes(oid: x509.ObjectIdentifier) -> list[str]:
        return [
            str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(oid)
        ]

    return CertificateFacts(
        subject=certificate.subject.rfc4514_string(),
        country=next(iter(attributes(NameOID.COUNTRY_NAME)), None),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        sha256=fingerprint(certificate.public_bytes(Encoding.DER)),
        development=DEVELOPMENT_ORGANISATION in attributes(NameOID.ORGANIZATION_NAME),
    )
