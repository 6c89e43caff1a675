"""Messages as WSS4J signs them by default: InclusiveNamespaces in every canonicalisation."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from lxml import etree

from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.signers import TrustedSigners
from gateway.crypto.ws_security.verify import SignedMessageVerifier
from gateway.domain.errors import SignatureInvalid
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.crypto.ws_security.message_forging import NOW, ReplayCacheInMemory, a_signer, signed
from tests.programs import unavailable
from tests.soap.endpoint import ADDRESS, Endpoint

CASE = Path(__file__).parents[4] / "shared" / "cases" / "wss4j"


def verifier(certificate: x509.Certificate, now: dt.datetime) -> SignedMessageVerifier:
    minutes = dt.timedelta(minutes=5)
    freshness = Freshness("za", minutes, minutes, lambda: now, ReplayCacheInMemory())
    return SignedMessageVerifier(TrustedSigners((certificate,)), freshness)


def number_in(envelope: bytes) -> str | None:
    return etree.fromstring(envelope).findtext(".//CertificateNumber")


def test_a_message_of_cxf_is_verified_and_its_body_comes_back() -> None:
    if not CASE.is_dir():
        unavailable("the cases are not beside this checkout")
    signer = x509.load_pem_x509_certificate((CASE / "signer.pem").read_bytes())
    message = (CASE / "request.xml").read_bytes()
    at = dt.datetime(2026, 11, 28, 19, 1, 30, tzinfo=dt.UTC)
    body = verifier(signer, at).verified(message, f"{ADDRESS}/v2")
    assert number_in(body) == number_in(message)
    forged = message.replace(b"<CertificateNumber>", b"<CertificateNumber>X")
    with pytest.raises(SignatureInvalid):
        verifier(signer, at).verified(forged, f"{ADDRESS}/v2")


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
@pytest.mark.parametrize("prefixes", [("soap",), ("wsse", "soap"), ("soap", "not-declared")])
def test_prefixes_of_every_canonicalisation_are_verified(
    soap: str, prefixes: tuple[str, ...]
) -> None:
    signer = a_signer()
    message = signed(Endpoint().plain(soap), signer, prefixes=prefixes)
    trusting = verifier(signer.certificate, NOW)
    assert number_in(trusting.verified(message, ADDRESS)) == number_in(message)


def test_what_canonical_xml_has_no_form_of_is_refused() -> None:
    signer = a_signer()
    whole = signed(Endpoint().plain(), signer)
    message = whole.replace(b"<CertificateNumber>", b'<CertificateNumber xmlns:r="relative">', 1)
    assert message != whole
    with pytest.raises(SignatureInvalid, match="does not fit"):
        verifier(signer.certificate, NOW).verified(message, ADDRESS)


@pytest.mark.parametrize(
    ("part", "in_its_place"),
    [
        (b"<ds:SignedInfo>", b"<ds:SignedInfo>text"),
        (b"</ds:SignedInfo>", b"\xc2\xa0</ds:SignedInfo>"),
        (b'ecdsa-sha256"/>', b'ecdsa-sha256">7</ds:SignatureMethod>'),
        (b"<ds:SignedInfo>", b'<ds:SignedInfo x="y">'),
        (b"<ds:SignatureMethod ", b'<ds:SignatureMethod xmlns:y="urn:y" y:z="" '),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>!"),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>\xc2\xa0"),
        (b"<ds:DigestValue>", b"<ds:DigestValue>="),
        (b"<ds:KeyInfo>", b"<ds:KeyInfo>?"),
    ],
)
def test_another_form_is_refused_before_the_signature_is_verified(
    part: bytes, in_its_place: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = a_signer()
    whole = signed(Endpoint().plain(), signer)
    message = whole.replace(part, in_its_place, 1)
    assert message != whole
    monkeypatch.setattr("gateway.crypto.ws_security.verify.XMLVerifier", None)
    with pytest.raises(SignatureInvalid, match=r"at \w+\.$"):
        verifier(signer.certificate, NOW).verified(message, ADDRESS)
