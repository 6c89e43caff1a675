"""Keys of the fuzz targets: the same in every run, so that a kept input still verifies.

A private key is derived from its name, and the certificate is signed deterministically (RFC 6979).
"""

from datetime import datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.crypto.ws_security.message_forging import NOW, Signer

_YEARS = timedelta(days=3650)


def identity(
    name: str, country: str, at: datetime = NOW, issuer: Signer | None = None, *, ca: bool = False
) -> Signer:
    """A signer of this name, ten years before and after `at`; self-signed without an issuer."""
    number = int.from_bytes(sha256(name.encode()).digest()) >> 1
    key = ec.derive_private_key(number, ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    usage = dict.fromkeys(
        (
            "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(1 + number % 2**64)
        .not_valid_before(at - _YEARS)
        .not_valid_after(at + _YEARS)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **usage),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    signing_key = issuer.key if issuer else key
    certificate = builder.sign(signing_key, hashes.SHA256(), ecdsa_deterministic=True)
    return Signer(key, certificate)
