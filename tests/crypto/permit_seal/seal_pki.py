"""CAs and sealing certificates for the tests of seals."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
"""The present moment of these tests."""

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def ec_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Holder:
    """A key with its certificate. issuer: None for one that signed itself."""

    key: Key
    certificate: x509.Certificate

    def issue(
        self,
        country: str | None,
        name: str = "permit seal",
        *,
        key: Key | None = None,
        is_ca: bool = False,
        uses: tuple[str, ...] = (),
        signs: bool = True,
        begin: datetime = NOON - timedelta(days=30),
        end: datetime = NOON + timedelta(days=30),
    ) -> "Holder":
        """A certificate from this CA. uses: dotted object identifiers of its extended key usage."""
        return _issued(self, country, name, key or ec_key(), is_ca, uses, signs, begin, end)


def a_ca(
    country: str = "MZ",
    name: str = "Seal CA",
    *,
    begin: datetime = NOON - timedelta(days=3000),
    end: datetime = NOON + timedelta(days=3000),
) -> Holder:
    return _issued(None, country, name, ec_key(), True, (), False, begin, end)


def _issued(
    issuer: Holder | None,
    country: str | None,
    name: str,
    key: Key,
    is_ca: bool,
    uses: tuple[str, ...],
    signs: bool,
    begin: datetime,
    end: datetime,
) -> Holder:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if country:
        attributes.insert(0, x509.NameAttribute(NameOID.COUNTRY_NAME, country))
    subject = x509.Name(attributes)
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signs,
                content_commitment=False,
                key_cert_sign=is_ca,
                crl_sign=is_ca,
                key_encipherment=not (signs or is_ca),
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if uses:
        oids = [x509.ObjectIdentifier(use) for use in uses]
        builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=False)
    return Holder(key, builder.sign(signer, hashes.SHA256()))
