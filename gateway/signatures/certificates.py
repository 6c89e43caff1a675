"""What does a certificate say, and by which fingerprint is it pinned?"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.signatures.names import DEVELOPMENT_ORGANISATION


class CertificateUnreadable(Exception):
    """The bytes are no PEM certificate."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """subject: as RFC 4514 writes it.  country: of the subject, None where it names none.

    valid_from, valid_until: aware, UTC.  sha256: fingerprint of the DER form, lower-case hex.
    development: made by `init` or `demo`, never to be trusted in earnest.
    """

    subject: str
    country: str | None
    valid_from: datetime
    valid_until: datetime
    sha256: str
    development: bool


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate's DER form, lower-case hex: the form `certificate_sha256` of a partner takes."""
    return hashlib.sha256(der).hexdigest()


def certificates(pem: bytes) -> tuple[CertificateFacts, ...]:
    """Every certificate of a PEM file, in its order. Raises CertificateUnreadable."""
    try:
        return tuple(_facts(certificate) for certificate in x509.load_pem_x509_certificates(pem))
    except ValueError:
        raise CertificateUnreadable from None


def _facts(certificate: x509.Certificate) -> CertificateFacts:
    def named(oid: x509.ObjectIdentifier) -> list[str]:
        return [str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(oid)]

    return CertificateFacts(
        subject=certificate.subject.rfc4514_string(),
        country=next(iter(named(NameOID.COUNTRY_NAME)), None),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        sha256=fingerprint(certificate.public_bytes(Encoding.DER)),
        development=DEVELOPMENT_ORGANISATION in named(NameOID.ORGANIZATION_NAME),
    )
