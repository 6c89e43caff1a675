"""mustUnderstand: an unknown mandatory header for us is refused; odd values are never ignored."""

import pytest

from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.soap.endpoint import ADDRESS, Endpoint, the_permit

NEXT_11 = "http://schemas.xmlsoap.org/soap/actor/next"
ROLE = f"{SOAP_12}/role/"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


def block(attributes: str, name: str = "Deal", namespace: str = "urn:example:deal") -> str:
    return f'<t:{name} xmlns:t="{namespace}" {attributes}/>'


MANDATORY = [
    (SOAP_11, 's:mustUnderstand="1"'),
    (SOAP_11, f's:mustUnderstand="1" s:actor="{NEXT_11}"'),
    (SOAP_11, 's:mustUnderstand="1" s:actor=""'),
    (SOAP_11, f's:mustUnderstand=" 1 " s:actor=" {NEXT_11} "'),
    (SOAP_11, f's:mustUnderstand="1" s:actor="{ADDRESS}/v1"'),
    (SOAP_12, 's:mustUnderstand="1"'),
    (SOAP_12, 's:mustUnderstand="true"'),
    (SOAP_12, 's:mustUnderstand=" true "'),
    (SOAP_12, f's:mustUnderstand="true" s:role="{ROLE}next"'),
    (SOAP_12, 's:mustUnderstand="true" s:role=""'),
    (SOAP_12, f's:mustUnderstand="true" s:role="{ROLE}ultimateReceiver"'),
    (SOAP_12, f's:mustUnderstand="1" s:role="{ADDRESS}/v1"'),
]


@pytest.mark.parametrize(("soap", "attributes"), MANDATORY)
@pytest.mark.parametrize("first", ["", block("")], ids=["alone", "second"])
def test_an_unknown_mandatory_header_for_us_stops_the_message(
    endpoint: Endpoint, soap: str, attributes: str, first: str
) -> None:
    answer = endpoint.post(
        endpoint.envelope(endpoint.confirmation(("A", "1")), first + block(attributes), soap)
    )
    assert answer.refuses("MustUnderstand")
    assert answer.side == "MustUnderstand"
    assert not endpoint.backend.asked


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
@pytest.mark.parametrize(
    ("name", "namespace"),
    [
        ("Security", SECURITY),
        ("Action", "http://www.w3.org/2005/08/addressing"),
        ("To", "http://www.w3.org/2005/08/addressing"),
        ("GetNonFinalCitesCertificateRequest", "urn:CitesDataExchange/v1/"),
    ],
)
def test_well_known_headers_are_unknown_here_too(
    endpoint: Endpoint, soap: str, name: str, namespace: str
) -> None:
    header = block('s:mustUnderstand="1"', name, namespace)
    assert endpoint.post(endpoint.envelope(endpoint.request(), header, soap)).refuses(
        "MustUnderstand"
    )


IGNORED = [
    (SOAP_11, ""),
    (SOAP_11, 's:mustUnderstand="0"'),
    (SOAP_11, 's:mustUnderstand="1" s:actor="urn:other"'),
    (SOAP_11, f's:mustUnderstand="1" s:actor="{ADDRESS}/v2"'),
    (SOAP_12, 's:mustUnderstand="false"'),
    (SOAP_12, 's:mustUnderstand="0"'),
    (SOAP_12, f's:mustUnderstand="true" s:role="{ROLE}none"'),
    (SOAP_12, 's:mustUnderstand="1" s:role="urn:other" s:relay="true"'),
]


@pytest.mark.parametrize(("soap", "attributes"), IGNORED)
def test_what_is_optional_or_for_others_is_left_alone(
    endpoint: Endpoint, soap: str, attributes: str
) -> None:
    assert endpoint.post(endpoint.envelope(endpoint.request(), block(attributes), soap)).permit(
        "v1"
    ) == the_permit("v1")


@pytest.mark.parametrize("value", ["", " ", "2", "-1", "01", "TRUE", "yes", "1 1", "٠", "１"])
@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
@pytest.mark.parametrize(
    "actor", ["", ' s:actor="urn:other" s:role="urn:other"'], ids=["us", "others"]
)
def test_odd_values_are_refused_whoever_they_are_for(
    endpoint: Endpoint, soap: str, value: str, actor: str
) -> None:
    sent = endpoint.envelope(endpoint.request(), block(f's:mustUnderstand="{value}"{actor}'), soap)
    assert endpoint.post(sent).refuses("InvalidRequest", "mustUnderstand")


@pytest.mark.parametrize("value", ["true", "false"])
def test_soap_1_1_knows_only_0_and_1(endpoint: Endpoint, value: str) -> None:
    sent = endpoint.envelope(endpoint.request(), block(f's:mustUnderstand="{value}"'))
    assert endpoint.post(sent).refuses("InvalidRequest", "mustUnderstand")


@pytest.mark.parametrize("header", ["<plain/>", "<s:Header/>", "<s:mustUnderstand/>"])
def test_a_block_needs_a_namespace_of_its_own(endpoint: Endpoint, header: str) -> None:
    assert endpoint.post(endpoint.envelope(endpoint.request(), header)).refuses(
        "InvalidRequest", "namespace of its own"
    )


def test_an_optional_signature_is_not_taken_for_a_valid_one(endpoint: Endpoint) -> None:
    header = (
        f'<w:Security xmlns:w="{SECURITY}"><x:Signature'
        ' xmlns:x="http://www.w3.org/2000/09/xmldsig#"/></w:Security>'
    )
    assert endpoint.post(endpoint.envelope(endpoint.request(), header)).permit("v1") == the_permit(
        "v1"
    )
