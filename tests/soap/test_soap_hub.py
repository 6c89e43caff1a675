"""Hub flavour: clients of the UNEP-WCMC hub ask here as they ask there, by the same rules."""

import pytest

from gateway.http import HttpRequest, Pending, settled
from gateway.soap.hub.requests import OPERATIONS, snake_case
from tests.soap.endpoint import NUMBER, TOKEN, Endpoint, document
from tests.soap.hub_endpoint import (
    KEY,
    HubEndpoint,
    as_php,
    as_savon,
    as_soap_12,
    lines,
)

ASK = "GetNonFinalCitesCertificate"
VERSIONS = ("v1", "v2")


def content_of(operation: str) -> str:
    if operation == "ServiceState":
        return "<IsoCountryCode>MZ</IsoCountryCode>"
    return KEY + lines(("A", "5")) if operation == "ConfirmQuantities" else KEY


# Answers


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("spelt", [str, snake_case])
def test_the_answer_is_the_envelope_of_the_contract_byte_for_byte(
    version: str, operation: str, spelt
) -> None:
    endpoint, name = HubEndpoint(version), spelt(operation)
    answer = endpoint.post(as_savon(name, content_of(operation)), f'"{name}"')
    literal = Endpoint(version)
    request = f"<v:{operation}Request>{content_of(operation)}</v:{operation}Request>"
    asked = HttpRequest(
        "POST",
        f"/epix/{version}",
        "",
        {"content-type": "text/xml"},
        literal.envelope(request).encode(),
    )
    assert answer.fault is None
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert answer.body == settled(endpoint.literal(asked)).body


@pytest.mark.parametrize("version", VERSIONS)
def test_the_permit_arrives_as_it_was_sealed(version: str) -> None:
    answer = HubEndpoint(version).post(as_savon(ASK), ASK)
    assert document(version) in answer.body


def test_a_message_of_php_with_types_and_encoding_style_is_taken() -> None:
    endpoint = HubEndpoint()
    typed = (
        f'<CertificateNumber xsi:type="xsd:string">{NUMBER}</CertificateNumber>'
        f'<TokenId xsi:type="xsd:string">{TOKEN}</TokenId>'
        '<IsoCountryCode xsi:type="xsd:string">MZ</IsoCountryCode>'
        '<ConfirmedQuantities xsi:type="ns1:WashOut.types.citesPositionsType">'
        '<CitesPosition xsi:type="ns1:CitesPosition"><ID xsi:type="xsd:string">A</ID>'
        '<InspectedUnitQuantity xsi:type="xsd:int">5</InspectedUnitQuantity></CitesPosition>'
        "</ConfirmedQuantities>"
    )
    assert endpoint.post(as_php("ConfirmQuantities", typed)).fault is None
    assert endpoint.backend.booked == [("A", "5")]


@pytest.mark.parametrize(
    "content",
    {
        "any order": f"<IsoCountryCode>MZ</IsoCountryCode><TokenId>{TOKEN}</TokenId>"
        f"<CertificateNumber>{NUMBER}</CertificateNumber>",
        "qualified children": f"<tns:CertificateNumber>{NUMBER}</tns:CertificateNumber>"
        f"<tns:TokenId>{TOKEN}</tns:TokenId><tns:IsoCountryCode>MZ</tns:IsoCountryCode>",
        "no country": f"<CertificateNumber>{NUMBER}</CertificateNumber><TokenId>{TOKEN}</TokenId>",
        "empty country": KEY.replace(">MZ<", "><"),
        "nil country": KEY.replace(
            "<IsoCountryCode>MZ</IsoCountryCode>", '<IsoCountryCode xsi:nil="true"/>'
        ),
    }.values(),
)
def test_order_qualification_and_absent_values_are_those_of_the_hub(content: str) -> None:
    endpoint = HubEndpoint()
    assert endpoint.post(as_savon(ASK, content), ASK).fault is None
    assert endpoint.backend.asked[0][1:3] == (NUMBER, TOKEN)


