"""Signers: only a configured key may sign, and a message may name it in three ways."""

import datetime as dt

import pytest

from tests.crypto.ws_security.message_forging import NOW, a_signer, signed
from tests.hostile.ws_security.secured_endpoint import SecuredEndpoint, good, partner, stranger

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
def test_the_key_is_named_in_one_accepted_way(secured: SecuredEndpoint, key_info: str) -> None:
    secured.refuses(good(key_info=key_info), "SignatureInvalid")


@pytest.mark.parametrize(
    "identifier",
    [
        '<wsse:KeyIdentifier ValueType="urn:unknown">AAAA</wsse:KeyIdentifier>',
        "<wsse:KeyIdentifier>AAAA</wsse:KeyIdentifier>",
    ],
)
def test_an_unknown_kind_of_identifier_is_refused(
    secured: SecuredEndpoint, identifier: str
) -> None:
    secured.refuses(good(key_info=REFERENCE.format(identifier), token=""), "SignatureInvalid")


def test_a_strangers_good_signature_is_worth_nothing(secured: SecuredEndpoint) -> None:
    secured.refuses(signed(secured.plain(), stranger()), "SignerNotTrusted")


def test_a_namesake_of_the_signer_is_a_stranger(secured: SecuredEndpoint) -> None:
    namesake = a_signer(serial=partner().certificate.serial_number)
    secured.refuses(signed(secured.plain(), namesake), "SignerNotTrusted")
    serial = (
        "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=signer,C=ZA</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{partner().certificate.serial_number}</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>"
    )
    by_serial = REFERENCE.format(serial)
    secured.refuses(
        signed(secured.plain(), namesake, key_info=by_serial, token=""), "SignatureInvalid"
    )
    assert secured.post(signed(secured.plain(), partner(), key_info=by_serial, token="")).permit(
        "v1"
    )


def test_of_a_trusted_ca_only_the_expected_subject_may_sign(secured: SecuredEndpoint) -> None:
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
def test_a_pinned_certificate_is_in_date_and_for_signatures(
    secured: SecuredEndpoint, bounds: dict[str, object]
) -> None:
    signer = a_signer("other", **bounds)  # type: ignore[arg-type]
    secured.trust(partner(), signer)
    secured.refuses(signed(secured.plain(), signer), "SignerNotTrusted")
