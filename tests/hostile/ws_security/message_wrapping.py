"""Signature wrapping: signed messages with moved, doubled, changed or missing parts."""

import datetime as dt
from collections.abc import Callable
from copy import deepcopy

from lxml import etree

from tests.crypto.ws_security.message_forging import DS, NOW, WSSE, WSU, iso
from tests.hostile.ws_security.secured_endpoint import EVIL, stranger
from tests.soap.endpoint import ADDRESS

TREE = etree._Element
NEXT = "http://schemas.xmlsoap.org/soap/actor/next"


def soap_of(root: TREE) -> str:
    return f"{{{etree.QName(root).namespace}}}"


def header_of(root: TREE) -> TREE:
    return root.find(f"{soap_of(root)}Header")


def body_of(root: TREE) -> TREE:
    return root.find(f"{soap_of(root)}Body")


def security_of(root: TREE) -> TREE:
    return root.find(f".//{{{WSSE}}}Security")


def signature_of(root: TREE) -> TREE:
    return root.find(f".//{{{DS}}}Signature")


def evil_body(root: TREE, identity: str | None = "body-2") -> TREE:
    """The Body, asking for another permit."""
    evil = deepcopy(body_of(root))
    evil[0].find("CertificateNumber").text = EVIL
    del evil.attrib[f"{{{WSU}}}Id"]
    if identity:
        evil.set(f"{{{WSU}}}Id", identity)
    return evil


def swap(root: TREE, place: Callable[[TREE], TREE], identity: str | None = "body-2") -> None:
    """Put the evil Body where the signed one was, and that one where `place` says."""
    evil, true = evil_body(root, identity), body_of(root)
    root.replace(true, evil)
    place(root).append(true)


def block(parent: TREE, name: str = "{urn:wrapper}Wrapper") -> TREE:
    return etree.SubElement(parent, name)


def body_to_header(root: TREE) -> None:
    swap(root, lambda root: block(header_of(root)))


def body_to_header_without_an_id_on_the_evil_one(root: TREE) -> None:
    swap(root, lambda root: block(header_of(root)), identity=None)


def body_to_header_with_the_same_id(root: TREE) -> None:
    swap(root, lambda root: block(header_of(root)), identity="body")


def body_to_security(root: TREE) -> None:
    swap(root, lambda root: block(security_of(root)))


def body_to_object_of_the_signature(root: TREE) -> None:
    swap(root, lambda root: block(signature_of(root), f"{{{DS}}}Object"))


def body_to_key_info(root: TREE) -> None:
    swap(root, lambda root: signature_of(root)[2])


def body_to_timestamp(root: TREE) -> None:
    swap(root, lambda root: security_of(root)[0])


def body_into_the_evil_body(root: TREE) -> None:
    swap(root, body_of)


def body_into_the_evil_request(root: TREE) -> None:
    swap(root, lambda root: body_of(root)[0])


def body_after_the_evil_body(root: TREE) -> None:
    swap(root, lambda root: root)


def header_after_the_body(root: TREE) -> None:
    swap(root, lambda root: block(root, f"{soap_of(root)}Header"))


def second_body_first(root: TREE) -> None:
    root.insert(1, evil_body(root))


def same_id_by_xml_id(root: TREE) -> None:
    swap(root, lambda root: block(header_of(root)))
    body_of(root).attrib.clear()
    body_of(root).set("{http://www.w3.org/XML/1998/namespace}id", "body")


def same_id_without_namespace(root: TREE) -> None:
    wrapper = block(header_of(root))
    wrapper.set("Id", "body")
    wrapper.append(evil_body(root))


def same_id_in_a_foreign_namespace(root: TREE) -> None:
    block(header_of(root)).set("{urn:other}ID", "body")


def second_security_for_us(root: TREE) -> None:
    header_of(root).append(deepcopy(security_of(root)))


def second_security_for_the_next(root: TREE) -> None:
    block(header_of(root), f"{{{WSSE}}}Security").set(f"{soap_of(root)}actor", NEXT)


def second_security_for_our_address(root: TREE) -> None:
    block(header_of(root), f"{{{WSSE}}}Security").set(f"{soap_of(root)}actor", f"{ADDRESS}/v1")


def security_for_another_actor(root: TREE) -> None:
    security_of(root).set(f"{soap_of(root)}actor", "urn:somebody-else")


def security_inside_another_block(root: TREE) -> None:
    block(header_of(root)).append(security_of(root))


def security_inside_the_body(root: TREE) -> None:
    body_of(root).append(security_of(root))


def security_in_another_namespace(root: TREE) -> None:
    security_of(root).tag = "{urn:wrong}Security"


