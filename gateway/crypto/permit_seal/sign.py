"""Sealing permits: a detached XAdES signature over the permit element, in a document of its own.

The permit schemas have no place for a signature, so the seal stands beside the permit.
Canonicalisation is exclusive. With signxml's default (inclusive) the permit would no longer verify
once it sits in a SOAP Body, because the namespaces of the envelope would enter the digest.

Source: docs/permit-seal.md; ETSI EN 319 132-1, baseline B.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from lxml import etree
from signxml.algorithms import SignatureConstructionMethod
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

from gateway.crypto import policy
from gateway.crypto.keys.checks import fits
from gateway.crypto.keys.files import load_chain, load_private_key
from gateway.crypto.keys.purposes import Purpose, why_unfit
from gateway.crypto.permit_seal.structure import DS, PERMIT_URI, XADES
from gateway.domain.errors import KeyUnusable
from gateway.exchange.ports import Clock
from gateway.wire.xml_parser import hardened_parser


@dataclass(frozen=True, slots=True)
class PermitSealer:
    """Implements exchange.ports.Sealer. Safe to share between threads.

    key: a key object, never PEM: signxml parses a PEM key at every signature, which makes signing
    about 20 times slower. An object also serves for a key in a hardware token, which has no PEM.
    chain: our sealing certificate, then the CA certificates above it.
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
        signature, digest = policy.algorithms_for(self.key)
        signer = _Signer(
            now,
            method=SignatureConstructionMethod.detached,
            signature_algorithm=signature,
            digest_algorithm=digest,
            c14n_algorithm=policy.CANONICALISATION,
            data_object_format=XAdESDataObjectFormat(
                Description="CITES permit", MimeType="text/xml"
            ),
        )
        seal = signer.sign(
            etree.fromstring(document, hardened_parser(keep_comments=True, collect_ids=True)),
            key=self.key,
            cert=list(self.chain),
            reference_uri=PERMIT_URI,
            # A bare key beside the certificates would be a second answer to who signed.
            always_add_key_value=False,
        )
        return etree.tostring(seal, encoding="UTF-8", xml_declaration=True)

    def _require_in_date(self, now: datetime) -> None:
        certificate = self.chain[0]
        if now < certificate.not_valid_before_utc:
            begin = certificate.not_valid_before_utc.date()
            raise KeyUnusable(
                f"The sealing certificate is valid from {begin} only; no permit can be sealed"
                " before."
            )
        if now > certificate.not_valid_after_utc:
            end = certificate.not_valid_after_utc.date()
            raise KeyUnusable(
                f"The sealing certificate ended on {end}; no permit can be sealed until there is a"
                " new one."
            )


def open_sealer(
    certificate_file: Path, key_file: Path, passphrase_file: Path | None, clock: Clock
) -> PermitSealer:
    """The sealer with the configured key and certificate.

    certificate_file: our sealing certificate with its chain, PEM.
    key_file: PEM, or a PKCS #11 URI.
    passphrase_file: passphrase of the key, or PIN of the token.
    Raises KeyUnusable naming the file: unreadable, wrong passphrase, not a pair, a key or key usage
    that is not accepted.
    """
    chain = load_chain(certificate_file)
    key = load_private_key(key_file, passphrase_file)
    if not fits(key, chain[0]):
        raise KeyUnusable(
            f"{key_file} is not the key to the first certificate of {certificate_file}. Name a pair"
            " in [seal] of conf/gateway.toml."
        )
    if why_unfit(Purpose.SEAL, chain[0]):
        raise KeyUnusable(
            f"The key usage of {certificate_file} does not allow signing documents. Ask the CA for"
            " a certificate with digitalSignature or nonRepudiation, and not for TLS alone."
        )
    return PermitSealer(key, chain, clock)


class _Signer(XAdESSigner):
    """signxml's XAdES signer with four changes, which give a seal the structure of `structure.py`.

    * SigningTime comes from our clock.
    * Each Reference names its transform. signxml digests the signed properties with the method of
      SignedInfo without saying so, and other verifiers then apply inclusive canonicalisation.
    * Ids are our own. Those of signxml begin with its name, and tell every reader of a seal which
      library to look up defects of. Verification takes any Ids (`structure.py`).
    * KeyInfo is not referenced. SigningCertificateV2 already binds the signer's certificate, and a
      third Reference would be one more thing to get wrong.
    """

    def __init__(self, now: datetime, **options: Any) -> None:
        super().__init__(**options)
        self._now = now

    def _build_xades_ds_object(self, sig_root: Any, signing_settings: Any) -> None:
        # Random, so that seals gathered in one document still have Ids of their own.
        own = f"seal-{secrets.token_hex(8)}"
        sig_root.set("Id", own)
        sig_root.find(f"{DS}KeyInfo").set("Id", f"{own}-certificates")
        sig_root.find(f"{DS}SignedInfo/{DS}Reference").set("Id", f"{own}-permit")
        super()._build_xades_ds_object(sig_root, signing_settings)

    def add_signing_time(
        self,
        signed_signature_properties: Any,
        sig_root: Any,  # noqa: ARG002
        signing_settings: Any,  # noqa: ARG002
    ) -> None:
        time = etree.SubElement(signed_signature_properties, f"{XADES}SigningTime")
        time.text = self._now.isoformat(timespec="seconds")

    def _add_reference_to_signed_info(
        self, sig_root: Any, node_to_reference: Any, **attributes: str
    ) -> None:
        if node_to_reference.tag == f"{DS}KeyInfo":
            return
        super()._add_reference_to_signed_info(sig_root, node_to_reference, **attributes)  # type: ignore[no-untyped-call]
        reference = list(sig_root.iter(f"{DS}Reference"))[-1]
        transforms = etree.Element(f"{DS}Transforms")
        etree.SubElement(transforms, f"{DS}Transform", Algorithm=policy.CANONICALISATION.value)
        reference.insert(0, transforms)
