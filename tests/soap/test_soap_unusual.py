"""Valid but unusual requests get the same permit as the plain one."""

from pathlib import Path

import pytest

from tests.soap.endpoint import COUNTRY, DOCUMENTS, NUMBER, TOKEN, Endpoint, the_permit

UNUSUAL = sorted((DOCUMENTS / "envelopes").glob("request_*.xml"))
CHARSETS = [
    "",
    "; charset=utf-8",
    ";charset=UTF-8",
    '; charset="utf-8"',
    "; CHARSET=Utf8",
    "; charset=UTF_8 ",
]


@pytest.mark.parametrize("path", UNUSUAL, ids=lambda path: path.stem)
def test_an_unusual_envelope_is_read_as_the_plain_one(endpoint: Endpoint, path: Path) -> None:
    media = "application/soap+xml" if "soap12" in path.stem else "text/xml"
    assert endpoint.post(path.read_bytes(), media).permit("v1") == the_permit("v1")
    assert endpoint.backend.asked[0][1:3] == (NUMBER, TOKEN)
    assert endpoint.backend.asked[0][3] in (COUNTRY, None)


def test_there_are_unusual_envelopes() -> None:
    assert len(UNUSUAL) >= 9


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["bare", "marked"])
@pytest.mark.parametrize("charset", CHARSETS)
def test_utf8_with_and_without_mark_in_any_spelling(
    endpoint: Endpoint, mark: bytes, charset: str
) -> None:
    sent = mark + b'<?xml version="1.0" encoding="utf-8"?>' + endpoint.plain().encode()
    assert endpoint.post(sent, f"text/xml{charset}").permit("v1") == the_permit("v1")


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("charset", ["", "; charset=utf-16", "; charset=UTF-16"])
@pytest.mark.parametrize(
    "declaration", ["", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-16"?>']
)
def test_utf16_with_its_mark(
    endpoint: Endpoint, order: str, charset: str, declaration: str
) -> None:
    sent = f"\ufeff{declaration}{endpoint.plain()}".encode(f"utf-16-{order}")
    assert endpoint.post(sent, f"text/xml{charset}").permit("v1") == the_permit("v1")


@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("", "ISO-8859-1"),
        ("; charset=iso-8859-1", ""),
        ("; charset=latin1", "ISO-8859-1"),
        ("", "us-ascii"),
        ("; charset=US-ASCII", ""),
    ],
)
def test_latin_1_and_ascii_where_they_are_declared(
    endpoint: Endpoint, charset: str, declared: str
) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    assert endpoint.post(f"{declaration}{endpoint.plain()}", f"text/xml{charset}").permit(
        "v1"
    ) == the_permit("v1")


def test_a_latin_1_value_arrives_as_it_was_meant(endpoint: Endpoint) -> None:
    sent = endpoint.envelope(
        endpoint.request(number="<CertificateNumber>GENÈVE</CertificateNumber>")
    )
    endpoint.post(
        f'<?xml version="1.0" encoding="ISO-8859-1"?>{sent}'.encode("latin-1"), "text/xml"
    )
    assert endpoint.backend.asked[0][1] == "GENÈVE"


ACTIONS = [
    '"urn:GetNonFinalCitesCertificate"',
    "urn:GetNonFinalCitesCertificate",
    '"GetNonFinalCitesCertificate"',
    "GetNonFinalCitesCertificate",
    '""',
    "",
    ' "urn:GetNonFinalCitesCertificate" ',
    "urn:CitesDataExchange/v1//Epix/GetNonFinalCitesCertificate",
    '"urn:CitesDataExchange/v1//Epix/GetNonFinalCitesCertificateRequest"',
    "urn:CitesDataExchange/v1/GetNonFinalCitesCertificate",
    "urn:CitesDataExchange/v1/#GetNonFinalCitesCertificate",
    "urn:getnonfinalcitescertificate",
    '"http://tempuri.org/IEpix/Process"',
    "urn:urn:GetNonFinalCitesCertificate",
    '"urn:GetNonFinalCitesCertificate',
    '"',
    "*",
    "x" * 9000,
]


@pytest.mark.parametrize("action", ACTIONS)
def test_every_form_of_soap_action(endpoint: Endpoint, action: str) -> None:
    assert endpoint.post(endpoint.plain(), soapaction=action).permit("v1") == the_permit("v1")


@pytest.mark.parametrize(
    "parameter",
    [
        'action="urn:GetNonFinalCitesCertificate"',
        'action="GetNonFinalCitesCertificate"',
        'action=""',
        'action="urn:CitesDataExchange/v1//Epix/GetNonFinalCitesCertificate"',
        "action=urn:GetNonFinalCitesCertificate",
        "Action=urn:CitesDataExchange/v1//Epix/GetNonFinalCitesCertificateRequest; x=y",
        "action=http://tempuri.org/IEpix/Process",
    ],
)
def test_the_action_parameter_of_soap_1_2(endpoint: Endpoint, parameter: str) -> None:
    sent = endpoint.plain("http://www.w3.org/2003/05/soap-envelope")
    answer = endpoint.post(sent, f"application/soap+xml; charset=utf-8; {parameter}")
    assert answer.permit("v1") == the_permit("v1")


@pytest.mark.parametrize("media", ["text/xml", "TEXT/XML", "application/soap+xml"])
@pytest.mark.parametrize(
    "soap", ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"]
)
def test_the_envelope_alone_says_which_soap_it_is(
    endpoint: Endpoint, media: str, soap: str
) -> None:
    answer = endpoint.post(endpoint.plain(soap), media)
    assert answer.permit("v1") == the_permit("v1")
    assert answer.soap == soap
