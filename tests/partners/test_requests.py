"""Requests leave exactly as the contract spells them (wire contract, section 3)."""

import threading
from collections.abc import Callable

import pytest
from lxml import etree

import wsdl
from gateway.dialects import Carries
from gateway.domain.errors import InvalidRequest, QuantityInvalid
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import OperationName
from gateway.partners.messages import RequestWriter
from tests.partners.partner_cases import NUMBER, TOKEN, profile

ENVELOPE = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
every_version = pytest.mark.parametrize("version", ["v1", "v2"])
every_soap = pytest.mark.parametrize("soap", ["1.1", "1.2"])


def request_of(body: bytes) -> etree._Element:
    (request,) = etree.fromstring(body)[0]
    return request


def plain(request: etree._Element) -> list[tuple[str, str | None]]:
    return [(child.tag, child.text) for child in request]


def assert_of_the_contract(request: etree._Element, version: str) -> None:
    definitions = etree.parse(wsdl.directory() / f"epix-{version}.wsdl")
    schema = etree.XMLSchema(definitions.find(".//{http://www.w3.org/2001/XMLSchema}schema"))
    assert schema.validate(request), schema.error_log


@every_soap
@every_version
def test_the_wrapper_is_qualified_and_the_children_are_plain(
    asking: Callable, version: str, soap: str
) -> None:
    client, partner = asking("partner_v2_permit.xml", version=version, soap=soap)
    client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    (asked,) = partner.asked
    envelope = etree.fromstring(asked.body)
    request = request_of(asked.body)
    assert envelope.tag == f"{{{ENVELOPE[soap]}}}Envelope"
    assert request.tag == f"{{urn:CitesDataExchange/{version}/}}GetNonFinalCitesCertificateRequest"
    assert plain(request) == [
        ("CertificateNumber", NUMBER.text),
        ("TokenId", TOKEN.text),
        ("IsoCountryCode", "ZA"),
    ]
    assert_of_the_contract(request, version)


def test_soap_11_names_the_action_in_a_quoted_header(asking: Callable) -> None:
    client, partner = asking("partner_v2_permit.xml")
    client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    headers = partner.asked[0].headers
    assert headers["SOAPAction"] == '"urn:GetNonFinalCitesCertificate"'
    assert headers["Content-Type"] == "text/xml; charset=utf-8"


def test_soap_12_names_the_action_in_the_media_type_alone(asking: Callable) -> None:
    client, partner = asking("partner_v2_permit_soap12.xml", soap="1.2")
    client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    headers = partner.asked[0].headers
    assert headers["Content-Type"] == (
        'application/soap+xml; charset=utf-8; action="urn:GetNonFinalCitesCertificate"'
    )
    assert "SOAPAction" not in headers


def test_nothing_is_sent_that_a_partner_need_not_know(asking: Callable) -> None:
    client, partner = asking("partner_v2_permit.xml")
    client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    headers = partner.asked[0].headers
    assert headers["Accept-Encoding"] == "identity"
    assert headers["User-Agent"] == "epix-gateway"
    assert not {"Cookie", "Authorization", "X-Forwarded-For"} & set(headers)
    assert TOKEN.text not in str(headers) + partner.asked[0].path


def test_without_a_token_the_element_is_absent(asking: Callable) -> None:
    client, partner = asking("partner_v2_permit.xml")
    client.certificate(OperationName.GET_NON_FINAL, NUMBER, None)
    assert plain(request_of(partner.asked[0].body)) == [
        ("CertificateNumber", NUMBER.text),
        ("IsoCountryCode", "ZA"),
    ]


def test_a_partner_that_wants_no_country_gets_none(asking: Callable) -> None:
    client, partner = asking("partner_v2_permit.xml", send_country=False)
    client.certificate(OperationName.GET_NON_FINAL, NUMBER, None)
    assert plain(request_of(partner.asked[0].body)) == [("CertificateNumber", NUMBER.text)]