def second_signature_beside(root: TREE) -> None:
    security_of(root).append(deepcopy(signature_of(root)))


def second_timestamp(root: TREE) -> None:
    security_of(root).insert(0, etree.fromstring(f'<w:Timestamp xmlns:w="{WSU}" w:Id="time-2"/>'))


def timestamp_to_header(root: TREE) -> None:
    old = security_of(root)[0]
    new = deepcopy(old)
    new.set(f"{{{WSU}}}Id", "time-2")
    security_of(root).replace(old, new)
    block(header_of(root)).append(old)


def timestamp_gone(root: TREE) -> None:
    security_of(root).remove(security_of(root)[0])


def signature_gone(root: TREE) -> None:
    security_of(root).remove(signature_of(root))


def header_gone(root: TREE) -> None:
    root.remove(header_of(root))


def signature_outside_security(root: TREE) -> None:
    header_of(root).append(signature_of(root))


def signature_inside_a_wrapper(root: TREE) -> None:
    block(security_of(root)).append(signature_of(root))


def value_changed(root: TREE) -> None:
    body_of(root)[0].find("CertificateNumber").text = EVIL


def element_added(root: TREE) -> None:
    block(body_of(root)[0], "IsoCountryCode").text = "ZA"


def expiry_moved(root: TREE) -> None:
    security_of(root)[0][1].text = iso(NOW + dt.timedelta(minutes=9))


def something_else_in_security(root: TREE) -> None:
    block(security_of(root), "{urn:saml}Assertion")


def comment_in_signature(root: TREE) -> None:
    signature_of(root)[0].append(etree.Comment("x"))


def instruction_in_signature_value(root: TREE) -> None:
    signature_of(root)[1].append(etree.ProcessingInstruction("x", "y"))


def no_signature_value(root: TREE) -> None:
    signature_of(root)[1].text = ""


def signature_value_that_is_no_base64(root: TREE) -> None:
    signature_of(root)[1].text = "ÄÖÜ ="


def digest_emptied(root: TREE) -> None:
    next(root.iter(f"{{{DS}}}DigestValue")).text = None


def key_swapped(root: TREE) -> None:
    root.find(f".//{{{WSSE}}}BinarySecurityToken").text = stranger().base64


def token_that_is_no_certificate(root: TREE) -> None:
    root.find(f".//{{{WSSE}}}BinarySecurityToken").text = "AAAA"


SHAPES: dict[Callable[[TREE], None], str] = {
    body_to_header: "SignatureInvalid",
    body_to_header_without_an_id_on_the_evil_one: "SignatureInvalid",
    body_to_header_with_the_same_id: "SignatureInvalid",
    body_to_security: "SignatureInvalid",
    body_to_object_of_the_signature: "SignatureInvalid",
    body_to_key_info: "SignatureInvalid",
    body_to_timestamp: "SignatureInvalid",
    body_into_the_evil_body: "InvalidRequest",
    body_into_the_evil_request: "SignatureInvalid",
    body_after_the_evil_body: "InvalidRequest",
    header_after_the_body: "InvalidRequest",
    second_body_first: "InvalidRequest",
    same_id_by_xml_id: "SignatureInvalid",
    same_id_without_namespace: "SignatureInvalid",
    same_id_in_a_foreign_namespace: "SignatureInvalid",
    second_security_for_us: "SignatureInvalid",
    second_security_for_the_next: "SignatureInvalid",
    second_security_for_our_address: "SignatureInvalid",
    security_for_another_actor: "SignatureMissing",
    security_inside_another_block: "SignatureMissing",
    security_inside_the_body: "InvalidRequest",
    security_in_another_namespace: "SignatureMissing",
    second_signature_beside: "SignatureInvalid",
    second_timestamp: "SignatureInvalid",
    timestamp_to_header: "SignatureInvalid",
    timestamp_gone: "MessageExpired",
    signature_gone: "SignatureMissing",
    header_gone: "SignatureMissing",
    signature_outside_security: "SignatureMissing",
    signature_inside_a_wrapper: "SignatureMissing",
    value_changed: "SignatureInvalid",
    element_added: "SignatureInvalid",
    expiry_moved: "SignatureInvalid",
    something_else_in_security: "SignatureInvalid",
    comment_in_signature: "SignatureInvalid",
    instruction_in_signature_value: "SignatureInvalid",
    no_signature_value: "SignatureInvalid",
    signature_value_that_is_no_base64: "SignatureInvalid",
    digest_emptied: "SignatureInvalid",
    key_swapped: "SignerNotTrusted",
    token_that_is_no_certificate: "SignatureInvalid",
}
