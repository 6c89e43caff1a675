"""A door that wants signed messages: whatever is moved, doubled or left out, nothing unsigned is ever executed."""

import datetime as dt
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache

import pytest
from lxml import etree

from gateway.exchange.ports import MessageSecurity
from gateway.signatures.message_freshness import Freshness
from gateway.signatures.message_signers import TrustedSigners
from gateway.signatures.message_verifying import SignedMessageVerifier
from gateway.soap.names import SOAP_11, SOAP_12
from tests.signatures.message_forging import (
    DS,
    ECDSA_SHA1,
    ECDSA_SHA256,
    EXC,
    HMAC_SHA256,
    NOW,
    RSA_SHA1,
    SHA1,
    TRANSFORM,
    WSSE,
    WSU,
    Signer,
    TakenInMemory,
    a_signer,
    an_rsa_key,
    iso,
    second_signature,
    signed,
    timestamp,
)
from tests.soap.knock import ADDRESS, NUMBER, Answered, Door, the_permit

TREE = etree._Element
EVIL = "MZ26EX000666"
NEXT = "http://schemas.xmlsoap.org/soap/actor/next"


@cache
def partner() -> Signer:
    return a_signer()


@cache
def stranger() -> Signer:
    return a_signer("stranger")


class SecuredDoor(Door):
    """The door, wanting the signature of South Africa."""

    def trust(self, *pinned: Signer, **anchors: object) -> None:
        freshness = Freshness("za", dt.timedelta(minutes=5), dt.timedelta(minutes=1), lambda: NOW, TakenInMemory())
        signers = TrustedSigners(tuple(one.certificate for one in pinned), **anchors)
        self.door._security = {"za": MessageSecurity(SignedMessageVerifier(signers, freshness), None)}

    def refuses(self, message: bytes, *codes: str) -> None:
        """No word of it is executed, the sender is blamed, and the next right message gets its permit."""
        before = len(self.house.asked)
        answer = self.post(message)
        assert answer.fault is not None
        assert answer.side in ("Client", "MustUnderstand"), answer.said
        assert answer.code in codes, answer.said
        assert len(self.house.asked) == before


@pytest.fixture
def secured() -> Iterator[SecuredDoor]:
    door = SecuredDoor()
    door.trust(partner())
    yield door
    assert door.post(signed(door.plain(), partner(), time=timestamp(iso(NOW - dt.timedelta(seconds=1))))).permit(
        "v1"
    ) == the_permit("v1"), "the door did not survive"


def good(soap: str = SOAP_11, **how: object) -> bytes:
    return signed(Door().plain(soap), partner(), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_a_signed_request_is_answered(secured: SecuredDoor, soap: str) -> None:
    must = 'soap:mustUnderstand="1"'
    media = "text/xml" if soap == SOAP_11 else "application/soap+xml"
    answer: Answered = secured.post(good(soap, attributes=must), content_type=media)
    assert answer.permit("v1") == the_permit("v1")


def test_comments_do_not_cut_a_signed_value(secured: SecuredDoor) -> None:
    assert secured.post(good().replace(NUMBER.encode(), b"MZ26<!-- 000666 -->EX000001")).permit("v1")
    assert secured.house.asked[-1][1] == NUMBER


# -- wrapping ---------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_what_was_moved_or_changed_is_not_executed(secured: SecuredDoor, shape: Callable[[TREE], None]) -> None:
    root = etree.fromstring(good())
    shape(root)
    secured.refuses(etree.tostring(root), SHAPES[shape])


def test_a_security_header_for_somebody_else_is_none_of_our_business(secured: SecuredDoor) -> None:
    root = etree.fromstring(good())
    other = block(header_of(root), f"{{{WSSE}}}Security")
    other.set(f"{soap_of(root)}actor", "urn:somebody-else")
    other.set(f"{soap_of(root)}mustUnderstand", "1")
    block(other, f"{{{WSU}}}Timestamp")
    header_of(root).insert(0, other)
    assert secured.post(etree.tostring(root)).permit("v1") == the_permit("v1")


# -- what is signed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("references", "covers"),
    [
        (["#body"], ["body"]),
        (["#time"], ["time"]),
        (["#body", "#body"], ["body", "body"]),
        (["#body", "#time", "#token"], ["body", "time", "token"]),
        (["#body", "#token"], ["body", "token"]),
        (["", "#time"], ["body", "time"]),
        (["#xpointer(/)", "#time"], ["body", "time"]),
        (["#xpointer(id('body'))", "#time"], ["body", "time"]),
        (["http://127.0.0.1:1/body", "#time"], ["body", "time"]),
        (["file:///etc/passwd", "#time"], ["body", "time"]),
        (["cid:body", "#time"], ["body", "time"]),
        (["##body", "#time"], ["body", "time"]),
        (["#nowhere", "#time"], ["body", "time"]),
    ],
    ids=str,
)
def test_exactly_body_and_timestamp_are_signed_by_their_ids(
    secured: SecuredDoor, references: list[str], covers: list[str]
) -> None:
    secured.refuses(good(references=references, covers=covers), "SignatureInvalid")


