"""An endpoint that requires signed messages: valid ones, encryption, floods and other headers."""

from copy import deepcopy

import pytest
from lxml import etree

from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.crypto.ws_security.message_forging import signed
from tests.hostile.ws_security.message_wrapping import block, header_of, security_of, soap_of
from tests.hostile.ws_security.secured_endpoint import SecuredEndpoint, good, partner
from tests.soap.endpoint import NUMBER, Answered, Endpoint, the_permit

ENCRYPTED = '<xenc:{0} xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"><xenc:CipherData/></xenc:{0}>'


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_a_signed_request_is_answered(secured: SecuredEndpoint, soap: str) -> None:
    must = 'soap:mustUnderstand="1"'
    media = "text/xml" if soap == SOAP_11 else "application/soap+xml"
    answer: Answered = secured.post(good(soap, attributes=must), content_type=media)
    assert answer.permit("v1") == the_permit("v1")


def test_comments_do_not_cut_a_signed_value(secured: SecuredEndpoint) -> None:
    assert secured.post(good().replace(NUMBER.encode(), b"MZ26<!-- 000666 -->EX000001")).permit(
        "v1"
    )
    assert secured.backend.asked[-1][1] == NUMBER


def test_an_encrypted_message_is_refused_in_clear_words(secured: SecuredEndpoint) -> None:
    secured.refuses(good(beside=ENCRYPTED.format("EncryptedKey")), "AlgorithmRefused")
    body = signed(secured.envelope(ENCRYPTED.format("EncryptedData")), partner())
    secured.refuses(body, "AlgorithmRefused")


def test_a_flood_in_the_header_costs_nothing(secured: SecuredEndpoint) -> None:
    secured.refuses(good(beside="<wsse:A/>" * 500), "SignatureInvalid")
    secured.refuses(
        good(token="<wsse:BinarySecurityToken>" + "A" * 40_000 + "</wsse:BinarySecurityToken>"),
        "MessageTooLarge",
    )
    root = etree.fromstring(good())
    for _ in range(30):
        header_of(root).append(deepcopy(security_of(root)))
    secured.refuses(etree.tostring(root), "MessageTooLarge")


def test_a_mandatory_security_header_is_not_understood_where_none_was_agreed_on() -> None:
    endpoint = Endpoint()
    answer = endpoint.post(good(attributes='soap:mustUnderstand="1"'))
    assert answer.code == "MustUnderstand"
    assert endpoint.backend.asked == []


def test_another_mandatory_header_beside_it_is_not_understood(secured: SecuredEndpoint) -> None:
    root = etree.fromstring(good())
    block(header_of(root)).set(f"{soap_of(root)}mustUnderstand", "1")
    secured.refuses(etree.tostring(root), "MustUnderstand")
