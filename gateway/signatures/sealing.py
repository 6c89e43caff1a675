"""How is a permit sealed? A detached XAdES signature over the permit element, in a document of its own.

Source: docs/permit-seal.md; ETSI EN 319 132-1, baseline B.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree
from signxml.algorithms import SignatureConstructionMethod
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

from gateway.domain.errors import KeyUnusable
from gateway.exchange.ports import Clock
from gateway.signatures import policy
from gateway.signatures.key_files import load_chain, load_private_key
from gateway.signatures.seal_form import DS, PERMIT_URI, XADES
from gateway.signatures.trust import may_seal


@dataclass(frozen=True, slots=True)
class PermitSealer:
    """Implements exchange.ports.Sealer. chain: our sealing certificate, then those that lead to its CA.

    Safe to share between threads. Key and certificates are kept as objects: reading them again costs 50 ms a time.
    """

    key: policy.PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]
    clock: Clock

    @property
    def signer(self) -> str:
        """Subject of our sealing certificate, as RFC 4514 writes it."""
        return self.chain[0].subject.rfc4514_string()

    def seal(self, document: bytes) -> bytes:
        """See the port."""
        now = self.clock()
        self._require_in_date(now)
        signature, digest = policy.produced_with(self.key)
        signer = _Signer(
            now,
            method=SignatureConstructionMethod.detached,
            signature_algorithm=signature,
            digest_algorithm=digest,
            c14n_algorithm=policy.CANONICALISATION,
            data_object_format=XAdESDataObjectFormat(Description="CITES permit", MimeType="text/xml"),
        )
        seal = signer.sign(
            etree.fromstring(document), key=self.key, cert=list(self.chain), reference_uri=PERMIT_URI,
            always_add_key_value=False,
        )  # fmt: skip
        return etree.tostring(seal, encoding="UTF-8", xml_declaration=True)

    def _require_in_date(self, now: datetime) -> None:
        certificate = self.chain[0]
        if now < certificate.not_valid_before_utc:
            begin = certificate.not_valid_before_utc.date()
            raise KeyUnusable(f"The sealing certificate is valid from {begin} only; no permit can be sealed before.")
        if now > certificate.not_valid_after_utc:
            end = certificate.not_valid_after_utc.date()
            raise KeyUnusable(
                f"The sealing certificate ended on {end}; no permit can be sealed until there is a new one."
            )


def open_sealer(certificate_file: Path, key_file: Path, passphrase_file: Path | None, clock: Clock) -> PermitSealer:
    """certificate_file: our sealing certificate with its chain, PEM.  key_file: PEM.  passphrase_file: of that key.

    Raises KeyUnusable naming the file: unreadable, wrong passphrase, not a pair, or of a kind nobody would accept.
    """
    chain = load_chain(certificate_file)
    key = load_private_key(key_file, passphrase_file)
    if _public(chain[0].public_key()) != _public(key.public_key()):
        raise KeyUnusable(
            f"{key_file} is not the key to the first certificate of {certificate_file}. Name a pair in [seal] of "
            "conf/gateway.toml."
        )
    if not may_seal(chain[0]):
        raise KeyUnusable(
            f"The key usage of {certificate_file} does not allow signing documents. Ask the CA for a certificate with "
            "digitalSignature or nonRepudiation, and not for TLS alone."
        )
    return PermitSealer(key, chain, clock)


def _public(key: Any) -> bytes:
    """The key as bytes that can be compared."""
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


class _Signer(XAdESSigner):
    """signxml's signer, in our form: the time from our clock, and a transform named for every reference.

    signxml digests the signed properties in the form of SignedInfo and does not say so, which other verifiers then read
    as plain canonicalisation. It also covers KeyInfo, which SigningCertificateV2 does better.
    """

    def __init__(self, now: datetime, **options: Any) -> None:
        super().__init__(**options)
        self._now = now

    def add_signing_time(self, signed_signature_properties: Any, sig_root: Any, signing_settings: Any) -> None:  # noqa: ARG002
        time = etree.SubElement(signed_signature_properties, f"{XADES}SigningTime")
        time.text = self._now.isoformat(timespec="seconds")

    def _add_reference_to_signed_info(self, sig_root: Any, node_to_reference: Any, **attributes: str) -> None:
        if node_to_reference.tag == f"{DS}KeyInfo":
            return
        super()._add_reference_to_signed_info(sig_root, node_to_reference, **attributes)  # type: ignore[no-untyped-call]
        reference = list(sig_root.iter(f"{DS}Reference"))[-1]
        transforms = etree.Element(f"{DS}Transforms")
        etree.SubElement(transforms, f"{DS}Transform", Algorithm=policy.CANONICALISATION.value)
        reference.insert(0, transforms)
