"""Class: section 5 encoding. References and arrays are refused, never resolved."""

import pytest

from gateway.soap.names import SOAP_11, SOAP_12
from tests.soap.knock import NUMBER, Door

ENC = "http://schemas.xmlsoap.org/soap/encoding/"
NUMBERED = f"<CertificateNumber>{NUMBER}</CertificateNumber>"


@pytest.mark.parametrize(
    ("number", "beside"),
    [
        ('<CertificateNumber href="#n"/>', f'<multiRef id="n">{NUMBER}</multiRef>'),
        ('<CertificateNumber href="#n">x</CertificateNumber>', ""),
        ('<CertificateNumber href="http://127.0.0.1:9/"/>', ""),
        (f'<CertificateNumber id="n">{NUMBER}</CertificateNumber>', ""),
        (f'<CertificateNumber s:encodingStyle="{ENC}">{NUMBER}</CertificateNumber>', ""),
        (
            f'<CertificateNumber e:arrayType="xs:string[1]" xmlns:e="{ENC}"><item>{NUMBER}</item></CertificateNumber>',
            "",
        ),
        (f'<CertificateNumber xmlns:e="{ENC}" xsi:type="e:Array">{NUMBER}</CertificateNumber>', ""),
        (f'<CertificateNumber xmlns:e="{ENC}" xsi:type="e:string">{NUMBER}</CertificateNumber>', ""),
    ],
)
def test_references_and_arrays_are_refused(door: Door, number: str, beside: str) -> None:
    assert door.post(door.envelope(door.request(number=number) + beside)).refuses("InvalidRequest")
    assert not door.house.asked


@pytest.mark.parametrize("attribute", [' id="r"', ' href="#r"', f' s:encodingStyle="{ENC}"', ' s:encodingStyle=""'])
def test_the_request_itself_is_no_encoded_thing(door: Door, attribute: str) -> None:
    assert door.post(door.envelope(door.request(attributes=attribute))).refuses("InvalidRequest")


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
@pytest.mark.parametrize("place", ["Envelope", "Body"])
@pytest.mark.parametrize("style", [ENC, "", f"{SOAP_12}/encoding/none"])
def test_no_encoding_style_on_the_envelope(door: Door, soap: str, place: str, style: str) -> None:
    sent = door.plain(soap).replace(f"<s:{place}", f'<s:{place} s:encodingStyle="{style}"')
    assert door.post(sent).refuses("InvalidRequest", "literal")
