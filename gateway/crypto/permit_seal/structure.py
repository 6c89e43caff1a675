"""Structure of a permit seal: exactly one skeleton of elements is accepted, before any digest.

    Signature
      SignedInfo             CanonicalizationMethod, SignatureMethod, two References
      SignatureValue
      KeyInfo                X509Data with 1 to 5 certificates, the signer's first
      Object
        QualifyingProperties
          SignedProperties   SigningTime, SigningCertificateV2

XML Signature lets a signer choose what is digested and where it stands. A verifier that supports
all of it can be made to digest one element while the program reads another (signature wrapping).
Typical ways: a second element with the same Id, a Reference or Manifest hidden in the properties, a
transform that selects another node, an Object that carries a copy of the signed element. Here each
element has one place, each Id is unique, and the two References are named in advance. So the
element that is digested and the element that is read are the same one; nothing is left to choose.

The skeleton also keeps the amount of work small: a seal cannot ask for a hundred digests.

Source: docs/permit-seal.md; XML Signature 1.1; ETSI EN 319 132-1 (XAdES); W3C Note "XML
Signature Best Practices".
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from lxml import etree

from gateway.crypto import policy
from gateway.crypto.x509_reading import certificate_of_der
from gateway.crypto.xml import parsed
from gateway.domain.errors import SignatureInvalid
from gateway.domain.white_space import removed
from gateway.wire.namespaces import XMLDSIG

PERMIT_URI = "permit.xml"
"""URI of the reference to the permit: a name, never fetched.

The seal is detached. The same permit travels in SOAP answers, files and archives, so no real
address would hold.
"""

MAX_BYTES = 64 * 1024
_MAX_CERTIFICATES = 5

DS = f"{{{XMLDSIG}}}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_SIGNED_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"

_SKELETON = {
    f"{DS}Signature": (f"{DS}SignedInfo", f"{DS}SignatureValue", f"{DS}KeyInfo", f"{DS}Object"),
    f"{DS}SignedInfo": (
        f"{DS}CanonicalizationMethod",
        f"{DS}SignatureMethod",
        f"{DS}Reference",
        f"{DS}Reference",
    ),
    f"{DS}Reference": (f"{DS}Transforms", f"{DS}DigestMethod", f"{DS}DigestValue"),
    f"{DS}Transforms": (f"{DS}Transform",),
    f"{DS}KeyInfo": (f"{DS}X509Data",),
    f"{DS}Object": (f"{XADES}QualifyingProperties",),
    f"{XADES}QualifyingProperties": (f"{XADES}SignedProperties",),
}
"""Element -> exactly its children, in their order. Elements that are not listed have no children.

X509Data and SignedProperties are checked apart: their number of children varies.
"""

_ALLOWED_IN_PROPERTIES = (f"{DS}DigestMethod", f"{DS}DigestValue")
"""Elements of XML Signature allowed in the signed properties, beside those of XAdES.

