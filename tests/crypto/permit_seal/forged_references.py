"""Forged seals that cover something else, or whose permit was changed."""

import copy
from functools import partial

from lxml import etree

from tests.crypto.permit_seal.forgery import (
    ANOTHER,
    BROKEN,
    DS,
    FORGED,
    WRITTEN,
    Came,
    Scene,
    Shape,
    register,
)

SHAPES: list[Shape] = []
shape = partial(register, SHAPES)


# -- the permit is another
# ----------------------------------------------------------------------------------------


@shape(BROKEN, "does not fit")
def one_digit_of_box_11(scene: Scene) -> Came:
    return FORGED, [scene.sealed()]


@shape(BROKEN, "does not fit")
def the_seal_of_another_permit(scene: Scene) -> Came:
    return WRITTEN, [scene.sealed(ANOTHER)]


@shape(BROKEN, "does not fit")
def the_seal_of_the_non_final_form_on_the_final_one(scene: Scene) -> Came:
    final = WRITTEN.replace(
        b"</ram:TransportLogisticsPackage>", b"<ram:X/></ram:TransportLogisticsPackage>"
    )
    return final, [scene.sealed()]


@shape(BROKEN, "does not fit")
def the_sealed_permit_inside_a_forged_one(scene: Scene) -> Came:
    return FORGED[: FORGED.rindex(b"</")] + WRITTEN + FORGED[FORGED.rindex(b"</") :], [
        scene.sealed()
    ]


@shape(BROKEN, "DOCTYPE")
def a_permit_with_an_entity(scene: Scene) -> Came:
    return b'<!DOCTYPE x [<!ENTITY q "500">]>' + WRITTEN.replace(b">5<", b">&q;<", 1), [
        scene.sealed()
    ]


# -- the references are others
# ------------------------------------------------------------------------------------


def _with_uri(scene: Scene, uri: str) -> Came:
    seal = scene.tree()
    seal.reference.set("URI", uri)
    return seal.signed(scene.signer).came()


@shape(BROKEN, "covers something else")
def a_reference_to_another_name(scene: Scene) -> Came:
    return _with_uri(scene, "other.xml")


@shape(BROKEN, "covers something else")
def a_reference_to_the_whole_document(scene: Scene) -> Came:
    return _with_uri(scene, "")


@shape(BROKEN, "covers something else")
def a_reference_into_the_network(scene: Scene) -> Came:
    return _with_uri(scene, "http://127.0.0.1:9/permit.xml")


@shape(BROKEN, "covers something else")
def a_reference_to_a_file(scene: Scene) -> Came:
    return _with_uri(scene, "file:///etc/passwd")


@shape(BROKEN, "covers something else")
def a_reference_by_xpointer(scene: Scene) -> Came:
    return _with_uri(scene, "#xpointer(/)")


@shape(BROKEN, "covers something else")
def a_reference_without_uri(scene: Scene) -> Came:
    seal = scene.tree()
    del seal.reference.attrib["URI"]
    return seal.signed(scene.signer).came()


@shape(BROKEN, "at SignedInfo")
def no_reference_to_the_permit(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}SignedInfo").remove(seal.reference)
    return seal.signed(scene.signer).came()


@shape(BROKEN, "at SignedInfo")
def no_reference_to_the_signed_properties(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}SignedInfo").remove(seal.find(f"{DS}Reference", 1))
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "at SignedInfo")
def one_reference_more(scene: Scene) -> Came:
    seal = scene.tree()
    more = copy.deepcopy(seal.reference)
    more.attrib.pop("Id")
    seal.find(f"{DS}SignedInfo").append(more)
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "covers something else")
def the_permit_twice_and_its_properties_not(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}Reference", 1).set("URI", "permit.xml")
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "covers something else")
def the_properties_twice_and_the_permit_not(scene: Scene) -> Came:
    seal = scene.tree()
    seal.reference.set("URI", seal.find(f"{DS}Reference", 1).get("URI"))
    return seal.signed(scene.signer).came()


@shape(BROKEN, "at Object")
def the_permit_in_an_object_and_a_reference_to_it(scene: Scene) -> Came:
    seal = scene.tree()
    permit = etree.fromstring(WRITTEN)
    permit.set("Id", "permit")
    seal.find(f"{DS}Object").append(permit)
    seal.reference.set("URI", "#permit")
    return seal.signed(scene.signer).came()


@shape(BROKEN, "at Signature")
def the_permit_in_an_object_of_its_own(scene: Scene) -> Came:
    seal = scene.tree()
    etree.SubElement(seal.root, f"{DS}Object").append(etree.fromstring(WRITTEN))
    return seal.signed(scene.signer).came()


@shape(BROKEN, "at Object")
def a_manifest_that_names_the_permit(scene: Scene) -> Came:
    seal = scene.tree()
    manifest = etree.SubElement(seal.find(f"{DS}Object"), f"{DS}Manifest")
    manifest.append(copy.deepcopy(seal.reference))
    manifest[0].attrib.pop("Id")
    return seal.signed(scene.signer).came()