STR_TRANSFORM = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform"


@pytest.mark.parametrize(
    "algorithm",
    [
        STR_TRANSFORM,
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        f"{DS}enveloped-signature",
        f"{DS}base64",
        f"{EXC}WithComments",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "",
    ],
)
def test_only_exclusive_canonicalisation_is_computed(secured: SecuredDoor, algorithm: str) -> None:
    secured.refuses(good(transforms=f'<ds:Transform Algorithm="{algorithm}"/>'), "AlgorithmRefused")
    method = f'<ds:CanonicalizationMethod Algorithm="{algorithm}"/>'
    secured.refuses(good(canonicalisation=method), "AlgorithmRefused")


@pytest.mark.parametrize(
    "transforms", ["", TRANSFORM * 2, TRANSFORM.replace("/>", "><ds:XPath>//*</ds:XPath></ds:Transform>")]
)
def test_there_is_one_transform_and_nothing_in_it(secured: SecuredDoor, transforms: str) -> None:
    secured.refuses(good(transforms=transforms), "SignatureInvalid")


def test_a_long_list_of_prefixes_is_refused(secured: SecuredDoor) -> None:
    prefixes = " ".join(f"p{number}" for number in range(1000))
    inner = f'<ec:InclusiveNamespaces xmlns:ec="{EXC}" PrefixList="{prefixes}"/>'
    secured.refuses(good(transforms=TRANSFORM.replace("/>", f">{inner}</ds:Transform>")), "SignatureInvalid")


@pytest.mark.parametrize("method", [RSA_SHA1, ECDSA_SHA1, HMAC_SHA256, f"{DS}hmac-sha1", f"{DS}dsa-sha1", "", "none"])
def test_weak_and_symmetric_signatures_are_refused(secured: SecuredDoor, method: str) -> None:
    secured.refuses(good(method=method), "AlgorithmRefused")


def test_a_weak_digest_is_refused(secured: SecuredDoor) -> None:
    secured.refuses(good(digest=SHA1), "AlgorithmRefused")


def test_a_small_key_is_refused_even_if_it_is_configured(secured: SecuredDoor) -> None:
    small = a_signer("small", an_rsa_key(2048))
    secured.trust(partner(), small)
    secured.refuses(signed(secured.plain(), small), "AlgorithmRefused")


def test_the_algorithm_must_be_that_of_the_key(secured: SecuredDoor) -> None:
    rsa = a_signer("rsa", an_rsa_key())
    secured.trust(partner(), rsa)
    secured.refuses(signed(secured.plain(), rsa, method=ECDSA_SHA256), "SignatureInvalid")
    assert secured.post(signed(secured.plain(), rsa)).permit("v1")


# -- whose key --------------------------------------------------------------------------------------------------------

REFERENCE = "<wsse:SecurityTokenReference>{}</wsse:SecurityTokenReference>"


@pytest.mark.parametrize(
    "key_info",
    [
        "<ds:KeyName>signer</ds:KeyName>",
        "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>",
        '<ds:RetrievalMethod URI="http://127.0.0.1:1/key"/>',
        "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>",
        REFERENCE.format('<wsse:Reference URI="http://127.0.0.1:1/key"/>'),
        REFERENCE.format('<wsse:Reference URI="#time"/>'),
        REFERENCE.format("<wsse:Reference/>"),
        REFERENCE.format("<wsse:Embedded/>"),
        REFERENCE.format('<wsse:Reference URI="#token"/>') * 2,
        REFERENCE.format('<wsse:Reference URI="#token"/>' * 2),
    ],
)
def test_the_key_is_named_in_one_accepted_way(secured: SecuredDoor, key_info: str) -> None:
    secured.refuses(good(key_info=key_info), "SignatureInvalid")


