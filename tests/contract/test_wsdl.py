"""Do the published WSDLs say what partners speak, and can clients old and new use them?"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import zeep
from lxml import etree

import schemas
import wsdl

VERSIONS = {"v1": "CBFShip", "v2": "CITESEPermit"}
DOCUMENT = {
    "v1": "urn:un:unece:uncefact:data:draft:CBFShip:1",
    "v2": "urn:un:unece:uncefact:data:standard:CITESEPermit:2",
}
RAM = "urn:un:unece:uncefact:data:draft:ReusableAggregateBusinessInformationEntity:1"
FAULT = "urn:CitesDataExchange/fault/"
XSD = "{http://www.w3.org/2001/XMLSchema}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
CERTIFICATE_OPERATIONS = ["GetNonFinalCitesCertificate", "GetFinalCitesCertificate", "GetFinalCertificate"]
OPERATIONS = [*CERTIFICATE_OPERATIONS, "ConfirmQuantities", "ServiceState"]
PORTS = ["EpixSoap11", "EpixSoap12"]
ENVELOPE = {
    "EpixSoap11": "http://schemas.xmlsoap.org/soap/envelope/",
    "EpixSoap12": "http://www.w3.org/2003/05/soap-envelope",
}
POSITIONS = {"CitesPosition": [{"ID": "A", "InspectedUnitQuantity": Decimal("12.5")}]}

every_version = pytest.mark.parametrize("version", VERSIONS)


def service(version: str) -> str:
    return f"urn:CitesDataExchange/{version}/"


def definitions(version: str) -> etree._Element:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    return etree.parse(wsdl.directory() / f"epix-{version}.wsdl", parser).getroot()


def request_schema(version: str) -> etree.XMLSchema:
    """As the door gets it: out of the WSDL as it stands, imports from disk."""
    schema = definitions(version).find(f"{WSDL}types/{XSD}schema")
    assert schema is not None
    return etree.XMLSchema(schema)


class Sent(Exception):
    """A zeep client was about to send this."""

    def __init__(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> None:
        self.address, self.envelope, self.headers = address, envelope, headers


class DiskOnly(zeep.Transport):
    """Loads files, never addresses; shows what would be sent instead of sending it."""

    def load(self, url: str) -> bytes:
        assert "://" not in url or url.startswith("file:"), f"{url} is not on this disk"
        return super().load(url)

    def post_xml(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> Any:
        raise Sent(address, envelope, headers)


def client(version: str, port: str = "EpixSoap11") -> zeep.Client:
    path = wsdl.directory() / f"epix-{version}.wsdl"
    settings = zeep.Settings(strict=True, forbid_entities=True, forbid_external=True)
    return zeep.Client(str(path), port_name=port, transport=DiskOnly(), settings=settings)


def sent(version: str, port: str, operation: str, **values: Any) -> Sent:
    with pytest.raises(Sent) as caught:
        getattr(client(version, port).service, operation)(**values)
    return caught.value


@dataclass
class Message:
    """A message body under construction: children unqualified unless a name says otherwise."""

    name: str
    root: etree._Element = field(init=False)

    def __post_init__(self) -> None:
        self.root = etree.Element(self.name)

    def add(self, name: str, text: str | None = None, parent: etree._Element | None = None) -> etree._Element:
        child = etree.SubElement(self.root if parent is None else parent, name)
        child.text = text
        return child


def certificate_request(version: str, operation: str = "GetNonFinalCitesCertificate") -> Message:
    message = Message(f"{{{service(version)}}}{operation}Request")
    message.add("CertificateNumber", "MZ26EX000001")
    return message


def confirmation(version: str, position: str = "A", quantity: str = "12.5") -> Message:
    message = certificate_request(version, "ConfirmQuantities")
    line = message.add("CitesPosition", parent=message.add("ConfirmedQuantities"))
    message.add("ID", position, line)
    message.add("InspectedUnitQuantity", quantity, line)
    return message


# The published names


@every_version
def test_zeep_loads_five_operations_on_two_ports_strictly_and_from_disk_alone(version: str) -> None:
    (published,) = client(version).wsdl.services.values()
    assert published.name == "EpixService"
    assert list(published.ports) == PORTS
    for port in published.ports.values():
        assert sorted(port.binding._operations) == sorted(OPERATIONS)


@every_version
def test_both_ports_share_one_address(version: str) -> None:
    places = definitions(version).xpath("//*[local-name()='address']/@location")
    assert places == [f"http://127.0.0.1:8080/epix/{version}"] * 2


def test_the_two_contracts_differ_in_nothing_but_their_document() -> None:
    def text(version: str) -> str:
        return (wsdl.directory() / f"epix-{version}.wsdl").read_text(encoding="utf-8")

    as_second = text("v1").replace(DOCUMENT["v1"], DOCUMENT["v2"]).replace("CBFShip", "CITESEPermit")
    as_second = as_second.replace("v1", "v2").replace("EpixV1", "EpixV2")
    as_second = as_second.replace("toolkit 1.0", "toolkit 2.0").replace('" version="1">', '" version="2">')
    assert as_second == text("v2")


@every_version
def test_the_alias_has_messages_of_its_own_and_the_same_types(version: str) -> None:
    schema = definitions(version).find(f"{WSDL}types/{XSD}schema")
    assert schema is not None
    types = {element.get("name"): element.get("type") for element in schema.findall(f"{XSD}element")}
    for kind in ("Request", "Response"):
        assert types[f"GetFinalCertificate{kind}"] == types[f"GetFinalCitesCertificate{kind}"]


# What an old Savon client needs


@every_version
def test_the_first_schema_is_the_service_schema_with_unqualified_children(version: str) -> None:
    first = definitions(version).find(f"{WSDL}types")
    assert first is not None
    (schema,) = first.findall("*")
    assert schema.tag == f"{XSD}schema"
    assert (schema.get("targetNamespace"), schema.get("elementFormDefault")) == (service(version), "unqualified")


@every_version
def test_the_wsdl_has_the_namespace_of_its_service_schema(version: str) -> None:
    assert definitions(version).get("targetNamespace") == service(version)


@every_version
def test_the_permit_is_a_local_element_of_a_type_and_never_a_reference(version: str) -> None:
    root = definitions(version)
    (permit,) = root.findall(f".//{XSD}element[@name='{VERSIONS[version]}']")
    assert permit.get("type") == f"rsm:{VERSIONS[version]}Type"
    assert root.findall(f".//{XSD}element[@ref]") == []


@every_version
def test_the_service_schema_stands_on_its_own_when_cut_out_of_the_wsdl(version: str) -> None:
    schema = definitions(version).find(f"{WSDL}types/{XSD}schema")
    assert schema is not None
    cut = etree.fromstring(etree.tostring(schema), base_url=(wsdl.directory() / f"epix-{version}.wsdl").as_uri())
    assert etree.XMLSchema(cut).validate(certificate_request(version).root)


# Requests on the wire


@every_version
@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("operation", CERTIFICATE_OPERATIONS)
def test_a_request_is_qualified_and_its_parameters_are_not(version: str, port: str, operation: str) -> None:
    message = sent(version, port, operation, CertificateNumber="XA000000", TokenId="abc", IsoCountryCode="CH")
    (body,) = message.envelope
    (request,) = body
    assert body.tag == f"{{{ENVELOPE[port]}}}Body"
    assert request.tag == f"{{{service(version)}}}{operation}Request"
    assert [(child.tag, child.text) for child in request] == [
        ("CertificateNumber", "XA000000"),
        ("TokenId", "abc"),
        ("IsoCountryCode", "CH"),
    ]
    assert request_schema(version).validate(request)


@every_version
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_action_is_urn_and_operation_quoted_in_a_header_or_in_the_media_type(version: str, operation: str) -> None:
    values: dict[str, Any] = {} if operation == "ServiceState" else {"CertificateNumber": "XA000000"}
    if operation == "ConfirmQuantities":
        values["ConfirmedQuantities"] = POSITIONS
    old = sent(version, "EpixSoap11", operation, **values).headers
    new = sent(version, "EpixSoap12", operation, **values).headers["Content-Type"]
    assert old == {"SOAPAction": f'"urn:{operation}"', "Content-Type": "text/xml; charset=utf-8"}
    assert new == f'application/soap+xml; charset=utf-8; action="urn:{operation}"'


@every_version
@pytest.mark.parametrize("port", PORTS)
def test_a_confirmation_carries_letter_and_decimal_of_every_line(version: str, port: str) -> None:
    message = sent(version, port, "ConfirmQuantities", CertificateNumber="XA000000", ConfirmedQuantities=POSITIONS)
    request = message.envelope[0][0]
    (position,) = request.findall("ConfirmedQuantities/CitesPosition")
    assert [(child.tag, child.text) for child in position] == [("ID", "A"), ("InspectedUnitQuantity", "12.5")]
    assert request_schema(version).validate(request)


# What a request may and may not be


@every_version
@pytest.mark.parametrize("no_token", ["absent", "empty", "nil"])
def test_no_token_may_be_absent_empty_or_nil(version: str, no_token: str) -> None:
    request = certificate_request(version)
    if no_token != "absent":
        token = request.add("TokenId")
        if no_token == "nil":
            token.set(f"{XSI}nil", "true")
    assert request_schema(version).validate(request.root)


@every_version
def test_the_state_may_be_asked_with_and_without_a_country(version: str) -> None:
    request = Message(f"{{{service(version)}}}ServiceStateRequest")
    assert request_schema(version).validate(request.root)
    request.add("IsoCountryCode", "MZ")
    assert request_schema(version).validate(request.root)


@every_version
def test_a_confirmation_without_quantities_is_refused(version: str) -> None:
    request = certificate_request(version, "ConfirmQuantities")
    assert not request_schema(version).validate(request.root)
    request.add("ConfirmedQuantities")
    assert not request_schema(version).validate(request.root)


@every_version
@pytest.mark.parametrize("quantity", ["12", "12.5", "0"])
def test_a_quantity_is_a_decimal(version: str, quantity: str) -> None:
    assert request_schema(version).validate(confirmation(version, quantity=quantity).root)


@every_version
@pytest.mark.parametrize("quantity", ["", "1e3", "12,5", "NaN", "five", "٣"])
def test_a_quantity_that_is_no_decimal_is_refused(version: str, quantity: str) -> None:
    assert not request_schema(version).validate(confirmation(version, quantity=quantity).root)


@every_version
@pytest.mark.parametrize("position", ["", " ", "A B", "A\tB"])
def test_a_position_with_white_space_inside_or_nothing_in_it_is_refused(version: str, position: str) -> None:
    assert request_schema(version).validate(confirmation(version).root)
    assert not request_schema(version).validate(confirmation(version, position).root)


def qualified_child(request: Message) -> None:
    request.root[0].tag = f"{{{service('v1')}}}CertificateNumber"


def unknown_child(request: Message) -> None:
    request.add("Surprise")


def repeated_child(request: Message) -> None:
    request.add("CertificateNumber", "MZ26EX000002")


def number_missing(request: Message) -> None:
    request.root.remove(request.root[0])


def number_nil(request: Message) -> None:
    request.root[0].text = None
    request.root[0].set(f"{XSI}nil", "true")


def country_before_number(request: Message) -> None:
    request.root.insert(0, request.add("IsoCountryCode", "MZ"))


@every_version
@pytest.mark.parametrize(
    "spoil", [qualified_child, unknown_child, repeated_child, number_missing, number_nil, country_before_number]
)
def test_a_request_off_the_contract_is_refused(version: str, spoil: Callable[[Message], None]) -> None:
    request = certificate_request(version)
    assert request_schema(version).validate(request.root)
    spoil(request)
    assert not request_schema(version).validate(request.root)


# Answers


@every_version
@pytest.mark.parametrize("operation", ["ConfirmQuantities", "ServiceState"])
def test_an_answer_without_content_is_valid_for_partners_that_want_it_so(version: str, operation: str) -> None:
    assert request_schema(version).validate(Message(f"{{{service(version)}}}{operation}Response").root)


@every_version
@pytest.mark.parametrize(
    ("operation", "state", "valid"),
    [
        ("ConfirmQuantities", "CONFIRMED", True),
        ("ConfirmQuantities", "ALREADY_CONFIRMED", True),
        ("ConfirmQuantities", "OK", False),
        ("ServiceState", "OK", True),
        ("ServiceState", "DEGRADED", True),
        ("ServiceState", "UNAVAILABLE", True),
        ("ServiceState", "CONFIRMED", False),
    ],
)
def test_a_state_is_one_of_the_published_words(version: str, operation: str, state: str, valid: bool) -> None:
    answer = Message(f"{{{service(version)}}}{operation}Response")
    answer.add("State", state)
    assert request_schema(version).validate(answer.root) is valid


@every_version
def test_a_typed_client_writes_and_reads_a_permit_with_real_types(version: str) -> None:
    zeep_client = client(version)
    issued = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    kind = {"_value_1": 500, "unitCode": "KGM"}
    answer = zeep_client.get_element(f"{{{service(version)}}}GetFinalCertificateResponse")
    document = {
        "SpecifiedExchangedDocumentContext": {},
        "HeaderExchangedDocument": {"ID": "MZ26EX000001", "IssueDateTime": issued, "CopyIndicator": False},
        "SpecifiedSupplyChainConsignment": {
            "IncludedSupplyChainConsignmentItem": [{"TransportLogisticsPackage": [{"ItemQuantity": kind}]}]
        },
    }
    attachment = {"AttachmentName": "photo.jpg", "AttachmentContent": b"\xff\xd8"}
    parent = etree.Element("parent")
    value = answer(**{VERSIONS[version]: document, "Attachments": [attachment], "Composite": False})
    answer.render(parent, value)
    (node,) = parent
    strict = request_schema(version)
    assert strict.validate(node), strict.error_log
    assert [child.tag for child in node] == [VERSIONS[version], "Attachments", "Composite"]
    assert node[0][1].tag == f"{{{DOCUMENT[version]}}}HeaderExchangedDocument"
    assert node[0][1][0].tag == f"{{{RAM}}}ID"

    read = answer.parse(node, zeep_client.wsdl.types)
    permit = read[VERSIONS[version]]
    number = permit.HeaderExchangedDocument.ID
    item = permit.SpecifiedSupplyChainConsignment.IncludedSupplyChainConsignmentItem[0]
    quantity = item.TransportLogisticsPackage[0].ItemQuantity
    assert (number if version == "v1" else number._value_1) == "MZ26EX000001"
    assert permit.HeaderExchangedDocument.IssueDateTime == issued
    assert (quantity._value_1, quantity.unitCode) == (Decimal(500), "KGM")
    assert (read.Attachments[0].AttachmentContent, read.Composite) == (b"\xff\xd8", False)


# Faults


@every_version
def test_every_operation_declares_the_one_fault(version: str) -> None:
    for port in PORTS:
        for operation in client(version, port).service._binding._operations.values():
            assert list(operation.faults) == ["Fault"]
    assert client(version).get_element(f"{{{FAULT}}}Fault").type.name == "FaultType"


def fault(retry: str = "after-change", code: str = "QuantityExceeded") -> Message:
    message = Message(f"{{{FAULT}}}Fault")
    for name, text in (("Code", code), ("Text", "More than remains."), ("Retry", retry), ("Incident", "0198-77")):
        message.add(f"{{{FAULT}}}{name}", text)
    return message


def fault_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(schemas.directory() / "fault.xsd"))


def test_a_fault_says_code_text_retry_incident_and_where_it_applies_position_and_box() -> None:
    message = fault()
    assert fault_schema().validate(message.root)
    message.add(f"{{{FAULT}}}Position", "B")
    message.add(f"{{{FAULT}}}Box", "11")
    assert fault_schema().validate(message.root)


@pytest.mark.parametrize("retry", ["never", "later", "after-change"])
def test_retry_is_one_of_three_words(retry: str) -> None:
    assert fault_schema().validate(fault(retry=retry).root)
    assert not fault_schema().validate(fault(retry=retry.upper()).root)


def test_a_fault_code_is_one_word() -> None:
    assert not fault_schema().validate(fault(code="Quantity exceeded").root)


@pytest.mark.parametrize("missing", ["Code", "Text", "Retry", "Incident"])
def test_a_fault_without_one_of_its_four_parts_is_refused(missing: str) -> None:
    message = fault()
    part = message.root.find(f"{{{FAULT}}}{missing}")
    assert part is not None
    message.root.remove(part)
    assert not fault_schema().validate(message.root)
