"""Where do certificates come from before there are real ones? A throw-away CA, marked as such in name and file.

EC P-256. Every subject carries O="DEVELOPMENT ONLY - not for production", every file name begins with `dev-`.
"""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.signatures.certificates import fingerprint
from gateway.signatures.names import DEVELOPMENT_ORGANISATION

_LIFETIME = timedelta(days=90)
_CLOCK_TOLERANCE = timedelta(minutes=5)
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning, RFC 9336."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and its key, both PEM; the key is not encrypted, the permissions of its file guard it."""

    certificate: bytes
    key: bytes

    @property
    def sha256(self) -> str:
        """Fingerprint of the certificate."""
        loaded = x509.load_pem_x509_certificate(self.certificate)
        return fingerprint(loaded.public_bytes(serialization.Encoding.DER))

    def save(self, directory: Path, name: str) -> None:
        """Write `dev-NAME.pem` and `dev-NAME.key.pem`, the key for its owner alone. Raises FileExistsError."""
        with (directory / f"dev-{name}.pem").open("xb") as file:
            file.write(self.certificate)
        write_secret(directory / f"dev-{name}.key.pem", self.key)


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, from its first moment on. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


class DevelopmentCa:
    """A CA that lives in memory; nobody needs its key after the certificates are made."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _subject("epix-gateway development CA", None)
        self._certificate = (
            _begun(self._name, self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def certificate(self) -> bytes:
        """The CA's certificate, PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def server(self, country: str) -> KeyPair:
        """A server certificate for 127.0.0.1, ::1 and localhost."""
        names = x509.SubjectAlternativeName(
            [
                x509.DNSName("localhost"),
                x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
                x509.IPAddress(ipaddress.ip_address("::1")),
            ]
        )
        return self._issue(_subject("localhost", country), (ExtendedKeyUsageOID.SERVER_AUTH,), names)

    def client(self, country: str) -> KeyPair:
        """A client certificate by which the gateway of a country shows who it is."""
        return self._issue(_subject(f"{country} gateway", country), (ExtendedKeyUsageOID.CLIENT_AUTH,))

    def seal(self, country: str) -> KeyPair:
        """A certificate by which the authority of a country seals permits; no use in TLS."""
        return self._issue(_subject(f"{country} permit seal", country), (_DOCUMENT_SIGNING,))

    def _issue(
        self,
        subject: x509.Name,
        uses: Sequence[x509.ObjectIdentifier],
        names: x509.SubjectAlternativeName | None = None,
    ) -> KeyPair:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            _begun(subject, self._name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        return KeyPair(
            certificate.public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )


def _subject(name: str, country: str | None) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEVELOPMENT_ORGANISATION),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    if country:
        attributes.insert(0, x509.NameAttribute(NameOID.COUNTRY_NAME, country))
    return x509.Name(attributes)


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_TOLERANCE)
        .not_valid_after(now + _LIFETIME)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
