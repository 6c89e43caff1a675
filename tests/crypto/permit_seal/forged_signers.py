"""Forged seals by another signer, or with another time."""

import copy
from functools import partial

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from gateway.crypto.permit_seal.sign import PermitSealer
from tests.crypto.permit_seal.forgery import (
    BROKEN,
    DS,
    FORGED,
    UNKNOWN,
    WRITTEN,
    XADES,
    Came,
    Scene,
    Shape,
    b64,
    register,
)
from tests.crypto.permit_seal.seal_pki import NOON, a_ca

SHAPES: list[Shape] = []
shape = partial(register, SHAPES)


# -- the signer is another
# ----------------------------------------------------------------------------------------


@shape(UNKNOWN, "does not come from anyone")
def a_seal_of_a_stranger(scene: Scene) -> Came:
    return FORGED, [scene.sealed(FORGED, scene.thief)]


@shape(BROKEN, "does not fit")
def the_certificate_swapped_for_the_thiefs(scene: Scene) -> Came:
    seal = scene.tree(FORGED)
    seal.find(f"{DS}X509Certificate").text = b64(scene.thief.certificate.public_bytes(Encoding.DER))
    return seal.signed(scene.thief).came()


@shape(BROKEN, "does not fit")
def the_true_certificate_over_the_thiefs_signature(scene: Scene) -> Came:
    seal = scene.tree(FORGED, scene.thief)
    seal.find(f"{DS}X509Certificate").text = b64(
        scene.signer.certificate.public_bytes(Encoding.DER)
    )
    return seal.came()


@shape(UNKNOWN, "does not come from anyone")
def the_true_certificate_behind_the_thiefs(scene: Scene) -> Came:
    sealer = PermitSealer(
        scene.thief.key, (scene.thief.certificate, scene.signer.certificate), lambda: NOON
    )
    return FORGED, [sealer.seal(FORGED)]


@shape(BROKEN, "does not fit")
def the_true_certificate_before_the_thiefs(scene: Scene) -> Came:
    sealer = PermitSealer(
        scene.thief.key, (scene.signer.certificate, scene.thief.certificate), lambda: NOON
    )
    return FORGED, [sealer.seal(FORGED)]


@shape(UNKNOWN, "does not come from anyone")
def a_ca_of_the_same_name(scene: Scene) -> Came:
    twin = a_ca()
    assert twin.certificate.subject == scene.ca.certificate.subject
    forger = twin.issue("MZ")
    sealer = PermitSealer(forger.key, (forger.certificate, twin.certificate), lambda: NOON)
    return FORGED, [sealer.seal(FORGED)]


@shape(UNKNOWN, "does not come from anyone")
def a_signer_of_another_countrys_ca(scene: Scene) -> Came:
    return FORGED, [scene.sealed(FORGED, a_ca("ZA", "Seal CA of South Africa").issue("ZA"))]


@shape(UNKNOWN, "one of another country")
def a_signer_of_another_country_under_the_same_ca(scene: Scene) -> Came:
    return FORGED, [scene.sealed(FORGED, scene.ca.issue("ZA"))]


@shape(UNKNOWN, "one of another country")
def a_signer_of_no_country(scene: Scene) -> Came:
    return FORGED, [scene.sealed(FORGED, scene.ca.issue(None))]


@shape(UNKNOWN, "not one for signing documents")
def the_key_of_a_tls_client(scene: Scene) -> Came:
    return FORGED, [scene.sealed(FORGED, scene.ca.issue("MZ", uses=("1.3.6.1.5.5.7.3.2",)))]


@shape(UNKNOWN, "not one for signing documents")
def a_key_that_is_for_encryption(scene: Scene) -> Came:
    return FORGED, [scene.sealed(FORGED, scene.ca.issue("MZ", signs=False))]


@shape(UNKNOWN, "does not come from anyone")
def a_signer_that_plays_ca(scene: Scene) -> Came:
    forger = scene.signer.issue("MZ")
    sealer = PermitSealer(forger.key, (forger.certificate, scene.signer.certificate), lambda: NOON)
    return FORGED, [sealer.seal(FORGED)]


@shape(BROKEN, "at KeyInfo")
def a_bare_key_beside_the_certificate(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}KeyInfo").append(etree.fromstring(f'<KeyValue xmlns="{DS[1:-1]}"/>'))
    return seal.came(WRITTEN)


@shape(BROKEN, "at X509Data")
def no_certificate(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}X509Data").remove(seal.find(f"{DS}X509Certificate"))
    return seal.came(WRITTEN)


@shape(BROKEN, "not a certificate")
def something_that_is_no_certificate(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}X509Certificate").text = "AAAA"
    return seal.came(WRITTEN)


@shape(BROKEN, "at X509Data")
def more_certificates_than_any_chain_has(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{DS}X509Data").extend(
        [copy.deepcopy(seal.find(f"{DS}X509Certificate")) for _ in range(5)]
    )
    return seal.came(WRITTEN)


# -- the time is another
# ------------------------------------------------------------------------------------------


def _with_time(scene: Scene, text: str) -> Came:
    seal = scene.tree()
    seal.find(f"{XADES}SigningTime").text = text
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "does not fit")
def a_signing_time_changed_afterwards(scene: Scene) -> Came:
    seal = scene.tree()
    seal.find(f"{XADES}SigningTime").text = "2026-03-05T08:00:00+00:00"
    return seal.came(WRITTEN)


@shape(BROKEN, "not come yet")
def a_signing_time_to_come(scene: Scene) -> Came:
    return _with_time(scene, "2026-04-02T12:00:00Z")


@shape(BROKEN, "not in date")
def a_signing_time_before_the_certificate(scene: Scene) -> Came:
    return _with_time(scene, "2025-01-01T12:00:00Z")


@shape(BROKEN, "does not say properly")
def a_signing_time_without_zone(scene: Scene) -> Came:
    return _with_time(scene, "2026-03-31T12:00:00")


@shape(BROKEN, "does not say properly")
def a_signing_time_beyond_all_calendars(scene: Scene) -> Came:
    return _with_time(scene, "0001-01-01T00:00:00+14:00")
