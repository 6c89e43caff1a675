"""Reading of X.509 certificates, requests and revocation lists: one error for all that is wrong.

cryptography raises ValueError for bytes that it cannot parse, and errors that are none for a
version that X.509 does not know, an extension that stands twice, or a key it has no use for. Some
come at first use only, as a failure of the gateway in place of a refusal of the sender.
Source: RFC 5280, sections 4.1.2.1 and 5.1.2.1; RFC 2986, section 4.1.
"""

from collections.abc import Callable
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

_Read = TypeVar("_Read")
_UNREADABLE = (
    TypeError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)


def certificate_of_der(der: bytes) -> x509.Certificate:
    """Return a certificate, as messages carry it, with every part that is used later decoded.

    Raises ValueError.
    """
    return _read(_decoded, der)


def certificate_of_pem(pem: bytes) -> x509.Certificate:
    """Return the first certificate. Raises ValueError."""
    return _read(x509.load_pem_x509_certificate, pem)


def certificates_of_pem(pem: bytes) -> list[x509.Certificate]:
    """Return all certificates, at least one. Raises ValueError."""
    return _read(x509.load_pem_x509_certificates, pem)


def request_of_pem(pem: bytes) -> x509.CertificateSigningRequest:
    """Return a certificate signing request. Raises ValueError."""
    return _read(x509.load_pem_x509_csr, pem)


def crl_of_der(der: bytes) -> x509.CertificateRevocationList:
    """Return a revocation list. Raises ValueError."""
    return _read(x509.load_der_x509_crl, der)


def crl_of_pem(pem: bytes) -> x509.CertificateRevocationList:
    """Return a revocation list. Raises ValueError."""
    return _read(x509.load_pem_x509_crl, pem)


def _decoded(der: bytes) -> x509.Certificate:
    certificate = x509.load_der_x509_certificate(der)
    _ = certificate.subject, certificate.issuer, certificate.extensions, certificate.public_key()
    return certificate


def _read(load: Callable[[bytes], _Read], data: bytes) -> _Read:
    try:
        return load(data)
    except _UNREADABLE as error:
        raise ValueError(str(error)) from error
