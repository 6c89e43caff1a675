"""Forged seals with other algorithms, or with an altered signature value."""

import base64
from collections.abc import Callable
from functools import partial

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from tests.crypto.permit_seal.forgery import (
    BROKEN,
    DS,
    EXCLUSIVE,
    FORGED,
    SHA1,
    WRITTEN,
    XADES,
    Came,
    Scene,
    Shape,
    b64,
    register,
)

SHAPES: list[Shape] = []
shape = partial(register, SHAPES)


# -- the algorithms are others
# ------------------------------------------------------------------------------------


def _with_transform(
    scene: Scene, algorithm: str, content: str | None = None, place: int = 0
) -> Came:
    seal = scene.tree()
    transform = etree.Element(f"{DS}Transform", Algorithm=algorithm)
    if content:
        transform.append(etree.fromstring(content))
    seal.find(f"{DS}Transforms").insert(place, transform)
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "at Transforms")
def an_xpath_transform(scene: Scene) -> Came:
    xpath = (
        f'<XPath xmlns="{DS[1:-1]}">not(ancestor-or-self::*[local-name()="ItemQuantity"])</XPath>'
    )
    return _with_transform(scene, "http://www.w3.org/TR/1999/REC-xpath-19991116", xpath)


@shape(BROKEN, "at Transforms")
def an_xslt_transform(scene: Scene) -> Came:
    sheet = '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>'
    return _with_transform(scene, "http://www.w3.org/TR/1999/REC-xslt-19991116", sheet)


@shape(BROKEN, "at Transforms")
def an_enveloped_signature_transform(scene: Scene) -> Came:
    return _with_transform(scene, "http://www.w3.org/2000/09/xmldsig#enveloped-signature")


@shape(BROKEN, "canonicalisation or transform")
def only_an_xpath_transform(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}Transform").set("Algorithm", "http://www.w3.org/2002/06/xmldsig-filter2")
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "at Reference")
def no_transform_at_all(scene: Scene) -> Came:
    seal = scene.tree()
    seal.reference.remove(seal.find(f"{DS}Transforms"))
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "canonicalisation or transform")
def a_canonicalisation_that_keeps_comments(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}Transform").set("Algorithm", f"{EXCLUSIVE}WithComments")
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "canonicalisation or transform")
def a_canonicalisation_that_takes_the_surroundings_in(scene: Scene) -> Came:
    seal = scene.tree()
    inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    seal.find(f"{DS}CanonicalizationMethod").set("Algorithm", inclusive)
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "at Transform")
def a_list_of_inclusive_prefixes(scene: Scene) -> Came:
    seal = scene.tree()
    listed = f'<ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="none"/>'
    seal.find(f"{DS}Transform").append(etree.fromstring(listed))
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "signature algorithm that is not accepted")
def an_hmac_with_the_public_key(scene: Scene) -> Came:
    seal = scene.tree(FORGED)
    seal.find(f"{DS}SignatureMethod").set(
        "Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
    )
    return seal.signed(scene.signer).came()


@shape(BROKEN, "at SignatureMethod")
def a_truncated_hmac(scene: Scene) -> Came:
    seal = scene.tree(FORGED)
    method = seal.find(f"{DS}SignatureMethod")
    method.set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
    etree.SubElement(method, f"{DS}HMACOutputLength").text = "1"
    return seal.signed(scene.signer).came()


@shape(BROKEN, "signature algorithm that is not accepted")
def a_signature_with_sha_1(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}SignatureMethod").set(
        "Algorithm", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"
    )
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "digest algorithm that is not accepted")
def a_digest_with_sha_1(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}DigestMethod").set("Algorithm", SHA1)
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "digest algorithm that is not accepted")
def a_certificate_digest_with_sha_1(scene: Scene) -> Came:
    seal = scene.tree()
    digest = seal.find(f"{XADES}CertDigest")
    digest.find(f"{DS}DigestMethod").set("Algorithm", SHA1)
    digest.find(f"{DS}DigestValue").text = b64(scene.signer.certificate.fingerprint(hashes.SHA1()))
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "key that is neither")
def an_rsa_key_of_1024_bits(scene: Scene) -> Came:
    small = rsa.generate_private_key(65537, 1024)
    weak = scene.ca.issue("MZ", key=small)
    return WRITTEN, [scene.sealed(by=weak)]


@shape(BROKEN, "key that is neither")
def a_key_on_another_curve(scene: Scene) -> Came:
    weak = scene.ca.issue("MZ", key=ec.generate_private_key(ec.SECP256K1()))
    seal = scene.tree()
    seal.find(f"{DS}X509Certificate").text = b64(weak.certificate.public_bytes(Encoding.DER))
    return seal.signed(weak).came(WRITTEN)


# -- the signature value
# ------------------------------------------------------------------------------------------


def _with_value(scene: Scene, change: Callable[[bytes], bytes]) -> Came:
    seal = scene.tree()
    value = seal.find(f"{DS}SignatureValue")
    value.text = b64(change(base64.b64decode(value.text or "")))
    return seal.came(WRITTEN)


@shape(BROKEN, "does not fit")
def a_truncated_signature(scene: Scene) -> Came:
    return _with_value(scene, lambda value: value[:32])


@shape(BROKEN, "does not fit")
def a_signature_of_nothing_but_zeros(scene: Scene) -> Came:
    return _with_value(scene, lambda value: bytes(len(value)))


@shape(BROKEN, "does not fit")
def an_empty_signature(scene: Scene) -> Came:
    return _with_value(scene, lambda _: b"")
