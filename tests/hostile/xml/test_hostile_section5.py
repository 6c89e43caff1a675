"""Class: section 5 encoding. References and arrays are refused, never resolved."""

import pytest

from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.soap.endpoint import NUMBER, Endpoint

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
            (
                '<CertificateNumber e:arrayType="xs:string[1]"'
                f' xmlns:e="{ENC}"><item>{NUMBER}</item></CertificateNumber>'
            ),
            "",
        ),
        (f'<CertificateNumber xmlns:e="{ENC}" xsi:type="e:Array">{NUMBER}</CertificateNumber>', ""),
        (
            f'<CertificateNumber xmlns:e="{ENC}" xsi:type="e:string">{NUMBER}</CertificateNumber>',
            "",
        ),
    ],
)
def test_references_and_arrays_are_refused(endpoint: Endpoint, number: str, beside: str) -> None:
    assert endpoint.post(endpoint.envelope(endpoint.request(number=number) + beside)).refuses(
        "InvalidRequest"
    )
    assert not endpoint.backend.asked


@pytest.mark.parametrize(
    "attribute", [' id="r"', ' href="#r"', f' s:encodingStyle="{ENC}"', ' s:encodingStyle=""']
)
def test_the_request_itself_is_no_encoded_thing(endpoint: Endpoint, attribute: str) -> None:
    assert endpoint.post(endpoint.envelope(endpoint.request(attributes=attribute))).refuses(
        "InvalidRequest"
    )


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
@pytest.mark.parametrize("place", ["Envelope", "Body"])
@pytest.mark.parametrize("style", [ENC, "", f"{SOAP_12}/encoding/none"])
def test_no_encoding_style_on_the_envelope(
    endpoint: Endpoint, soap: str, place: str, style: str
) -> None:
    sent = endpoint.plain(soap).replace(f"<s:{place}", f'<s:{place} s:encodingStyle="{style}"')
    assert endpoint.post(sent).refuses("InvalidRequest", "literal")
