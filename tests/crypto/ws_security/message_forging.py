"""Signed messages made without the gateway's own code: valid, or wrong in one place.

A second implementation, so that a mistake in ours cannot hide in both.
"""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from lxml import etree

from gateway.exchange.ports import ReplayCache

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
WSSE = f"{_WSS}-wssecurity-secext-1.0.xsd"
WSU = f"{_WSS}-wssecurity-utility-1.0.xsd"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
X509_V3 = f"{_WSS}-x509-token-profile-1.0#X509v3"
BASE64 = f"{_WSS}-soap-message-security-1.0#Base64Binary"
NAMES = {"wsse": WSSE, "wsu": WSU, "ds": DS}
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
HMAC_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
RSA_SHA1 = f"{DS}rsa-sha1"
ECDSA_SHA1 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA1 = f"{DS}sha1"

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Signer:
    key: Key
    certificate: x509.Certificate

    @property
    def base64(self) -> str:
        return base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()


def a_signer(
    name: str = "signer",
    key: Key | None = None,
    issuer: Signer | None = None,
    *,
    ca: bool = False,
    begins: dt.datetime = NOW - 30 * DAY,
    ends: dt.datetime = NOW + 30 * DAY,
    signs: bool = True,
    serial: int | None = None,
) -> Signer:
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ZA"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer:
        of_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(of_issuer, critical=False)
    return Signer(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


@cache
def an_rsa_key(bits: int = 3072) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


class ReplayCacheInMemory(ReplayCache):
    """The port, for one process."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], dt.datetime] = {}

    def register(
        self, partner: str, digest: str, kept_until: dt.datetime, now: dt.datetime
    ) -> bool:
        self.kept = {each: until for each, until in self.kept.items() if until >= now}
        if (partner, digest) in self.kept:
            return False
        self.kept[partner, digest] = kept_until
        return True


def iso(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def timestamp(
    created: str | None = iso(NOW), expires: str | None = iso(NOW + dt.timedelta(minutes=5))
) -> str:
    parts = (("Created", created), ("Expires", expires))
    inner = "".join(f"<wsu:{name}>{text}</wsu:{name}>" for name, text in parts if text is not None)
    return f'<wsu:Timestamp wsu:Id="time">{inner}</wsu:Timestamp>'


TRANSFORM = f'<ds:Transform Algorithm="{EXC}"/>'


def signed(
    envelope: str | bytes,
    signer: Signer,
    *,
    time: str | None = None,
    references: Sequence[str] = ("#body", "#time"),
    covers: Sequence[str] | None = None,
    transforms: str = TRANSFORM,
    canonicalisation: str = f'<ds:CanonicalizationMethod Algorithm="{EXC}"/>',
    method: str | None = None,
    digest: str = SHA256,
    key_info: str | None = None,
    token: str | None = None,
    beside: str = "",
    attributes: str = "",
    prefixes: tuple[str, ...] = (),
) -> bytes:
    """A signed message.

    references: URIs as written.  covers: Ids of the elements digested for them; None: as the URIs
    say.  key_info: content of KeyInfo.  token: in place of the BinarySecurityToken.
    beside: further content of the Security header.
    prefixes: InclusiveNamespaces of every canonicalisation, as WSS4J writes them.
    """
    if prefixes:
        listed = f'<x:InclusiveNamespaces xmlns:x="{EXC}" PrefixList="{" ".join(prefixes)}"/>'
        transforms = f'<ds:Transform Algorithm="{EXC}">{listed}</ds:Transform>'
        canonicalisation = (
            f'<ds:CanonicalizationMethod Algorithm="{EXC}">{listed}</ds:CanonicalizationMethod>'
        )
    root = etree.fromstring(envelope)
    soap = etree.QName(root).namespace
    body = root.find(f"{{{soap}}}Body")
    body.set(f"{{{WSU}}}Id", "body")
    if token is None:
        kinds = f'ValueType="{X509_V3}" EncodingType="{BASE64}"'
        token = (
            '<wsse:BinarySecurityToken wsu:Id="token"'
            f" {kinds}>{signer.base64}</wsse:BinarySecurityToken>"
        )
    declared = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
    security = etree.fromstring(
        f'<wsse:Security {declared} xmlns:soap="{soap}"'
        f" {attributes}>{timestamp() if time is None else time}{token}"
        f"{beside}<ds:Signature/></wsse:Security>"
    )
    header = root.find(f"{{{soap}}}Header")
    if header is None:
        header = etree.Element(f"{{{soap}}}Header")
        root.insert(0, header)
    header.append(security)
    uris = "".join(
        f'<ds:Reference URI="{uri}"><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod'
        f' Algorithm="{digest}"/>'
        f"<ds:DigestValue>{_digest(root, of, digest, prefixes)}</ds:DigestValue></ds:Reference>"
        for uri, of in zip(
            references, covers or [uri.lstrip("#") for uri in references], strict=True
        )
    )
    if method is None:
        method = RSA_SHA256 if isinstance(signer.key, rsa.RSAPrivateKey) else ECDSA_SHA256
    info = (
        f"<ds:SignedInfo>{canonicalisation}<ds:SignatureMethod"
        f' Algorithm="{method}"/>{uris}</ds:SignedInfo>'
    )
    reference = f'<wsse:Reference URI="#token" ValueType="{X509_V3}"/>'
    key_info = key_info or f"<wsse:SecurityTokenReference>{reference}</wsse:SecurityTokenReference>"
    signature = security.find(f"{{{DS}}}Signature")
    for part in etree.fromstring(
        f"<all {declared}>{info}<ds:SignatureValue/><ds:KeyInfo>{key_info}</ds:KeyInfo></all>"
    ):
        signature.append(part)
    signature[1].text = base64.b64encode(
        _value(_canonical(signature[0], prefixes), signer.key, method)
    ).decode()
    return etree.tostring(root)


def _canonical(element: etree._Element, prefixes: tuple[str, ...] = ()) -> bytes:
    return etree.tostring(
        element,
        method="c14n",
        exclusive=True,
        with_comments=False,
        inclusive_ns_prefixes=list(prefixes) or None,
    )


def _digest(
    root: etree._Element, identity: str, algorithm: str, prefixes: tuple[str, ...] = ()
) -> str:
    found = root.xpath("//*[@wsu:Id=$id]", namespaces=NAMES, id=identity)
    data = _canonical(found[0], prefixes) if found else b""
    return base64.b64encode(
        (hashlib.sha1 if algorithm == SHA1 else hashlib.sha256)(data).digest()
    ).decode()


def _value(data: bytes, key: Key, method: str) -> bytes:
    algorithm = hashes.SHA1() if method.endswith("sha1") else hashes.SHA256()
    if "hmac" in method:  # with what everybody knows
        return hmac.new(
            key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            data,
            "sha256",
        ).digest()
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), algorithm)
    return _flat(*utils.decode_dss_signature(key.sign(data, ec.ECDSA(algorithm))))


def _flat(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def second_signature(message: bytes) -> bytes:
    """The same message under a second valid ECDSA signature, (r, n - s), made without the key."""
    root = etree.fromstring(message)
    value = root.find(f".//{{{DS}}}SignatureValue")
    raw = base64.b64decode(value.text)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    value.text = base64.b64encode(
        _flat(int.from_bytes(raw[:32], "big"), order - int.from_bytes(raw[32:], "big"))
    ).decode()
    return etree.tostring(root)