@pytest.mark.parametrize("token", ["", "<TokenId/>", '<TokenId xsi:nil="1"></TokenId>'])
def test_no_token_is_absent_empty_or_nil(token: str) -> None:
    endpoint = HubEndpoint()
    content = f"<CertificateNumber>{NUMBER}</CertificateNumber>{token}"
    assert endpoint.post(as_savon(ASK, content), ASK).copied_fault == (
        "soap:Client",
        "CertificateNotFound",
    )
    assert endpoint.backend.asked == [(ASK, NUMBER, None, None)]


def test_an_answer_is_never_a_package() -> None:
    pending = HubEndpoint().pending(as_savon(ASK), ASK, accept="multipart/related")
    assert dict(settled(pending).headers)["Content-Type"] == "application/xml; charset=utf-8"


# Action


@pytest.mark.parametrize(
    "action",
    [
        None,
        "",
        '""',
        ASK,
        f'"{ASK}"',
        "get_non_final_cites_certificate",
        f"urn:CitesDataExchange{ASK}",
        f'"urn:CitesDataExchange/{ASK}"',
        f'"urn:CitesDataExchange#{ASK}"',
    ],
)
def test_the_action_is_the_operation_with_or_without_the_namespace_or_nothing(
    action: str | None,
) -> None:
    assert HubEndpoint().post(as_savon(ASK), action).fault is None


@pytest.mark.parametrize(
    "action", [f"urn:{ASK}", f"{ASK}Request", "ServiceState", "urn:CitesDataExchange/v1/" + ASK]
)
def test_another_action_is_refused_in_the_words_of_the_hub(action: str) -> None:
    endpoint = HubEndpoint()
    answer = endpoint.post(as_savon(ASK), f'"{action}"')
    assert answer.own_fault == ("Server", f"Cannot find SOAP action mapping for {action}")
    assert not endpoint.backend.asked


def test_an_action_is_repeated_only_where_it_is_short_and_visible() -> None:
    for action in ("x" * 81, "a b", "\u202eb"):
        assert HubEndpoint().post(as_savon(ASK), action).own_fault == (
            "Server",
            "Cannot find SOAP action mapping for this action",
        )


# Requests that are refused


@pytest.mark.parametrize(
    "message",
    {
        "a request of v1": as_savon(f"{ASK}Request", namespace="urn:CitesDataExchange/v1/"),
        "another namespace": as_savon(ASK, namespace="urn:WashOut"),
        "an operation that the hub lacks": as_savon("GetFinalCertificate"),
        "no number": as_savon(ASK, f"<TokenId>{TOKEN}</TokenId>"),
        "an unknown parameter": as_savon(ASK, f"{KEY}<Language>en</Language>"),
        "a parameter twice": as_savon(ASK, f"{KEY}<TokenId>x</TokenId>"),
        "text between elements": as_savon(ASK, f"{KEY}<TokenId/>x"),
        "not XML": as_savon(ASK)[:-10],
        "a reference": as_php(ASK, f"{KEY.replace('<TokenId>', '<TokenId href=&quot;#a&quot;>')}"),
        "a multi-reference": as_php(ASK, KEY.replace("<TokenId>", '<TokenId id="ref1">')),
        "nil with a value": as_savon(ASK, KEY.replace("<TokenId>", '<TokenId xsi:nil="true">')),
    }.values(),
)
def test_what_is_against_the_flavour_is_an_invalid_request(message: str) -> None:
    endpoint = HubEndpoint()
    assert endpoint.post(message).own_fault == ("Server", "Invalid Request")
    assert not endpoint.backend.asked
    assert endpoint.backend.journal[-1].outcome == "InvalidRequest"


def test_soap_12_is_not_of_the_hub() -> None:
    answer = HubEndpoint().post(as_soap_12(as_savon(ASK)), media="application/soap+xml")
    assert answer.own_fault == ("VersionMismatch", "VersionMismatch")


def test_another_media_type_is_415_and_a_fault_of_the_hub() -> None:
    answer = HubEndpoint().post(as_savon(ASK), media="application/json")
    assert (answer.status, answer.fault) == (415, ("Server", "Invalid Request"))


