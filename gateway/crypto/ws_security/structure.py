"""Structure of a message signature: exactly one skeleton is accepted, before any cryptography.

    Security
      Timestamp
      BinarySecurityToken    if the signature refers to it
      Signature
        SignedInfo           CanonicalizationMethod, SignatureMethod, References to Body, Timestamp
        SignatureValue
        KeyInfo              SecurityTokenReference, in one of three ways

WS-Security lets a sender sign any parts, in any order, found by Id, XPath or URI. That freedom is
what signature wrapping lives on: the signed Body is moved into a header, another Body takes its
place, and the reference still finds the signed one. So the references must be to the Id of the one
Body and of the one Timestamp; Ids are unique in the whole message (`header.py`); and after the
verification `verify.py` compares what was digested with what stands at these places.

Source: docs/ws-security.md; SOAP Message Security 1.1, section 8; McIntosh and Austel, "XML
signature element wrapping attacks and countermeasures" (2005).
"""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from gateway.crypto import policy
from gateway.crypto.ws_security.header import SecuredMessage, id_of, only_child
from gateway.crypto.ws_security.names import DS, EXCLUSIVE, WSSE, WSU
from gateway.domain.errors import MessageExpired, SignatureInvalid, SignatureMissing
from gateway.domain.white_space import XML_WHITE_SPACE, removed

_MAX_PREFIX_LIST = 500
"""Characters. The work of canonicalisation grows with the number of prefixes."""
_CANONICALISATION_CHILDREN = ((), (f"{EXCLUSIVE}InclusiveNamespaces",))
_REFERENCE = f"{WSSE}SecurityTokenReference"

_SKELETON: dict[str, tuple[tuple[str, ...], ...]] = {
    f"{DS}Signature": ((f"{DS}SignedInfo", f"{DS}SignatureValue", f"{DS}KeyInfo"),),
    f"{DS}SignedInfo": (
        (f"{DS}CanonicalizationMethod", f"{DS}SignatureMethod", f"{DS}Reference", f"{DS}Reference"),
    ),
    f"{DS}Reference": ((f"{DS}Transforms", f"{DS}DigestMethod", f"{DS}DigestValue"),),
    f"{DS}Transforms": ((f"{DS}Transform",),),
    f"{DS}Transform": _CANONICALISATION_CHILDREN,
    f"{DS}CanonicalizationMethod": _CANONICALISATION_CHILDREN,
    f"{DS}KeyInfo": ((_REFERENCE,),),
    _REFERENCE: ((f"{WSSE}Reference",), (f"{WSSE}KeyIdentifier",), (f"{DS}X509Data",)),
    f"{DS}X509Data": ((f"{DS}X509IssuerSerial",),),
    f"{DS}X509IssuerSerial": ((f"{DS}X509IssuerName", f"{DS}X509SerialNumber"),),
}
"""Element -> the sequences of children that it may have. Elements not listed have no children."""

_ATTRIBUTES: dict[str, frozenset[str]] = {
    f"{DS}Signature": frozenset({"Id"}),
    f"{DS}SignedInfo": frozenset({"Id"}),
    f"{DS}CanonicalizationMethod": frozenset({"Algorithm"}),
    f"{DS}SignatureMethod": frozenset({"Algorithm"}),
    f"{DS}Reference": frozenset({"Id", "URI", "Type"}),
    f"{DS}Transforms": frozenset(),
    f"{DS}Transform": frozenset({"Algorithm"}),
    f"{DS}DigestMethod": frozenset({"Algorithm"}),
    f"{DS}DigestValue": frozenset(),
    f"{DS}SignatureValue": frozenset({"Id"}),
    f"{DS}KeyInfo": frozenset({"Id"}),
    f"{EXCLUSIVE}InclusiveNamespaces": frozenset({"PrefixList"}),
}
"""Element of XML Signature -> the attributes that it may have. Tokens are judged in signers.py."""

_BASE64 = (f"{DS}DigestValue", f"{DS}SignatureValue")
_WITH_TEXT = (
    *_BASE64,
    f"{WSSE}KeyIdentifier",
    f"{DS}X509IssuerName",
    f"{DS}X509SerialNumber",
)

_ALGORITHMS = {
    f"{DS}CanonicalizationMethod": policy.require_canonicalisation,
    f"{DS}Transform": policy.require_canonicalisation,
    f"{DS}SignatureMethod": policy.require_signature,
    f"{DS}DigestMethod": policy.require_digest,
}


