"""A throw-away PKI: who signed what, for which host, until when."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, as objects and as PEM files."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    certificate_file: Path
    key_file: Path


def authority(folder: Path, name: str) -> Identity:
    """A root CA."""
    return _issued(folder, name, None, [x509.BasicConstraints(ca=True, path_length=0)], NOW + DAY)


def server(folder: Path, name: str, ca: Identity, host: str = "127.0.0.1", until: dt.datetime = NOW + DAY) -> Identity:
    """A server certificate for one host name or address."""
    try:
        entry: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        entry = x509.DNSName(host)
    return _issued(folder, name, ca, [x509.SubjectAlternativeName([entry])], until)


def client(folder: Path, name: str, ca: Identity) -> Identity:
    """A client certificate."""
    return _issued(folder, name, ca, [x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH])], NOW + DAY)


def _issued(
    folder: Path, name: str, ca: Identity | None, extensions: list[x509.ExtensionType], until: dt.datetime
) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "ZA"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca.certificate.subject if ca else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 30 * DAY)
        .not_valid_after(until)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    certificate = builder.sign(ca.key if ca else key, hashes.SHA256())
    identity = Identity(certificate, key, folder / f"{name}.pem", folder / f"{name}.key")
    identity.certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    identity.key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return identity
