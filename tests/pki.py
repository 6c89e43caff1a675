"""Throw-away certification authorities and their certificates, made anew for every run."""

import ipaddress
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
CLIENT, SERVER, OCSP = (
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.OCSP_SIGNING,
)


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, as objects, as two PEM files, and as one that holds both."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    certificate_file: Path
    key_file: Path
    pem: Path

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()


class Authority:
    """A CA. pem: the file with its certificate.  root: the CA above it; None: a root CA."""

    def __init__(
        self,
        folder: Path,
        name: str,
        root: "Authority | None" = None,
        until: datetime = NOW + 30 * DAY,
    ):
        self.folder, self.name = folder, subject(name)
        self.key = ec.generate_private_key(ec.SECP256R1())
        issuer, key = (root.name, root.key) if root else (self.name, self.key)
        self.certificate = (
            _begun(self.name, issuer, self.key, key, NOW - 20 * DAY, until)
            .add_extension(
                x509.BasicConstraints(ca=True, path_length=None if root is None else 0),
                critical=True,
            )
            .add_extension(_usage(signs_certificates=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.pem = folder / f"{name}.pem"
        self.pem.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def certified_anew(self, folder: Path, until: datetime = NOW + 60 * DAY) -> "Authority":
        """This CA with another certificate for the same name and key, self-signed."""
        anew = copy(self)
        anew.folder = folder
        anew.certificate = (
            _begun(self.name, self.name, self.key, self.key, NOW - DAY, until)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        anew.pem = folder / f"{self.pem.stem}-anew.pem"
        anew.pem.write_bytes(anew.certificate.public_bytes(serialization.Encoding.PEM))
        return anew

    def issue(
        self,
        name: str,
        use: x509.ObjectIdentifier | None = CLIENT,
        *,
        country: str | None = None,
        hosts: Sequence[str] = (),
        since: datetime = NOW - 2 * DAY,
        until: datetime = NOW + 10 * DAY,
        extensions: Sequence[x509.ExtensionType] = (),
    ) -> Identity:
        """extensions: in place of the usual ones of the same kind."""
        key = ec.generate_private_key(ec.SECP256R1())
        usual: list[x509.ExtensionType] = [
            x509.BasicConstraints(ca=False, path_length=None),
            _usage(signs_certificates=False),
        ]
        if use is not None:
            usual.append(x509.ExtendedKeyUsage([use]))
        if hosts:
            usual.append(x509.SubjectAlternativeName([_general_name(host) for host in hosts]))
        chosen = {type(extension): extension for extension in (*usual, *extensions)}
        builder = _begun(subject(name, country), self.name, key, self.key, since, until)
        for kind, extension in chosen.items():
            builder = builder.add_extension(
                extension, critical=kind in (x509.BasicConstraints, x509.KeyUsage)
            )
        return self._saved(name, builder.sign(self.key, hashes.SHA256()), key)

    def _saved(
        self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> Identity:
        plain = self.folder / name
        identity = Identity(
            certificate,
            key,
            plain.with_suffix(".crt.pem"),
            plain.with_suffix(".key.pem"),
            plain.with_suffix(".pem"),
        )
        public = certificate.public_bytes(serialization.Encoding.PEM)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        identity.certificate_file.write_bytes(public)
        identity.key_file.write_bytes(private)
        identity.pem.write_bytes(public + private)
        for file in (identity.key_file, identity.pem):
            file.chmod(0o600)
        return identity

    def revocation_list(
        self,
        *revoked: Identity,
        since: datetime = NOW - timedelta(hours=1),
        until: datetime = NOW + DAY,
        extensions: Sequence[x509.ExtensionType] = (),
        signed_by: "Authority | None" = None,
    ) -> bytes:
        """A revocation list, PEM."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(since)
            .next_update(until)
        )
        for identity in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(
                identity.certificate.serial_number
            )
            builder = builder.add_revoked_certificate(entry.revocation_date(since).build())
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=True)
        signed = builder.sign((signed_by or self).key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)

    def ocsp_answer(
        self,
        certificate: x509.Certificate,
        status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
        *,
        since: datetime = NOW - timedelta(hours=1),
        until: datetime | None = NOW + DAY,
        signer: Identity | None = None,
    ) -> bytes:
        """An OCSP response for a certificate, DER. signer: a delegated responder."""
        revoked = status is ocsp.OCSPCertStatus.REVOKED
        responder = signer.certificate if signer else self.certificate
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=certificate,
                issuer=self.certificate,
                algorithm=hashes.SHA1(),
                cert_status=status,
                this_update=since,
                next_update=until,
                revocation_time=since if revoked else None,
                revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
        )
        if signer:
            builder = builder.certificates([signer.certificate])
        answer = builder.sign(signer.key if signer else self.key, hashes.SHA256())
        return answer.public_bytes(serialization.Encoding.DER)


def subject(name: str, country: str | None = None) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if country:
        attributes.insert(0, x509.NameAttribute(NameOID.COUNTRY_NAME, country))
    return x509.Name(attributes)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _begun(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    since: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
