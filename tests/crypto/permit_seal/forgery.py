"""Forging seals: a valid seal to alter, and a signer that signs any structure again.

Where the structure alone must cause the refusal, the true key signs the forgery, so that no other
check can refuse it.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from adapters.registry import formats
from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.domain.verdict import SealStatus
from tests.builders import a_permit
from tests.crypto.permit_seal.seal_pki import NOON, Holder, a_ca

DS = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"

BROKEN, UNKNOWN = SealStatus.SEALED_BROKEN, SealStatus.SIGNER_UNKNOWN
Came = tuple[bytes, list[bytes]]
"""A permit document and the seals beside it, as a partner hands them over."""

WRITTEN = formats()["v2"].write(a_permit())
FORGED = WRITTEN.replace(b">5<", b">500<", 1)
ANOTHER = formats()["v2"].write(a_permit("MZ26EX000002"))
assert FORGED != WRITTEN


@dataclass
class Scene:
    """ca: the anchor of Mozambique.  signer: its sealing certificate.  thief: of another CA."""

    ca: Holder = field(default_factory=a_ca)

    def __post_init__(self) -> None:
        self.signer = self.ca.issue("MZ")
        stranger = a_ca("MZ", "Stranger")
        self.thief = stranger.issue("MZ", "Thief")

    def sealed(
        self, document: bytes = WRITTEN, by: Holder | None = None, at: datetime = NOON
    ) -> bytes:
        holder = by or self.signer
        return PermitSealer(holder.key, (holder.certificate,), lambda: at).seal(document)

    def tree(
        self, document: bytes = WRITTEN, by: Holder | None = None, at: datetime = NOON
    ) -> "Seal":
        return Seal(etree.fromstring(self.sealed(document, by, at)), document)


@dataclass
class Seal:
    """A seal to alter. document: the content of `permit.xml` when it is signed again."""

    root: etree._Element
    document: bytes

    def find(self, name: str, number: int = 0) -> etree._Element:
        return list(self.root.iter(name))[number]

    @property
    def reference(self) -> etree._Element:
        """That of the permit."""
        return self.find(f"{DS}Reference")

    def came(self, document: bytes = FORGED) -> Came:
        return document, [etree.tostring(self.root)]

    def signed(self, by: Holder) -> "Seal":
        """Digest and sign anew, whatever the shape, with whatever algorithm it names."""
        for reference in self.root.iter(f"{DS}Reference"):
            target = self._target(reference.get("URI"))
            if target is not None:
                digest = (
                    "sha1"
                    if reference.find(f"{DS}DigestMethod").get("Algorithm") == SHA1
                    else "sha256"
                )
                reference.find(f"{DS}DigestValue").text = b64(
                    hashlib.new(digest, _canonical(target)).digest()
                )
        value = _signature(self.find(f"{DS}SignedInfo"), by)
        self.find(f"{DS}SignatureValue").text = b64(value)
        return self

    def _target(self, uri: str | None) -> etree._Element | None:
        if uri == "permit.xml":
            return etree.fromstring(self.document)
        named = [
            element for element in self.root.iter(etree.Element) if uri == f"#{element.get('Id')}"
        ]
        return named[0] if named else None


def b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _signature(signed_info: etree._Element, by: Holder) -> bytes:
    algorithm = signed_info.find(f"{DS}SignatureMethod").get("Algorithm")
    exclusive = (
        signed_info.find(f"{DS}CanonicalizationMethod").get("Algorithm").startswith(EXCLUSIVE)
    )
    content = etree.tostring(signed_info, method="c14n", exclusive=exclusive, with_comments=False)
    if "hmac" in algorithm:
        public = by.certificate.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        return hmac.digest(public, content, "sha256")
    digest = hashes.SHA1() if "sha1" in algorithm else hashes.SHA256()  # what a forger would use
    if isinstance(by.key, rsa.RSAPrivateKey):
        return by.key.sign(content, PKCS1v15(), digest)
    r, s = utils.decode_dss_signature(by.key.sign(content, ec.ECDSA(digest)))
    size = (by.key.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


@dataclass(frozen=True)
class Shape:
    """A forgery. worth, reason: the expected verdict, so that the right check refuses it."""

    name: str
    worth: SealStatus
    reason: str
    make: Callable[[Scene], Came]


def register(
    shapes: list[Shape], worth: SealStatus, reason: str
) -> Callable[[Callable[[Scene], Came]], Callable[[Scene], Came]]:
    """Decorator: add a forgery to `shapes`, under the name of its function."""

    def add(make: Callable[[Scene], Came]) -> Callable[[Scene], Came]:
        shapes.append(Shape(make.__name__.replace("_", " "), worth, reason, make))
        return make

    return add


def anchor_of(holder: Holder) -> tuple[x509.Certificate, ...]:
    return (holder.certificate,)