@pytest.mark.parametrize("operation", [OperationName.GET_FINAL, OperationName.GET_FINAL_AS_THE_HUB])
@pytest.mark.parametrize("name", ["GetFinalCertificate", "GetFinalCitesCertificate"])
def test_the_final_certificate_is_asked_for_under_the_partners_own_name(
    asking: Callable, operation: OperationName, name: str
) -> None:
    client, partner = asking("partner_v2_final.xml", final_operation=name)
    client.certificate(operation, NUMBER, TOKEN)
    assert etree.QName(request_of(partner.asked[0].body)).localname == f"{name}Request"
    assert partner.asked[0].headers["SOAPAction"] == f'"urn:{name}"'


@every_version
def test_the_state_is_asked_with_the_country_or_with_nothing(
    asking: Callable, version: str
) -> None:
    client, partner = asking("partner_state.xml", version=version)
    client.state()
    assert plain(request_of(partner.asked[0].body)) == [("IsoCountryCode", "ZA")]
    silent, other = asking("partner_state.xml", version=version, send_country=False)
    silent.state()
    assert plain(request_of(other.asked[0].body)) == []


@every_version
@pytest.mark.parametrize(
    ("amount", "on_the_wire"),
    [
        ("5", "5"),
        ("5.0", "5"),
        ("12.5", "12.5"),
        ("12.50", "12.50"),
        (" 0.25 ", "0.25"),
        ("0", "0"),
        ("100.", "100"),
    ],
)
def test_quantities_go_out_as_given_and_without_a_point_where_whole(
    asking: Callable, version: str, amount: str, on_the_wire: str
) -> None:
    client, partner = asking("partner_confirmed.xml", version=version)
    client.confirm(NUMBER, TOKEN, [SeenQuantity("A", amount), SeenQuantity("B", "3")])
    request = request_of(partner.asked[0].body)
    assert [child.tag for child in request] == [
        "CertificateNumber",
        "TokenId",
        "IsoCountryCode",
        "ConfirmedQuantities",
    ]
    assert [plain(line) for line in request[3]] == [
        [("ID", "A"), ("InspectedUnitQuantity", on_the_wire)],
        [("ID", "B"), ("InspectedUnitQuantity", "3")],
    ]
    assert_of_the_contract(request, version)


@pytest.mark.parametrize("amount", ["", "five", "1e3", "-1", "NaN", "1,5", "٣"])
def test_what_is_no_quantity_is_never_sent(asking: Callable, amount: str) -> None:
    client, partner = asking("partner_confirmed.xml")
    with pytest.raises(QuantityInvalid) as refused:
        client.confirm(NUMBER, TOKEN, [SeenQuantity("B", amount)])
    assert (refused.value.position, refused.value.box) == ("B", "14")
    assert partner.asked == []


def test_a_confirmation_without_lines_is_never_sent(asking: Callable) -> None:
    client, partner = asking("partner_confirmed.xml")
    with pytest.raises(InvalidRequest):
        client.confirm(NUMBER, TOKEN, [])
    assert partner.asked == []


def test_a_partner_may_have_a_service_namespace_of_its_own() -> None:
    there = profile("http://127.0.0.1:1/", service_namespace="urn:CitesDataExchange/v1")
    message = RequestWriter(there).request(
        OperationName.GET_NON_FINAL, {Carries.NUMBER: NUMBER.text}
    )
    request = request_of(message.body)
    assert request.tag == "{urn:CitesDataExchange/v1}GetNonFinalCitesCertificateRequest"
    assert plain(request) == [("CertificateNumber", NUMBER.text)]
    assert b"urn:CitesDataExchange/v2/" not in message.body


def test_many_threads_write_requests_at_once_without_mixing_them() -> None:
    writer = RequestWriter(profile("http://127.0.0.1:1/"))
    wrong: list[str] = []

    def write(number: str) -> None:
        for _ in range(50):
            values = {Carries.NUMBER: number}
            body = writer.request(OperationName.GET_NON_FINAL, values).body
            if plain(request_of(body)) != [("CertificateNumber", number)]:
                wrong.append(number)

    threads = [threading.Thread(target=write, args=(f"ZA26EX{n:06}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_no_wsdl_is_ever_fetched(asking: Callable) -> None:
    client, partner = asking("partner_state.xml")
    client.state()
    assert [asked.path for asked in partner.asked] == ["/epix/v2"]
