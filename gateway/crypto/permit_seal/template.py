"""Seal template: the elements that all seals of a key have, built once; a seal fills in the rest.

signxml takes more than a millisecond to build the elements of a seal, of which only digests, Ids,
time and signature differ from permit to permit. So the elements are built once for each chain of
certificates, and copied. signxml still computes every digest and makes the signature.
"""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import SignatureReference, XMLSigner
from signxml.util import SigningSettings
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

from gateway.crypto import policy
from gateway.crypto.permit_seal.structure import DS, PERMIT_URI, XADES

_MOST_TEMPLATES = 16
"""That are kept: one for each chain; a renewal has two."""
_PROPERTIES = f"{DS}Object/{XADES}QualifyingProperties"


@dataclass(frozen=True, slots=True)
class SealTemplate:
    """Implements the structure of `structure.py`. Safe to share between threads.

    skeleton: a seal without digests, Ids, time and signature.
    """

    skeleton: etree._Element
    signature: SignatureMethod
    digest: DigestAlgorithm

    def signed(
        self, permit: etree._Element, now: datetime, key: policy.PrivateKey
    ) -> etree._Element:
        """The seal of a permit. permit: root element, without document type declaration."""
        # A copy leaves comments and instructions outside of the root behind: they are not sealed.
        signer = _TemplateSigner(deepcopy(self.skeleton), now, self.signature, self.digest)
        seal: etree._Element = signer.sign(deepcopy(permit), key=key)
        return seal


@lru_cache(maxsize=_MOST_TEMPLATES)
def seal_template(
    chain: tuple[x509.Certificate, ...], signature: SignatureMethod, digest: DigestAlgorithm
) -> SealTemplate:
    """The template for a chain: our sealing certificate, then the CA certificates above it."""
    return SealTemplate(_Skeleton(signature, digest).of(chain), signature, digest)


def _options(signature: SignatureMethod, digest: DigestAlgorithm) -> dict[str, Any]:
    return {
        "method": SignatureConstructionMethod.detached,
        "signature_algorithm": signature,
        "digest_algorithm": digest,
        "c14n_algorithm": policy.CANONICALISATION,
    }


class _Skeleton(XAdESSigner):
    """signxml's XAdES signer with four changes, which give a seal the structure of `structure.py`.

    * SigningTime is empty, and comes from our clock later.
    * Each Reference names its transform. signxml digests the signed properties with the method of
      SignedInfo without saying so, and other verifiers then apply inclusive canonicalisation.
    * Ids are our own. Those of signxml begin with its name, and tell every reader of a seal which
      library to look up defects of. Verification takes any Ids (`structure.py`).
    * KeyInfo is not referenced. SigningCertificateV2 already binds the signer's certificate, and a
      third Reference would be one more thing to get wrong.
    """

    def __init__(self, signature: SignatureMethod, digest: DigestAlgorithm) -> None:
        super().__init__(
            data_object_format=XAdESDataObjectFormat(
                Description="CITES permit", MimeType="text/xml"
            ),
            **_options(signature, digest),
        )

    def of(self, chain: Sequence[x509.Certificate]) -> etree._Element:
        """The elements of a seal, as signxml's own `sign` builds them before it signs."""
        permit = etree.Element("permit")
        seal, _, inputs, references = self._unpack(permit, [SignatureReference(URI=PERMIT_URI)])
        self._build_sig(seal, references, inputs, None)  # type: ignore[no-untyped-call]
        settings = SigningSettings(
            key=None,
            key_name=None,
            key_info=None,
            # A bare key beside the certificates would be a second answer to who signed.
            always_add_key_value=False,
            cert_chain=list(chain),
        )
        for annotate in self.signature_annotators:
            annotate(seal, signing_settings=settings)
        element: etree._Element = seal
        return element

    def _build_xades_ds_object(self, sig_root: Any, signing_settings: Any) -> None:
        _name(sig_root, "seal")
        super()._build_xades_ds_object(sig_root, signing_settings)

    def add_signing_time(
        self,
        signed_signature_properties: Any,
        sig_root: Any,  # noqa: ARG002
        signing_settings: Any,  # noqa: ARG002
    ) -> None:
        etree.SubElement(signed_signature_properties, f"{XADES}SigningTime")

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


class _TemplateSigner(XMLSigner):
    """signxml's signer, which fills in a skeleton in place of building the elements.

    The permit is digested whole, whatever Ids are in it.
    """

    def __init__(
        self,
        skeleton: etree._Element,
        now: datetime,
        signature: SignatureMethod,
        digest: DigestAlgorithm,
    ) -> None:
        super().__init__(**_options(signature, digest))
        self._skeleton = skeleton
        self._now = now
        self.signature_annotators = []  # what they add stands in the skeleton

    def _unpack(self, data: Any, references: Any) -> Any:  # noqa: ARG002
        return self._skeleton, data, [data], []

    def _build_sig(
        self,
        sig_root: Any,
        references: Any,  # noqa: ARG002
        c14n_inputs: Any,
        *_: Any,
        **__: Any,
    ) -> Any:
        # Random, so that seals gathered in one document still have Ids of their own.
        _name(sig_root, f"seal-{secrets.token_hex(8)}")
        sig_root.find(
            f"{_PROPERTIES}/{XADES}SignedProperties/{XADES}SignedSignatureProperties/{XADES}SigningTime"
        ).text = self._now.isoformat(timespec="seconds")
        signed_info = sig_root.find(f"{DS}SignedInfo")
        digested = (*c14n_inputs, sig_root.find(f"{_PROPERTIES}/{XADES}SignedProperties"))
        for reference, node in zip(signed_info.findall(f"{DS}Reference"), digested, strict=True):
            digest = self._get_digest(
                self._c14n(node, algorithm=self.c14n_alg), algorithm=self.digest_alg
            )
            reference.find(f"{DS}DigestValue").text = b64encode(digest).decode()
        return signed_info, sig_root.find(f"{DS}SignatureValue")


def _name(seal: Any, own: str) -> None:
    """Give the elements of a seal their Ids, all of which begin with `own`, and name them where
    they are referred to. Properties are named where they are there already.
    """
    permit, *further = seal.findall(f"{DS}SignedInfo/{DS}Reference")
    seal.set("Id", own)
    seal.find(f"{DS}KeyInfo").set("Id", f"{own}-certificates")
    permit.set("Id", f"{own}-permit")
    properties = seal.find(_PROPERTIES)
    if properties is None:
        return
    properties.set("Target", f"#{own}")
    properties.find(f"{XADES}SignedProperties").set("Id", f"{own}-properties")
    next(properties.iter(f"{XADES}DataObjectFormat")).set("ObjectReference", f"#{own}-permit")
    for reference in further:
        reference.set("URI", f"#{own}-properties")
