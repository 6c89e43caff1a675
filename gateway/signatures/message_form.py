"""Has the signature of a message the one form that is accepted? Nothing is computed before it has.

Security holds one Timestamp, one Signature and at most the one BinarySecurityToken it refers to. The signature has two
references, by Id: Body and Timestamp, in exclusive canonicalisation. Source: docs/ws-security.md.
"""

from dataclasses import dataclass

from lxml import etree

from gateway.domain.errors import MessageExpired, SignatureInvalid, SignatureMissing
from gateway.signatures import policy
from gateway.signatures.message_header import SecuredMessage, id_of, only_child
from gateway.signatures.message_names import DS, EXCLUSIVE, WSSE, WSU

_LONGEST_PREFIXES = 500
_METHOD = ((), (f"{EXCLUSIVE}InclusiveNamespaces",))
_REFERENCE = f"{WSSE}SecurityTokenReference"

_SKELETON: dict[str, tuple[tuple[str, ...], ...]] = {
    f"{DS}Signature": ((f"{DS}SignedInfo", f"{DS}SignatureValue", f"{DS}KeyInfo"),),
    f"{DS}SignedInfo": ((f"{DS}CanonicalizationMethod", f"{DS}SignatureMethod", f"{DS}Reference", f"{DS}Reference"),),
    f"{DS}Reference": ((f"{DS}Transforms", f"{DS}DigestMethod", f"{DS}DigestValue"),),
    f"{DS}Transforms": ((f"{DS}Transform",),),
    f"{DS}Transform": _METHOD,
    f"{DS}CanonicalizationMethod": _METHOD,
    f"{DS}KeyInfo": ((_REFERENCE,),),
    _REFERENCE: ((f"{WSSE}Reference",), (f"{WSSE}KeyIdentifier",), (f"{DS}X509Data",)),
    f"{DS}X509Data": ((f"{DS}X509IssuerSerial",),),
    f"{DS}X509IssuerSerial": ((f"{DS}X509IssuerName", f"{DS}X509SerialNumber"),),
}
"""Element -> what its children may be, in their order. Other elements have none."""

_ALGORITHMS = {
    f"{DS}CanonicalizationMethod": policy.require_canonicalisation,
    f"{DS}Transform": policy.require_canonicalisation,
    f"{DS}SignatureMethod": policy.require_signature,
    f"{DS}DigestMethod": policy.require_digest,
}


@dataclass(frozen=True, slots=True)
class SignatureForm:
    """A signature of the right form, unverified.

    of_body, of_timestamp: its two references, and body_first whether they stand in this order.
    key: what it says of its key.  token: the BinarySecurityToken it refers to, None where it names its key otherwise.
    """

    signature: etree._Element
    timestamp: etree._Element
    of_body: etree._Element
    of_timestamp: etree._Element
    body_first: bool
    key: etree._Element
    token: etree._Element | None


def read_signature(message: SecuredMessage) -> SignatureForm:
    """Raises SignatureMissing, SignatureInvalid, AlgorithmRefused; MessageExpired without a Timestamp."""
    security = message.security
    signature = only_child(security, f"{DS}Signature")
    if signature is None:
        raise SignatureMissing("The Security header holds no signature; this party must sign its messages.")
    timestamp = only_child(security, f"{WSU}Timestamp")
    if timestamp is None:
        raise MessageExpired("The Security header holds no Timestamp, so nothing says when the message was made.")
    token = only_child(security, f"{WSSE}BinarySecurityToken")
    if len(security) != (2 if token is None else 3):
        raise SignatureInvalid("The Security header holds something that is not processed here.")
    _require_skeleton(signature)
    _require_algorithms(signature)
    key = signature[2][0][0]
    _require_token(key, token)
    of_body, of_timestamp = _references(signature, message.body, timestamp)
    body_first = signature[0].index(of_body) < signature[0].index(of_timestamp)
    return SignatureForm(signature, timestamp, of_body, of_timestamp, body_first, key, token)


def _require_skeleton(element: etree._Element) -> None:
    if tuple(str(child.tag) for child in element) not in _SKELETON.get(str(element.tag), ((),)):
        place = etree.QName(element).localname
        raise SignatureInvalid(f"The signature has another form than is accepted, at {place}.")
    for child in element:
        _require_skeleton(child)


def _require_algorithms(signature: etree._Element) -> None:
    for element in signature.iter(*_ALGORITHMS):
        _ALGORITHMS[str(element.tag)](element.get("Algorithm", ""))
    for element in signature.iter(f"{EXCLUSIVE}InclusiveNamespaces"):
        if len(element.get("PrefixList", "")) > _LONGEST_PREFIXES:
            raise SignatureInvalid("A PrefixList in the signature is longer than any that is accepted.")


def _require_token(key: etree._Element, token: etree._Element | None) -> None:
    """A token is there exactly where it is referred to, by its Id."""
    wanted = key.get("URI") if key.tag == f"{WSSE}Reference" else None
    there = None if token is None else f"#{id_of(token)}"
    if wanted != there:
        raise SignatureInvalid("The signature does not refer to the one certificate in the Security header.")


def _references(
    signature: etree._Element, body: etree._Element, timestamp: etree._Element
) -> tuple[etree._Element, etree._Element]:
    """Those of Body and Timestamp. Raises SignatureInvalid where they are not exactly these two."""
    by_uri = {reference.get("URI"): reference for reference in signature[0].iterchildren(f"{DS}Reference")}
    wanted = [f"#{identity}" for part in (body, timestamp) if (identity := id_of(part))]
    if len(wanted) != 2 or set(by_uri) != set(wanted):
        raise SignatureInvalid("The signature must cover the Body and the Timestamp of this message, and only these.")
    return by_uri[wanted[0]], by_uri[wanted[1]]