# Quantities


def test_a_decimal_quantity_counts_whole() -> None:
    endpoint = HubEndpoint()
    message = as_savon("ConfirmQuantities", KEY + lines(("A", "2"), ("B", "3")))
    assert endpoint.post(message).fault is None
    decimal = as_savon("ConfirmQuantities", KEY + lines(("A", "2.5")))
    # Of skins only whole numbers: 2.5 is refused, and never cut to 2.
    assert endpoint.post(decimal).copied_fault == ("soap:Client", "QuantityInvalid")
    assert endpoint.backend.booked == [("A", "2"), ("B", "3")]
    assert endpoint.backend.asked[-1][-1][0].amount == "2.5"


@pytest.mark.parametrize(
    "more",
    [
        "",
        "<ConfirmedQuantities/>",
        '<ConfirmedQuantities xsi:nil="true"/>',
        lines(),
        f"{lines(('A', '5'))[:-22]}<CitesPosition/></ConfirmedQuantities>",
    ],
)
def test_a_confirmation_whose_quantities_were_dropped_is_refused(more: str) -> None:
    endpoint = HubEndpoint()
    answer = endpoint.post(as_savon("ConfirmQuantities", KEY + more), "ConfirmQuantities")
    assert answer.own_fault == ("Server", "Invalid Request")
    assert not endpoint.backend.booked


def test_an_empty_quantity_names_its_line() -> None:
    endpoint = HubEndpoint()
    message = as_savon("ConfirmQuantities", KEY + lines(("A", "5"), ("B", "")))
    assert endpoint.post(message).copied_fault == ("soap:Client", "QuantityInvalid")
    assert not endpoint.backend.booked


def test_an_array_of_section_5_is_refused() -> None:
    item = "<item><ID>A</ID><InspectedUnitQuantity>5</InspectedUnitQuantity></item>"
    array = (
        '<ConfirmedQuantities SOAP-ENC:arrayType="ns1:CitesPosition[1]" xsi:type="SOAP-ENC:Array">'
        f"{item}</ConfirmedQuantities>"
    )
    for content in (array, array.replace(' SOAP-ENC:arrayType="ns1:CitesPosition[1]"', "")):
        answer = HubEndpoint().post(as_php("ConfirmQuantities", KEY + content))
        assert answer.own_fault == ("Server", "Invalid Request")


def test_an_id_with_white_space_is_refused_in_the_words_of_the_hub() -> None:
    answer = HubEndpoint().post(as_savon("ConfirmQuantities", KEY + lines(("A B", "5"))))
    assert answer.own_fault == ("Client", "XML structure is not valid. ID must be a token")


# The same rules as at the other addresses


def test_a_refused_look_up_waits_for_its_time_slot_and_is_journalled() -> None:
    endpoint = HubEndpoint()
    pending = endpoint.pending(as_savon(ASK, KEY.replace(TOKEN, "WRONG")), ASK)
    assert isinstance(pending, Pending), "it leaves before its journal record"
    assert settled(pending).not_before is not None
    (kept,) = endpoint.backend.journal
    assert (kept.operation, kept.caller, kept.outcome) == (ASK, "za", "CertificateNotFound")
    assert kept.permit_number is None


def test_a_message_of_known_structure_is_checked_like_the_first() -> None:
    endpoint = HubEndpoint()
    for _ in range(2):
        assert endpoint.post(as_savon(ASK), ASK).fault is None
        wrong = as_savon("ConfirmQuantities", KEY + lines(("A", "5")))
        assert endpoint.post(wrong, ASK).own_fault is not None


def test_without_a_journal_nothing_leaves_but_a_fault() -> None:
    endpoint = HubEndpoint()
    endpoint.backend.journal_fails = True
    assert endpoint.post(as_savon(ASK), ASK).copied_fault == ("soap:Server", "ServiceUnavailable")


# WSDL


def test_the_wsdl_is_served_with_the_configured_address() -> None:
    served = HubEndpoint().get("wsdl")
    assert served.status == 200
    assert served.body.count(b'location="https://permits.example/epix/hub"') == 2