SigningCertificateV2 needs them. A Reference, Manifest or Transform there could be taken for part of
the signature by a verifier that searches the whole tree.
"""


@dataclass(frozen=True, slots=True)
class SealStructure:
    """A seal of the accepted structure. Nothing in it is verified yet.

    root: its Signature element.  certificates: from KeyInfo, the signer's first, untrusted.
    permit_index: position of the permit's Reference among the two, 0 or 1.
    """

    root: etree._Element
    certificates: tuple[x509.Certificate, ...]
    permit_index: int


def read_structure(seal: bytes) -> SealStructure:
    """Parse a seal (XML, UTF-8) and check its structure.

    Raises SignatureInvalid for another structure, AlgorithmRefused for an algorithm that is not
    accepted.
    """
    root = parsed(seal, MAX_BYTES, "The seal")
    if root.tag != f"{DS}Signature":
        raise SignatureInvalid("The seal is not an XML signature.")
    # Comments and processing instructions are dropped by canonicalisation but split texts in the
    # tree: what is digested and what is read would differ.
    for node in root.iter():
        if not isinstance(node.tag, str):
            raise SignatureInvalid("The seal holds comments or instructions.")
    _require_unique_ids(root)
    properties = _require_skeleton(root)
    _require_properties(properties)
    _require_algorithms(root)
    permit_index = _require_references(root, properties)
    return SealStructure(root, tuple(_certificates(root)), permit_index)


def _require_unique_ids(root: etree._Element) -> None:
    """Raises SignatureInvalid where two elements have the same Id.

    Any attribute that a library could take for an Id counts, whatever its namespace or case.
    """
    ids = [
        str(value)
        for element in root.iter(etree.Element)
        for name, value in element.attrib.items()
        if etree.QName(name).localname.lower() == "id"
    ]
    if len(ids) != len(set(ids)):
        raise SignatureInvalid("The seal gives one Id to two elements.")


def _require_skeleton(root: etree._Element) -> etree._Element:
    """The signed properties. Raises SignatureInvalid for an element outside them out of place."""
    properties: list[etree._Element] = []
    to_check = [root]
    while to_check:
        element = to_check.pop()
        if element.tag == f"{XADES}SignedProperties":
            properties.append(element)
            continue
        children = tuple(str(child.tag) for child in element)
        if element.tag == f"{DS}X509Data":
            fits = 1 <= len(children) <= _MAX_CERTIFICATES and set(children) == {
                f"{DS}X509Certificate"
            }
        else:
            fits = children == _SKELETON.get(str(element.tag), ())
        if not fits:
            raise SignatureInvalid(
                f"The seal has another form than is accepted, at {etree.QName(element).localname}."
            )
        to_check.extend(element)
    return properties[0]  # The skeleton has exactly one place for it.


def _require_properties(properties: etree._Element) -> None:
    """Raises SignatureInvalid for a foreign element among the signed properties, or a missing one.

    XAdES allows many properties. Elements of its own namespace are tolerated, because they cannot
    carry a Reference. The two that are read must stand there exactly once.
    """
    for element in properties.iter(etree.Element):
        if not str(element.tag).startswith(XADES) and element.tag not in _ALLOWED_IN_PROPERTIES:
            raise SignatureInvalid(
                "The seal has elements among its signed properties that do not belong there."
            )
    for name in ("SigningTime", "SigningCertificateV2"):
        if len(list(properties.iter(f"{XADES}{name}"))) != 1:
            raise SignatureInvalid(f"The seal does not have {name} exactly once.")


def _require_algorithms(root: etree._Element) -> None:
    """Raises AlgorithmRefused for any algorithm that is not on the list, wherever it is named."""
    checks = {
        f"{DS}CanonicalizationMethod": policy.require_canonicalisation,
        f"{DS}Transform": policy.require_canonicalisation,
        f"{DS}SignatureMethod": policy.require_signature,
        f"{DS}DigestMethod": policy.require_digest,
    }
    for element in root.iter(*checks):
        checks[str(element.tag)](element.get("Algorithm", ""))


def _require_references(root: etree._Element, properties: etree._Element) -> int:
    """Position of the permit's Reference, 0 or 1.

    Raises SignatureInvalid where the two References are not to the permit and to the signed
    properties of this signature.
    """
    references = list(root.iter(f"{DS}Reference"))
    uris = [reference.get("URI") for reference in references]
    own = f"#{properties.get('Id')}"
    # Compared as sorted lists, so that a second Reference to the same part is refused.
    if not properties.get("Id") or sorted(map(str, uris)) != sorted((PERMIT_URI, own)):
        raise SignatureInvalid(
            "The seal covers something else than the permit and its own signed properties."
        )
    if references[uris.index(own)].get("Type") != _SIGNED_PROPERTIES_TYPE:
        raise SignatureInvalid(
            "The seal does not say which reference is that of its signed properties."
        )
    if root.find(f"{DS}Object/{XADES}QualifyingProperties").get("Target") != f"#{root.get('Id')}":  # type: ignore[union-attr]
        raise SignatureInvalid("The signed properties of the seal belong to another signature.")
    return uris.index(PERMIT_URI)


def _certificates(root: etree._Element) -> Iterator[x509.Certificate]:
    for element in root.iter(f"{DS}X509Certificate"):
        try:
            der = base64.b64decode(removed(element.text or ""), validate=True)
            yield certificate_of_der(der)
        except (binascii.Error, ValueError):
            raise SignatureInvalid("The seal holds something that is not a certificate.") from None