@pytest.mark.parametrize(
    "identifier",
    [
        '<wsse:KeyIdentifier ValueType="urn:unknown">AAAA</wsse:KeyIdentifier>',
        "<wsse:KeyIdentifier>AAAA</wsse:KeyIdentifier>",
    ],
)
def test_an_unknown_kind_of_identifier_is_refused(secured: SecuredDoor, identifier: str) -> None:
    secured.refuses(good(key_info=REFERENCE.format(identifier), token=""), "SignatureInvalid")


def test_a_strangers_good_signature_is_worth_nothing(secured: SecuredDoor) -> None:
    secured.refuses(signed(secured.plain(), stranger()), "SignerNotTrusted")


def test_a_namesake_of_the_signer_is_a_stranger(secured: SecuredDoor) -> None:
    namesake = a_signer(serial=partner().certificate.serial_number)
    secured.refuses(signed(secured.plain(), namesake), "SignerNotTrusted")
    serial = (
        "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=signer,C=ZA</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{partner().certificate.serial_number}</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>"
    )
    by_serial = REFERENCE.format(serial)
    secured.refuses(signed(secured.plain(), namesake, key_info=by_serial, token=""), "SignatureInvalid")
    assert secured.post(signed(secured.plain(), partner(), key_info=by_serial, token="")).permit("v1")


def test_of_a_trusted_ca_only_the_expected_subject_may_sign(secured: SecuredDoor) -> None:
    ca = a_signer("ca", ca=True)
    theirs, neighbour = a_signer("theirs", issuer=ca), a_signer("neighbour", issuer=ca)
    forged = a_signer("theirs", issuer=a_signer("ca", ca=True))
    secured.trust(partner(), anchors=(ca.certificate,), subject="CN=theirs,C=ZA")
    assert secured.post(signed(secured.plain(), theirs)).permit("v1")
    for signer in (neighbour, forged, a_signer("theirs"), ca):
        secured.refuses(signed(secured.plain(), signer), "SignerNotTrusted")


@pytest.mark.parametrize(
    "bounds",
    [
        {"ends": NOW - dt.timedelta(days=1)},
        {"begins": NOW + dt.timedelta(days=1)},
        {"signs": False},
    ],
    ids=["expired", "not valid yet", "not for signatures"],
)
def test_a_pinned_certificate_is_in_date_and_for_signatures(secured: SecuredDoor, bounds: dict[str, object]) -> None:
    signer = a_signer("other", **bounds)  # type: ignore[arg-type]
    secured.trust(partner(), signer)
    secured.refuses(signed(secured.plain(), signer), "SignerNotTrusted")


# -- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("created", "expires"),
    [
        (iso(NOW - dt.timedelta(minutes=7)), None),
        (iso(NOW - dt.timedelta(minutes=7)), "9999-12-31T23:59:59Z"),
        (iso(NOW - dt.timedelta(minutes=3)), iso(NOW - dt.timedelta(minutes=2))),
        (iso(NOW + dt.timedelta(minutes=2)), None),
        (iso(NOW), iso(NOW)),
        (iso(NOW), iso(NOW - dt.timedelta(seconds=1))),
        ("2026-03-02T09:30:00", None),
        ("2026-03-02T09:30:00Z", "2026-03-02T09:35:00"),
        ("2026-03-02 09:30:00Z", None),
        ("2026-03-02T09:30Z", None),
        ("2026-03-02", None),
        ("20260302T093000Z", None),
        ("2026-W10-1T09:30:00Z", None),
        ("02/03/2026 09:30:00", None),
        ("2026-02-30T09:30:00Z", None),
        ("2026-03-02T24:00:01Z", None),
        ("2026-03-02T09:30:60Z", None),
        ("2026-03-02T09:30:00+25:00", None),
        ("2026-03-02T09:30:00+99:99", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("99999-01-01T00:00:00Z", None),
        ("-2026-03-02T09:30:00Z", None),
        ("٢٠٢٦-03-02T09:30:00Z", None),
        ("1772443800", None),
        ("now", None),
        ("", None),
        (None, iso(NOW + dt.timedelta(minutes=1))),
    ],
)
def test_only_a_plain_moment_of_now_is_fresh(secured: SecuredDoor, created: str | None, expires: str | None) -> None:
    secured.refuses(good(time=timestamp(created, expires)), "MessageExpired", "SignatureInvalid")


