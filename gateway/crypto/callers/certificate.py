"""Client certificate of a caller: readable, in date, and made for TLS client authentication.

These checks need the certificate alone. The issuing CA and revocation come after them
(`authorities.py`, `revocation.py`).
"""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.crypto.x509_reading import certificate_of_der
from gateway.domain.errors import CertificateMissing

_MIN_RSA_BITS = 2048


def read_certificate(der: bytes) -> x509.Certificate:
    """The certificate. Raises CertificateMissing."""
    try:
        return certificate_of_der(der)
    except ValueError:
        raise CertificateMissing("The client certificate cannot be read.") from None


def require_in_date(certificate: x509.Certificate, now: datetime) -> None:
    """now: aware. Raises CertificateMissing saying since when, or from when on."""
    if now > certificate.not_valid_after_utc:
        raise CertificateMissing(
            "The client certificate has expired: it was valid until"
            f" {_iso(certificate.not_valid_after_utc)}."
        )
    if now < certificate.not_valid_before_utc:
        raise CertificateMissing(
            "The client certificate is not valid yet: it is from"
            f" {_iso(certificate.not_valid_before_utc)} on."
        )


def require_client_use(certificate: x509.Certificate) -> None:
    """Raises CertificateMissing for a certificate that is not for TLS client authentication.

    Refused: certificates of a CA, of a server, for encryption alone, or with a small RSA key. An
    extension that is absent forbids nothing. RSA from 2048 bits on is accepted here and from 3072
    bits on in signatures (`policy.py`): a TLS handshake need not stand for years.
    Source: RFC 5280, sections 4.2.1.3, 4.2.1.9, 4.2.1.12; RFC 8446, section 4.4.2.
    """
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _MIN_RSA_BITS:
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
            raise CertificateMissing(
                "The client certificate is not made for client authentication."
            )


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
