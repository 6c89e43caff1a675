"""Forged seals with moved or doubled parts (signature wrapping), and bytes that are no seal."""

import copy
from functools import partial

from lxml import etree

from tests.crypto.permit_seal.forgery import (
    BROKEN,
    DS,
    FORGED,
    WRITTEN,
    XADES,
    Came,
    Scene,
    Shape,
    register,
)

SHAPES: list[Shape] = []
shape = partial(register, SHAPES)


# -- the signed properties are elsewhere
# --------------------------------------------------------------------------


@shape(BROKEN, "one Id to two")
def two_elements_of_one_id(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}KeyInfo").set("Id", seal.find(f"{XADES}SignedProperties").get("Id"))
    return seal.came(WRITTEN)


@shape(BROKEN, "one Id to two")
def two_elements_of_one_id_in_two_spellings(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}KeyInfo").set("ID", seal.find(f"{XADES}SignedProperties").get("Id"))
    return seal.came(WRITTEN)


@shape(BROKEN, "at Signature")
def the_signed_properties_moved_aside(scene: Scene) -> Came:
    seal = scene.tree()
    true = seal.find(f"{XADES}SignedProperties")
    forged = copy.deepcopy(true)
    forged.set("Id", "forged")
    forged.find(f".//{XADES}SigningTime").text = "2026-03-05T08:00:00+00:00"
    true.getparent().replace(true, forged)
    etree.SubElement(seal.root, f"{DS}Object").append(true)
    return seal.came(WRITTEN)


@shape(BROKEN, "at QualifyingProperties")
def two_signed_properties(scene: Scene) -> Came:
    seal = scene.tree()
    more = copy.deepcopy(seal.find(f"{XADES}SignedProperties"))
    more.set("Id", "more")
    seal.find(f"{XADES}QualifyingProperties").append(more)
    return seal.came(WRITTEN)


@shape(BROKEN, "at QualifyingProperties")
def unsigned_properties(scene: Scene) -> Came:
    seal = scene.tree()
    etree.SubElement(seal.find(f"{XADES}QualifyingProperties"), f"{XADES}UnsignedProperties")
    return seal.came(WRITTEN)


@shape(BROKEN, "belong to another signature")
def signed_properties_of_another_signature(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{XADES}QualifyingProperties").set("Target", "#another")
    return seal.came(WRITTEN)


@shape(BROKEN, "do not belong there")
def a_signature_among_the_signed_properties(scene: Scene) -> Came:
    seal = scene.tree()
    hidden = copy.deepcopy(seal.reference)
    hidden.attrib.pop("Id")
    seal.find(f"{XADES}SignedDataObjectProperties").append(hidden)
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "SigningCertificateV2 exactly once")
def no_digest_of_the_signing_certificate(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{XADES}SignedSignatureProperties").remove(seal.find(f"{XADES}SigningCertificateV2"))
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "does not fit")
def an_empty_list_of_signing_certificates(scene: Scene) -> Came:
    seal = scene.tree()
    listed = seal.find(f"{XADES}SigningCertificateV2")
    listed.remove(listed[0])
    return seal.signed(scene.signer).came(WRITTEN)


# -- there is more than one signature
# -----------------------------------------------------------------------------


@shape(BROKEN, "more than one seal")
def two_seals(scene: Scene) -> Came:
    return FORGED, [scene.sealed(), scene.sealed(FORGED, scene.thief)]


@shape(BROKEN, "not an XML signature")
def two_signatures_in_one_file(scene: Scene) -> Came:
    both = etree.Element("seals")
    both.extend([scene.tree().root, scene.tree(FORGED, scene.thief).root])
    return FORGED, [etree.tostring(both)]


@shape(BROKEN, "at Object")
def a_signature_inside_the_signature(scene: Scene) -> Came:
    outer = scene.tree(FORGED, scene.thief)
    outer.find(f"{DS}Object").append(scene.tree().root)
    return outer.came()


@shape(BROKEN, "at Signature")
def two_signed_infos(scene: Scene) -> Came:
    seal = scene.tree()
    seal.root.insert(0, copy.deepcopy(scene.tree(FORGED, scene.thief).find(f"{DS}SignedInfo")))
    return seal.came()


# -- it is not even a seal
# ----------------------------------------------------------------------------------------


@shape(BROKEN, "not well-formed")
def nothing_at_all(_scene: Scene) -> Came:
    return WRITTEN, [b""]


@shape(BROKEN, "DOCTYPE")
def a_seal_with_an_entity(scene: Scene) -> Came:
    sealed = etree.tostring(scene.tree().root).replace(b"permit.xml", b"&p;")
    return WRITTEN, [b'<!DOCTYPE x [<!ENTITY p "permit.xml">]>' + sealed]


@shape(BROKEN, "comments or instructions")
def a_comment_inside_a_digest(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}DigestValue").append(etree.Comment("cut"))
    return seal.came(WRITTEN)


@shape(BROKEN, "larger than")
def a_seal_without_end(scene: Scene) -> Came:
    return WRITTEN, [scene.sealed() + b" " * 70_000]


@shape(BROKEN, "not in UTF-8")
def a_seal_in_another_encoding(scene: Scene) -> Came:
    return WRITTEN, [etree.tostring(scene.tree().root, encoding="UTF-16")]


@shape(BROKEN, "larger than")
def a_permit_without_end(scene: Scene) -> Came:
    return WRITTEN + b" " * 5_000_000, [scene.sealed()]
