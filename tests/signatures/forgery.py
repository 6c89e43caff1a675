"""How is a seal forged? Every shape of wrapping and manipulation, signed as well as its forger can.

Where the form alone must refuse a shape, the true key signs it, so that nothing but the form can.
"""

import base64
import copy
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from adapters.registry import formats
from gateway.domain.verdict import Worth
from gateway.signatures.sealing import PermitSealer
from tests.builders import a_permit
from tests.signatures.seal_pki import NOON, Holder, a_ca

DS = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
XMLENC_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"

BROKEN, UNKNOWN = Worth.SEALED_BROKEN, Worth.SIGNER_UNKNOWN
Came = tuple[bytes, list[bytes]]
"""A permit document and the seals beside it, as a partner hands them over."""

WRITTEN = formats()["v2"].write(a_permit())
FORGED = WRITTEN.replace(b">5<", b">500<", 1)
ANOTHER = formats()["v2"].write(a_permit("MZ26EX000002"))
assert FORGED != WRITTEN


@dataclass
class Scene:
    """ca: what is trusted for Mozambique.  signer: who seals there.  thief: somebody else with a certificate."""

    ca: Holder = field(default_factory=a_ca)

    def __post_init__(self) -> None:
        self.signer = self.ca.issue("MZ")
        stranger = a_ca("MZ", "Stranger")
        self.thief = stranger.issue("MZ", "Thief")

    def sealed(self, document: bytes = WRITTEN, by: Holder | None = None, at: datetime = NOON) -> bytes:
        holder = by or self.signer
        return PermitSealer(holder.key, (holder.certificate,), lambda: at).seal(document)

    def tree(self, document: bytes = WRITTEN, by: Holder | None = None, at: datetime = NOON) -> "Seal":
        return Seal(etree.fromstring(self.sealed(document, by, at)), document)