@dataclass(frozen=True, slots=True)
class SignatureStructure:
    """A signature of the accepted structure, unverified.

    body_reference, timestamp_reference: its two References.  body_first: whether they stand in this
    order.  key: the content of its SecurityTokenReference.  token: the BinarySecurityToken it
    refers to, None where it names its key in another way.
    """

    signature: etree._Element
    timestamp: etree._Element
    body_reference: etree._Element
    timestamp_reference: etree._Element
    body_first: bool
    key: etree._Element
    token: etree._Element | None


def read_signature(message: SecuredMessage) -> SignatureStructure:
    """The signature of a message, after a check of its structure.

    Raises SignatureMissing without a Signature, MessageExpired without a Timestamp,
    SignatureInvalid for another structure, AlgorithmRefused for an algorithm that is not accepted.
    """
    security = message.security
    signature = only_child(security, f"{DS}Signature")
    if signature is None:
        raise SignatureMissing(
            "The Security header holds no signature; this party must sign its messages."
        )
    timestamp = only_child(security, f"{WSU}Timestamp")
    if timestamp is None:
        raise MessageExpired(
            "The Security header holds no Timestamp, so nothing says when the message was made."
        )
    token = only_child(security, f"{WSSE}BinarySecurityToken")
    if len(security) != (2 if token is None else 3):
        raise SignatureInvalid("The Security header holds something that is not processed here.")
    _require_skeleton(signature)
    _require_algorithms(signature)
    key = signature[2][0][0]
    _require_token(key, token)
    to_body, to_timestamp = _references(signature, message.body, timestamp)
    body_first = signature[0].index(to_body) < signature[0].index(to_timestamp)
    return SignatureStructure(signature, timestamp, to_body, to_timestamp, body_first, key, token)


def _require_skeleton(element: etree._Element) -> None:
    place = etree.QName(element).localname
    if tuple(str(child.tag) for child in element) not in _SKELETON.get(str(element.tag), ((),)):
        raise SignatureInvalid(f"The signature has another form than is accepted, at {place}.")
    if not (set(element.attrib) <= _ATTRIBUTES.get(str(element.tag), set(element.attrib))):
        raise SignatureInvalid(f"The signature has an attribute that is not accepted, at {place}.")
    if element.tag not in _WITH_TEXT and any(
        (text or "").strip(XML_WHITE_SPACE) for text in _texts_between(element)
    ):
        raise SignatureInvalid(f"The signature has text where none is accepted, at {place}.")
    if element.tag in _BASE64 and not _is_base64(element.text or ""):
        raise SignatureInvalid(f"The signature holds a value that is not Base64, at {place}.")
    for child in element:
        _require_skeleton(child)


def _texts_between(element: etree._Element) -> Iterator[str | None]:
    yield element.text
    yield from (child.tail for child in element)


def _is_base64(text: str) -> bool:
    """Whether a text is a value of xs:base64Binary that is not empty."""
    try:
        return bool(b64decode(removed(text), validate=True))
    except ValueError:
        return False


def _require_algorithms(signature: etree._Element) -> None:
    for element in signature.iter(*_ALGORITHMS):
        _ALGORITHMS[str(element.tag)](element.get("Algorithm", ""))
    for element in signature.iter(f"{EXCLUSIVE}InclusiveNamespaces"):
        if len(element.get("PrefixList", "")) > _MAX_PREFIX_LIST:
            raise SignatureInvalid(
                "A PrefixList in the signature is longer than any that is accepted."
            )


def _require_token(key: etree._Element, token: etree._Element | None) -> None:
    """Raises SignatureInvalid for a token without a reference to it, or the other way round."""
    wanted = key.get("URI") if key.tag == f"{WSSE}Reference" else None
    present = None if token is None else f"#{id_of(token)}"
    if wanted != present:
        raise SignatureInvalid(
            "The signature does not refer to the one certificate in the Security header."
        )


def _references(
    signature: etree._Element, body: etree._Element, timestamp: etree._Element
) -> tuple[etree._Element, etree._Element]:
    """The References to Body and Timestamp. Raises SignatureInvalid for any other pair."""
    by_uri = {
        reference.get("URI"): reference for reference in signature[0].iterchildren(f"{DS}Reference")
    }
    wanted = [f"#{identity}" for part in (body, timestamp) if (identity := id_of(part))]
    if len(wanted) != 2 or set(by_uri) != set(wanted):
        raise SignatureInvalid(
            "The signature must cover the Body and the Timestamp of this message, and only these."
        )
    return by_uri[wanted[0]], by_uri[wanted[1]]
