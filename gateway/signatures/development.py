"""Where do certificates come from before there are real ones? A throw-away CA, marked as such in name and folder.

EC P-256. Every subject carries O="DEVELOPMENT ONLY - not for production".
"""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.domain.errors import KeyUnusable
from gateway.signatures.certificates import fingerprint
from gateway.signatures.names import DEVELOPMENT_ORGANISATION

CA_FILE, CA_KEY_FILE = "dev-ca.pem", "dev-ca.key.pem"
MARKER = "DEVELOPMENT-ONLY"
"""File in a working directory whose keys come from a development CA; nowhere else is one of its certificates used."""

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


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, from its first moment on. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


class DevelopmentCa:
    """A CA for trying things out. Made anew, or opened from the files that it has saved."""

    def __init__(self, opened: KeyPair | None = None) -> None:
        if opened:
            key = serialization.load_pem_private_key(opened.key, None)
            if not isinstance(key, ec.EllipticCurvePrivateKey):
                raise KeyUnusable(f"{CA_KEY_FILE} is not the key that `epix-gateway init` has made.")
            self._key = key
            self._certificate = x509.load_pem_x509_certificate(opened.certificate)
        else:
            self._key = ec.generate_private_key(ec.SECP256R1())
            self._certificate = self._own()
        self._name = self._certificate.subject

    @classmethod
    def open(cls, keys: Path) -> Self:
        """The one whose files lie in a folder `keys`. Raises KeyUnusable."""
        try:
            return cls(KeyPair((keys / CA_FILE).read_bytes(), (keys / CA_KEY_FILE).read_bytes()))
        except (OSError, ValueError):
            raise KeyUnusable(
                f"{keys / CA_FILE} and {keys / CA_KEY_FILE} are not both there and readable; `epix-gateway init` makes "
                "a working directory that has them."
            ) from None

    def save(self, keys: Path) -> None:
        """Write certificate and key into a folder `keys`. Raises FileExistsError."""
        with (keys / CA_FILE).open("xb") as file:
            file.write(self.certificate)
        write_secret(keys / CA_KEY_FILE, _pem(self._key))

    @property
    def certificate(self) -> bytes:
        """The CA's certificate, PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def certify(self, request: bytes) -> bytes:
        """Issue what a request (PEM) asks for, under the organisation that marks it; gives the certificate, PEM.

        Raises KeyUnusable for something that is no request.
        """
        try:
            asked = x509.load_pem_x509_csr(request)
            key = asked.public_key()
        except (ValueError, UnsupportedAlgorithm):
            raise KeyUnusable(
                "The request cannot be read. Write it anew: `epix-gateway keys request PURPOSE`."
            ) from None
        subject = [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEVELOPMENT_ORGANISATION)
            if attribute.oid == NameOID.ORGANIZATION_NAME
            else attribute
            for attribute in asked.subject
        ]
        builder = _begun(x509.Name(subject), self._name, key)
        for extension in asked.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        return self._signed(builder, key)

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
        )
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        return KeyPair(self._signed(builder, key.public_key()), _pem(key))

    def _signed(self, builder: x509.CertificateBuilder, key: CertificatePublicKeyTypes) -> bytes:
        return (
            builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )

    def _own(self) -> x509.Certificate:
        name = _subject("epix-gateway development CA", None)
        return (
            _begun(name, name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _subject(name: str, country: str | None) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEVELOPMENT_ORGANISATION),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    if country:
        attributes.insert(0, x509.NameAttribute(NameOID.COUNTRY_NAME, country))
    return x509.Name(attributes)


def _begun(subject: x509.Name, issuer: x509.Name, key: CertificatePublicKeyTypes) -> x509.CertificateBuilder:
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
