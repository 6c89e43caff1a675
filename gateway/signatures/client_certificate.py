"""Is this certificate one a caller may show at all? Readable, in date, made for showing at a TLS door."""

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.domain.errors import CertificateMissing

_SMALLEST_RSA_BITS = 2048
_UNREADABLE = (
    ValueError,
    TypeError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)
"""What cryptography raises for bytes that are no certificate, or one it does not understand."""


def read_certificate(der: bytes) -> x509.Certificate:
    """The certificate, each part of it readable. Raises CertificateMissing."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        # Each of these is only decoded when it is first asked for.
        _ = certificate.subject, certificate.issuer, certificate.extensions, certificate.public_key()
    except _UNREADABLE:
        raise CertificateMissing("The client certificate cannot be read.") from None
    return certificate


def require_in_date(certificate: x509.Certificate, now: datetime) -> None:
    """now: aware. Raises CertificateMissing saying since when, or from when on."""
    if now > certificate.not_valid_after_utc:
        raise CertificateMissing(f"The client certificate has expired: it was valid until {_moment(certificate, -1)}.")
    if now < certificate.not_valid_before_utc:
        raise CertificateMissing(f"The client certificate is not valid yet: it is from {_moment(certificate, 0)} on.")


def require_client_use(certificate: x509.Certificate) -> None:
    """Raises CertificateMissing for a certificate of a CA, of a server, for encryption only, or with a small key.

    Source: RFC 5280, sections 4.2.1.3, 4.2.1.9, 4.2.1.12: an extension that is absent forbids nothing.
    """
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _SMALLEST_RSA_BITS:
        raise CertificateMissing("The key of the client certificate is too small.")
    for extension in certificate.extensions:
        allowed = True
        match extension.value:
            case x509.BasicConstraints() as constraints:
                allowed = not constraints.ca
            case x509.KeyUsage() as usage:
                allowed = usage.digital_signature
            case x509.ExtendedKeyUsage() as purposes:
                allowed = ExtendedKeyUsageOID.CLIENT_AUTH in purposes
        if not allowed:
            raise CertificateMissing("The client certificate is not made for client authentication.")


def _moment(certificate: x509.Certificate, end: int) -> str:
    moment = (certificate.not_valid_before_utc, certificate.not_valid_after_utc)[end]
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