@dataclass
class Seal:
    """A seal to tamper with. document: what `permit.xml` stands for when it is signed anew."""

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
                digest = "sha1" if reference.find(f"{DS}DigestMethod").get("Algorithm") == SHA1 else "sha256"
                reference.find(f"{DS}DigestValue").text = _b64(hashlib.new(digest, _canonical(target)).digest())
        value = _signature(self.find(f"{DS}SignedInfo"), by)
        self.find(f"{DS}SignatureValue").text = _b64(value)
        return self

    def _target(self, uri: str | None) -> etree._Element | None:
        if uri == "permit.xml":
            return etree.fromstring(self.document)
        named = [element for element in self.root.iter(etree.Element) if uri == f"#{element.get('Id')}"]
        return named[0] if named else None


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _signature(signed_info: etree._Element, by: Holder) -> bytes:
    algorithm = signed_info.find(f"{DS}SignatureMethod").get("Algorithm")
    exclusive = signed_info.find(f"{DS}CanonicalizationMethod").get("Algorithm").startswith(EXCLUSIVE)
    content = etree.tostring(signed_info, method="c14n", exclusive=exclusive, with_comments=False)
    if "hmac" in algorithm:
        public = by.certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return hmac.digest(public, content, "sha256")
    digest = hashes.SHA1() if "sha1" in algorithm else hashes.SHA256()  # what a forger would use
    if isinstance(by.key, rsa.RSAPrivateKey):
        return by.key.sign(content, PKCS1v15(), digest)
    r, s = utils.decode_dss_signature(by.key.sign(content, ec.ECDSA(digest)))
    size = (by.key.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


@dataclass(frozen=True)
class Shape:
    """One forgery. worth, reason: what must be said of it, so that the guard meant for it is the one that speaks."""

    name: str
    worth: Worth
    reason: str
    make: Callable[[Scene], Came]


SHAPES: list[Shape] = []


def shape(worth: Worth, reason: str) -> Callable[[Callable[[Scene], Came]], Callable[[Scene], Came]]:
    def register(make: Callable[[Scene], Came]) -> Callable[[Scene], Came]:
        SHAPES.append(Shape(make.__name__.replace("_", " "), worth, reason, make))
        return make

    return register


# -- the permit is another ----------------------------------------------------------------------------------------


@shape(BROKEN, "does not fit")
def one_digit_of_box_11(scene: Scene) -> Came:
    return FORGED, [scene.sealed()]


@shape(BROKEN, "does not fit")
def the_seal_of_another_permit(scene: Scene) -> Came:
    return WRITTEN, [scene.sealed(ANOTHER)]


@shape(BROKEN, "does not fit")
def the_seal_of_the_non_final_form_on_the_final_one(scene: Scene) -> Came:
    final = WRITTEN.replace(b"</ram:TransportLogisticsPackage>", b"<ram:X/></ram:TransportLogisticsPackage>")
    return final, [scene.sealed()]


@shape(BROKEN, "does not fit")
def the_sealed_permit_inside_a_forged_one(scene: Scene) -> Came:
    return FORGED[: FORGED.rindex(b"</")] + WRITTEN + FORGED[FORGED.rindex(b"</") :], [scene.sealed()]


@shape(BROKEN, "DOCTYPE")
def a_permit_with_an_entity(scene: Scene) -> Came:
    return b'<!DOCTYPE x [<!ENTITY q "500">]>' + WRITTEN.replace(b">5<", b">&q;<", 1), [scene.sealed()]


# -- the references are others ------------------------------------------------------------------------------------


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


# -- the signed properties are elsewhere --------------------------------------------------------------------------


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
    shown = copy.deepcopy(true)
    shown.set("Id", "shown")
    shown.find(f".//{XADES}SigningTime").text = "2026-03-05T08:00:00+00:00"
    true.getparent().replace(true, shown)
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


# -- there is more than one signature -----------------------------------------------------------------------------


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


# -- the algorithms are others ------------------------------------------------------------------------------------


def _with_transform(scene: Scene, algorithm: str, content: str | None = None, place: int = 0) -> Came:
    seal = scene.tree()
    transform = etree.Element(f"{DS}Transform", Algorithm=algorithm)
    if content:
        transform.append(etree.fromstring(content))
    seal.find(f"{DS}Transforms").insert(place, transform)
    return seal.signed(scene.signer).came(WRITTEN)


@shape(BROKEN, "at Transforms")
def an_xpath_transform(scene: Scene) -> Came:
    xpath = f'<XPath xmlns="{DS[1:-1]}">not(ancestor-or-self::*[local-name()="ItemQuantity"])</XPath>'
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
    seal.find(f"{DS}SignatureMethod").set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
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
    seal.find(f"{DS}SignatureMethod").set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1")
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
    digest.find(f"{DS}DigestValue").text = _b64(scene.signer.certificate.fingerprint(hashes.SHA1()))
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
    seal.find(f"{DS}X509Certificate").text = _b64(weak.certificate.public_bytes(Encoding.DER))
    return seal.signed(weak).came(WRITTEN)


# -- the signature value ------------------------------------------------------------------------------------------


def _with_value(scene: Scene, change: Callable[[bytes], bytes]) -> Came:
    seal = scene.tree()
    value = seal.find(f"{DS}SignatureValue")
    value.text = _b64(change(base64.b64decode(value.text or "")))
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


# -- the signer is another ----------------------------------------------------------------------------------------


@shape(UNKNOWN, "does not come from anyone")
def a_seal_of_a_stranger(scene: Scene) -> Came:
    return FORGED, [scene.sealed(FORGED, scene.thief)]


@shape(BROKEN, "does not fit")
def the_certificate_swapped_for_the_thiefs(scene: Scene) -> Came:
    seal = scene.tree(FORGED)
    seal.find(f"{DS}X509Certificate").text = _b64(scene.thief.certificate.public_bytes(Encoding.DER))
    return seal.signed(scene.thief).came()


@shape(BROKEN, "does not fit")
def the_true_certificate_over_the_thiefs_signature(scene: Scene) -> Came:
    seal = scene.tree(FORGED, scene.thief)
    seal.find(f"{DS}X509Certificate").text = _b64(scene.signer.certificate.public_bytes(Encoding.DER))
    return seal.came()


@shape(UNKNOWN, "does not come from anyone")
def the_true_certificate_behind_the_thiefs(scene: Scene) -> Came:
    sealer = PermitSealer(scene.thief.key, (scene.thief.certificate, scene.signer.certificate), lambda: NOON)
    return FORGED, [sealer.seal(FORGED)]


@shape(BROKEN, "does not fit")
def the_true_certificate_before_the_thiefs(scene: Scene) -> Came:
    sealer = PermitSealer(scene.thief.key, (scene.signer.certificate, scene.thief.certificate), lambda: NOON)
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
    seal.find(f"{DS}X509Data").extend([copy.deepcopy(seal.find(f"{DS}X509Certificate")) for _ in range(5)])
    return seal.came(WRITTEN)


# -- the time is another ------------------------------------------------------------------------------------------


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


# -- it is not even a seal ----------------------------------------------------------------------------------------


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


def anchor_of(holder: Holder) -> tuple[x509.Certificate, ...]:
    return (holder.certificate,)


LATER = NOON + timedelta(days=60)
"""When the signer's certificate is over."""
