"""Development CA: a throw-away CA that issues certificates until there are real ones.

Keys are EC P-256. Every subject has O="DEVELOPMENT ONLY - not for production", and the working
directory has a marker file, so that such a certificate is never used in production by mistake.
"""

import ipaddress
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
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.crypto.keys.certificates import DEVELOPMENT_ORGANISATION, fingerprint
from gateway.crypto.keys.files import write_secret
from gateway.crypto.keys.purposes import DOCUMENT_SIGNING
from gateway.crypto.x509_reading import certificate_of_pem, crl_of_pem, request_of_pem
from gateway.domain.errors import KeyUnusable
from gateway.hardening import private_opener

CA_FILE, CA_KEY_FILE, CRL_FILE = "dev-ca.pem", "dev-ca.key.pem", "dev-ca.crl.pem"
MARKER = "DEVELOPMENT-ONLY"
"""Marker file of a working directory for development.

Certificates of a development CA are refused in any other working directory.
"""

_LIFETIME = timedelta(days=90)
_CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and its key, PEM. The key is not encrypted; file permissions protect it."""

    certificate: bytes
    key: bytes

    @property
    def sha256(self) -> str:
        """Fingerprint of the certificate."""
        loaded = certificate_of_pem(self.certificate)
        return fingerprint(loaded.public_bytes(serialization.Encoding.DER))

    def pkcs12(self, name: str, password: str, ca: bytes) -> bytes:
        """Certificate, key and the CA's certificate (PEM) as one PKCS#12 file.

        name: that programs show.  password: of the file.  Source: RFC 7292.
        """
        key = serialization.load_pem_private_key(self.key, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101  # as this CA makes them
        return pkcs12.serialize_key_and_certificates(
            name.encode(),
            key,
            certificate_of_pem(self.certificate),
            [certificate_of_pem(ca)],
            serialization.BestAvailableEncryption(password.encode()),
        )


class DevelopmentCa:
    """A CA for development and tests.

    saved: its key pair, read from files; None: a new CA.  lifetime: of all its certificates.
    """

    def __init__(self, saved: KeyPair | None = None, lifetime: timedelta = _LIFETIME) -> None:
        self._lifetime = lifetime
        if saved:
            key = serialization.load_pem_private_key(saved.key, None)
            if not isinstance(key, ec.EllipticCurvePrivateKey):
                raise KeyUnusable(
                    f"{CA_KEY_FILE} is not the key that `epix-gateway init` has made."
                )
            self._key = key
            self._certificate = certificate_of_pem(saved.certificate)
        else:
            self._key = ec.generate_private_key(ec.SECP256R1())
            self._certificate = self._self_signed()
        self._name = self._certificate.subject

    @classmethod
    def open(cls, keys: Path) -> Self:
        """The CA whose files are in a folder `keys`. Raises KeyUnusable."""
        try:
            return cls(KeyPair((keys / CA_FILE).read_bytes(), (keys / CA_KEY_FILE).read_bytes()))
        except (OSError, ValueError):
            raise KeyUnusable(
                f"{keys / CA_FILE} and {keys / CA_KEY_FILE} are not both there and readable;"
                " `epix-gateway init` makes a working directory that has them."
            ) from None

    def save(self, keys: Path) -> None:
        """Write certificate and key into a folder `keys`. Raises FileExistsError."""
        with open(keys / CA_FILE, "xb", opener=private_opener) as file:
            file.write(self.certificate)
        write_secret(keys / CA_KEY_FILE, _pem(self._key))

    @property
    def certificate(self) -> bytes:
        """The CA's certificate, PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def certify(self, request: bytes) -> bytes:
        """Issue the certificate (PEM) that a request (PEM) asks for, with the marking organisation.

        Raises KeyUnusable for bytes that are no request.
        """
        try:
            csr = request_of_pem(request)
            key = csr.public_key()
        except (ValueError, UnsupportedAlgorithm):
            raise KeyUnusable(
                "The request cannot be read. Write it anew: `epix-gateway keys request PURPOSE`."
            ) from None
        subject = [
            (
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEVELOPMENT_ORGANISATION)
                if attribute.oid == NameOID.ORGANIZATION_NAME
                else attribute
            )
            for attribute in csr.subject
        ]
        builder = self._builder(x509.Name(subject), self._name, key)
        for extension in csr.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        return self._signed(builder, key)

    def revoke(
        self,
        certificate: x509.Certificate,
        reason: x509.ReasonFlags,
        at: datetime,
        before: bytes | None,
    ) -> bytes:
        """The revocation list (PEM) with one certificate more; listed already, it stays as it was.

        at: aware.  before: the list so far, PEM; None where there is none.
        """
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._name)
            .last_update(at)
            .next_update(at + _LIFETIME)
        )
        number, serials = 0, set()
        if before:
            so_far = crl_of_pem(before)
            number = so_far.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
            for listed in so_far:
                builder = builder.add_revoked_certificate(listed)
                serials.add(listed.serial_number)
        if certificate.serial_number not in serials:
            entry = (
                x509.RevokedCertificateBuilder()
                .serial_number(certificate.serial_number)
                .revocation_date(at)
                .add_extension(x509.CRLReason(reason), critical=False)
            )
            builder = builder.add_revoked_certificate(entry.build())
        return (
            builder.add_extension(x509.CRLNumber(number + 1), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )

    def server(self, country: str, host: str = "localhost") -> KeyPair:
        """A server certificate for a host name or IP address, 127.0.0.1, ::1 and localhost."""
        hosts = dict.fromkeys((host, "localhost", "127.0.0.1", "::1"))
        names = x509.SubjectAlternativeName([_general_name(each) for each in hosts])
        # Clients compare the names alone (RFC 9525); a common name is 64 characters at most.
        return self._issue(
            _subject("localhost", country), (ExtendedKeyUsageOID.SERVER_AUTH,), names
        )

    def client(self, country: str) -> KeyPair:
        """A TLS client certificate of the gateway of a country."""
        return self._issue(
            _subject(f"{country} gateway", country), (ExtendedKeyUsageOID.CLIENT_AUTH,)
        )

    def sandbox_caller(self, country: str) -> KeyPair:
        """A TLS client certificate for every caller of a sandbox: its key is public."""
        return self._issue(
            _subject(f"SANDBOX caller {country}", country), (ExtendedKeyUsageOID.CLIENT_AUTH,)
        )

    def seal(self, country: str) -> KeyPair:
        """A sealing certificate of the authority of a country; not for TLS."""
        return self._issue(_subject(f"{country} permit seal", country), (DOCUMENT_SIGNING,))

    def paper(self, country: str) -> KeyPair:
        """A certificate for permit codes of the authority of a country; not for TLS."""
        return self._issue(_subject(f"{country} paper key", country), (DOCUMENT_SIGNING,))

    def _issue(
        self,
        subject: x509.Name,
        uses: Sequence[x509.ObjectIdentifier],
        names: x509.SubjectAlternativeName | None = None,
    ) -> KeyPair:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            self._builder(subject, self._name, key.public_key())
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
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )

    def _self_signed(self) -> x509.Certificate:
        name = _subject("epix-gateway development CA", None)
        return (
            self._builder(name, name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: CertificatePublicKeyTypes
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _CLOCK_TOLERANCE)
            .not_valid_after(now + self._lifetime)
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


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


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