@pytest.mark.parametrize(
    "created",
    [
        iso(NOW - dt.timedelta(minutes=5)),
        iso(NOW + dt.timedelta(seconds=59)),
        "2026-03-02T11:30:00+02:00",
        "2026-03-02T09:30:00.123456789Z",
        " \n2026-03-02T09:30:00Z ",
    ],
)
def test_a_moment_within_age_and_skew_is_fresh_in_any_zone(secured: SecuredDoor, created: str) -> None:
    assert secured.post(good(time=timestamp(created, None))).permit("v1")


@pytest.mark.parametrize(
    "inner",
    [
        f"<wsu:Created>{iso(NOW)}</wsu:Created>" * 2,
        f"<wsu:Expires>{iso(NOW)}</wsu:Expires><wsu:Created>{iso(NOW)}</wsu:Created>",
        f"<wsu:Created>{iso(NOW)}<wsu:Created/></wsu:Created>",
        f"<wsu:Created>{iso(NOW)}</wsu:Created><wsu:Other/>",
    ],
)
def test_a_timestamp_says_each_moment_once(secured: SecuredDoor, inner: str) -> None:
    secured.refuses(good(time=f'<wsu:Timestamp wsu:Id="time">{inner}</wsu:Timestamp>'), "SignatureInvalid")


def test_the_same_message_again_is_a_replay(secured: SecuredDoor) -> None:
    message = good()
    assert secured.post(message).permit("v1")
    secured.refuses(message, "MessageReplayed")
    secured.refuses(message + b"<!-- other bytes, same message -->", "MessageReplayed")


def test_the_same_message_under_another_valid_signature_is_a_replay(secured: SecuredDoor) -> None:
    message = good()
    assert secured.post(message).permit("v1")
    assert second_signature(message) != message
    secured.refuses(second_signature(message), "MessageReplayed")


def test_a_refused_message_is_not_remembered(secured: SecuredDoor) -> None:
    message = good()
    secured.refuses(message.replace(NUMBER.encode(), EVIL.encode()), "SignatureInvalid")
    assert secured.post(message).permit("v1")


# -- encryption, floods, and doors without it --------------------------------------------------------------------------

ENCRYPTED = '<xenc:{0} xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"><xenc:CipherData/></xenc:{0}>'


def test_an_encrypted_message_is_refused_in_clear_words(secured: SecuredDoor) -> None:
    secured.refuses(good(beside=ENCRYPTED.format("EncryptedKey")), "AlgorithmRefused")
    body = signed(secured.envelope(ENCRYPTED.format("EncryptedData")), partner())
    secured.refuses(body, "AlgorithmRefused")


def test_a_flood_in_the_header_costs_nothing(secured: SecuredDoor) -> None:
    secured.refuses(good(beside="<wsse:A/>" * 500), "SignatureInvalid")
    secured.refuses(
        good(token="<wsse:BinarySecurityToken>" + "A" * 40_000 + "</wsse:BinarySecurityToken>"), "MessageTooLarge"
    )
    root = etree.fromstring(good())
    for _ in range(30):
        header_of(root).append(deepcopy(security_of(root)))
    secured.refuses(etree.tostring(root), "MessageTooLarge")


def test_a_mandatory_security_header_is_not_understood_where_none_was_agreed_on() -> None:
    door = Door()
    answer = door.post(good(attributes='soap:mustUnderstand="1"'))
    assert answer.code == "MustUnderstand"
    assert door.house.asked == []


def test_another_mandatory_header_beside_it_is_not_understood(secured: SecuredDoor) -> None:
    root = etree.fromstring(good())
    block(header_of(root)).set(f"{soap_of(root)}mustUnderstand", "1")
    secured.refuses(etree.tostring(root), "MustUnderstand")
