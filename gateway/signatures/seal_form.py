"""Has a seal the one form we accept? Its whole skeleton is told here; anything more, less or elsewhere is refused.

    Signature > SignedInfo (2 References), SignatureValue, KeyInfo (X.509 certificates), Object > QualifyingProperties
              > SignedProperties

A verifier that knows exactly what it will see cannot be shown something else: this closes the door to signature
wrapping before any digest is computed. Source: docs/permit-seal.md; XML Signature 1.1; ETSI EN 319 132-1 (XAdES).
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from lxml import etree

from gateway.domain.errors import SignatureInvalid
from gateway.signatures import policy
from gateway.signatures.xml import parsed

PERMIT_URI = "permit.xml"
"""By which name the seal calls the permit it covers."""

LARGEST_BYTES = 64 * 1024
_MOST_CERTIFICATES = 5

DS = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_SIGNED_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"

_SKELETON = {
    f"{DS}Signature": (f"{DS}SignedInfo", f"{DS}SignatureValue", f"{DS}KeyInfo", f"{DS}Object"),
    f"{DS}SignedInfo": (f"{DS}CanonicalizationMethod", f"{DS}SignatureMethod", f"{DS}Reference", f"{DS}Reference"),
    f"{DS}Reference": (f"{DS}Transforms", f"{DS}DigestMethod", f"{DS}DigestValue"),
    f"{DS}Transforms": (f"{DS}Transform",),
    f"{DS}KeyInfo": (f"{DS}X509Data",),
    f"{DS}Object": (f"{XADES}QualifyingProperties",),
    f"{XADES}QualifyingProperties": (f"{XADES}SignedProperties",),
}
"""Element -> exactly its children, in their order. Other elements of the signature's own namespace have none."""

_ALLOWED_IN_PROPERTIES = (f"{DS}DigestMethod", f"{DS}DigestValue")
"""Besides elements of XAdES itself."""


@dataclass(frozen=True, slots=True)
class SealForm:
    """root: the seal, of the right form; nothing in it is verified yet.  certificates: of KeyInfo, the signer's first.

    permit_index: which of the two references is the permit's, from 0.
    """

    root: etree._Element
    certificates: tuple[x509.Certificate, ...]
    permit_index: int


def read_form(seal: bytes) -> SealForm:
    """Raises SignatureInvalid for another form, AlgorithmRefused for an algorithm that is not accepted."""
    root = parsed(seal, LARGEST_BYTES, "The seal")
    if root.tag != f"{DS}Signature":
        raise SignatureInvalid("The seal is not an XML signature.")
    for node in root.iter():
        if not isinstance(node.tag, str):
            raise SignatureInvalid("The seal holds comments or instructions.")
    _require_unique_ids(root)
    properties = _require_skeleton(root)
    _require_properties(properties)
    _require_algorithms(root)
    return SealForm(root, _certificates(root), _require_references(root, properties))


def _require_unique_ids(root: etree._Element) -> None:
    ids = [
        str(value)
        for element in root.iter(etree.Element)
        for name, value in element.attrib.items()
        if etree.QName(name).localname.lower() == "id"
    ]
    if len(ids) != len(set(ids)):
        raise SignatureInvalid("The seal gives one Id to two elements.")


def _require_skeleton(root: etree._Element) -> etree._Element:
    """Everything outside the signed properties is as the skeleton says; gives the signed properties."""
    properties: list[etree._Element] = []
    open_elements = [root]
    while open_elements:
        element = open_elements.pop()
        if element.tag == f"{XADES}SignedProperties":
            properties.append(element)
            continue
        children = tuple(str(child.tag) for child in element)
        if element.tag == f"{DS}X509Data":
            fits = 1 <= len(children) <= _MOST_CERTIFICATES and set(children) == {f"{DS}X509Certificate"}
        else:
            fits = children == _SKELETON.get(str(element.tag), ())
        if not fits:
            raise SignatureInvalid(f"The seal has another form than is accepted, at {etree.QName(element).localname}.")
        open_elements.extend(element)
    return properties[0]  # the skeleton has exactly one place for it


def _require_properties(properties: etree._Element) -> None:
    """Raises SignatureInvalid for references hidden in the properties, or where one that we need is not there once."""
    for element in properties.iter(etree.Element):
        if not str(element.tag).startswith(XADES) and element.tag not in _ALLOWED_IN_PROPERTIES:
            raise SignatureInvalid("The seal has elements among its signed properties that do not belong there.")
    for name in ("SigningTime", "SigningCertificateV2"):
        if len(list(properties.iter(f"{XADES}{name}"))) != 1:
            raise SignatureInvalid(f"The seal does not have {name} exactly once.")


def _require_algorithms(root: etree._Element) -> None:
    checks = {
        f"{DS}CanonicalizationMethod": policy.require_canonicalisation,
        f"{DS}Transform": policy.require_canonicalisation,
        f"{DS}SignatureMethod": policy.require_signature,
        f"{DS}DigestMethod": policy.require_digest,
    }
    for element in root.iter(*checks):
        checks[str(element.tag)](element.get("Algorithm", ""))


def _require_references(root: etree._Element, properties: etree._Element) -> int:
    """Which of the two is the permit's. Raises SignatureInvalid where they are not the permit's and the properties'."""
    references = list(root.iter(f"{DS}Reference"))
    uris = [reference.get("URI") for reference in references]
    own = f"#{properties.get('Id')}"
    if not properties.get("Id") or sorted(map(str, uris)) != sorted((PERMIT_URI, own)):
        raise SignatureInvalid("The seal covers something else than the permit and its own signed properties.")
    if references[uris.index(own)].get("Type") != _SIGNED_PROPERTIES_TYPE:
        raise SignatureInvalid("The seal does not say which reference is that of its signed properties.")
    if root.find(f"{DS}Object/{XADES}QualifyingProperties").get("Target") != f"#{root.get('Id')}":  # type: ignore[union-attr]
        raise SignatureInvalid("The signed properties of the seal belong to another signature.")
    return uris.index(PERMIT_URI)


def _certificates(root: etree._Element) -> tuple[x509.Certificate, ...]:
    return tuple(_read_certificates(root))


def _read_certificates(root: etree._Element) -> Iterator[x509.Certificate]:
    for element in root.iter(f"{DS}X509Certificate"):
        try:
            der = base64.b64decode("".join((element.text or "").split()), validate=True)
            yield x509.load_der_x509_certificate(der)
        except (binascii.Error, ValueError):
            raise SignatureInvalid("The seal holds something that is not a certificate.") from None
