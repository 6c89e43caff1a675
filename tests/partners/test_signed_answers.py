"""Signed answers: only the signed part is read; a Fault is read without a signature."""

import datetime as dt
from collections.abc import Callable
from copy import deepcopy

import pytest
from lxml import etree

from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.sign import KeyReference, MessageKey, MessageSigner
from gateway.crypto.ws_security.signers import TrustedSigners
from gateway.crypto.ws_security.verify import SignedMessageVerifier
from gateway.domain.errors import GatewayError, PartnerFault
from gateway.domain.partner import OperationName
from gateway.exchange.ports import Journal, MessageSecurity, PartnerReply
from gateway.partners.client import PartnerClient
from tests.crypto.ws_security.message_forging import (
    NOW,
    WSSE,
    WSU,
    ReplayCacheInMemory,
    Signer,
    a_signer,
    signed,
)
from tests.partners.partner_cases import NUMBER, TOKEN, envelope, profile
from tests.partners.partner_server import Answer, Partner, says

ANSWER = "partner_v2_permit.xml"
Asks = Callable[..., PartnerReply]


@pytest.fixture(scope="module")
def signer() -> Signer:
    return a_signer()


@pytest.fixture
def asks(partner: Callable[..., Partner], journal: Journal, signer: Signer) -> Asks:
    """asks(answer): the permit, in a signed exchange with a partner that must sign too."""
    freshness = Freshness(
        "za", dt.timedelta(minutes=5), dt.timedelta(minutes=1), lambda: NOW, ReplayCacheInMemory()
    )
    security = MessageSecurity(
        SignedMessageVerifier(TrustedSigners((signer.certificate,)), freshness),
        MessageSigner(
            MessageKey(signer.key, signer.certificate),
            KeyReference.CERTIFICATE,
            dt.timedelta(minutes=5),
            True,
            lambda: NOW,
        ),
    )

    def ask(answer: Answer | bytes) -> PartnerReply:
        there = partner(says(answer) if isinstance(answer, bytes) else answer)
        client = PartnerClient(
            profile(there.address), journal, lambda: NOW, lambda: "exchange", security
        )
        reply = client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
        (asked,) = there.asked
        assert b"<ds:Signature" in asked.body
        assert "multipart" not in asked.headers["Accept"]
        return reply

    return ask


def must_understand(answer: bytes) -> bytes:
    root = etree.fromstring(answer)
    security = root.find(f".//{{{WSSE}}}Security")
    security.set(f"{{{etree.QName(root).namespace}}}mustUnderstand", "1")
    return etree.tostring(root)


@pytest.mark.parametrize("name", [ANSWER, "partner_v2_permit_soap12.xml", "partner_v1_permit.xml"])
def test_a_signed_answer_is_read_though_its_header_is_mandatory(
    asks: Asks, signer: Signer, name: str
) -> None:
    reply = asks(must_understand(signed(envelope(name), signer)))
    assert etree.fromstring(reply.document).tag in ("CITESEPermit", "CBFShip")
    assert NUMBER.text.encode() in reply.document


def test_the_same_answer_again_is_a_replay(asks: Asks, signer: Signer, journal: Journal) -> None:
    answer = signed(envelope(ANSWER), signer)
    asks(answer)
    with pytest.raises(GatewayError) as refused:
        asks(answer)
    assert refused.value.code == "MessageReplayed"
    assert "za-dffe" in refused.value.text
    assert journal.exchanges[-1].outcome == "MessageReplayed"  # type: ignore[attr-defined]


def wrapped(answer: bytes) -> bytes:
    """The signed Body moved into the header, another in its place."""
    root = etree.fromstring(answer)
    soap = etree.QName(root).namespace
    body = root.find(f"{{{soap}}}Body")
    evil = deepcopy(body)
    evil.set(f"{{{WSU}}}Id", "other")
    root.replace(body, evil)
    etree.SubElement(root.find(f"{{{soap}}}Header"), "{urn:wrapper}Wrapper").append(body)
    return etree.tostring(root)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda answer: envelope(ANSWER), "SignatureMissing"),
        (wrapped, "SignatureInvalid"),
        (
            lambda answer: answer.replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>A"),
            "SignatureInvalid",
        ),
        (lambda answer: signed(envelope(ANSWER), a_signer()), "SignerNotTrusted"),
    ],
    ids=["unsigned", "wrapped", "damaged", "by another"],
)
def test_nothing_unsigned_is_read(
    asks: Asks, signer: Signer, spoil: Callable[[bytes], bytes], expected: str
) -> None:
    with pytest.raises(GatewayError) as refused:
        asks(spoil(signed(envelope(ANSWER), signer)))
    assert refused.value.code == expected


FAULT = (
    b"<s:Envelope"
    b' xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode>'
    b"<faultstring>CertificateNotFound</faultstring></s:Fault></s:Body></s:Envelope>"
)


def test_an_unsigned_fault_is_a_refusal(asks: Asks) -> None:
    with pytest.raises(PartnerFault) as refused:
        asks(says(FAULT, status=500))
    assert refused.value.partner_code == "CertificateNotFound"
