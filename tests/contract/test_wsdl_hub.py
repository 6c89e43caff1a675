"""WSDL of the hub flavour: names that XML tools take, both spellings, rpc/encoded throughout."""

import re

import pytest
from lxml import etree

import wsdl
from gateway.soap.hub.requests import OPERATIONS, snake_case
from schemas import HUB_NAMESPACE
from tests.contract.published import WSDL, XSD

SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
SPELLINGS = {"api_v1_soap_api": str, "api_v1_soap_api_snake": snake_case}
PARTS = ["CertificateNumber", "TokenId", "IsoCountryCode"]


@pytest.fixture(scope="module")
def description() -> etree._Element:
    return etree.parse(wsdl.file("hub")).getroot()


def test_snake_case_is_that_of_the_hub_in_production() -> None:
    assert [snake_case(name) for name in OPERATIONS] == [
        "get_non_final_cites_certificate",
        "get_final_cites_certificate",
        "confirm_quantities",
        "service_state",
    ]


def test_every_name_is_one_that_xml_tools_take(description: etree._Element) -> None:
    names = [element.get("name") for element in description.iter() if element.get("name")]
    assert len(names) > 50
    assert not [name for name in names if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9._-]*", name)]
    assert description.get("targetNamespace") == HUB_NAMESPACE


@pytest.mark.parametrize("name", SPELLINGS)
def test_each_spelling_has_a_port_with_four_operations(
    name: str, description: etree._Element
) -> None:
    spelled = [SPELLINGS[name](operation) for operation in OPERATIONS]
    (binding,) = description.findall(f"{WSDL}binding[@name='{name}_binding']")
    (style,) = binding.findall(f"{SOAP}binding")
    assert style.get("style") == "rpc"
    operations = binding.findall(f"{WSDL}operation")
    assert [operation.get("name") for operation in operations] == spelled
    for operation in operations:
        assert operation.find(f"{SOAP}operation").get("soapAction") == operation.get("name")
        bodies = list(operation.iter(f"{SOAP}body"))
        assert len(bodies) == 2
        for body in bodies:
            assert dict(body.attrib) == {
                "use": "encoded",
                "encodingStyle": ENCODING,
                "namespace": HUB_NAMESPACE,
            }
    (port,) = description.findall(f"{WSDL}service/{WSDL}port[@name='{name}_port']")
    assert port.get("binding") == f"tns:{name}_binding"


@pytest.mark.parametrize("spelled", SPELLINGS.values())
def test_messages_have_the_parts_of_the_hub(spelled, description: etree._Element) -> None:
    for operation in OPERATIONS:
        (message,) = description.findall(f"{WSDL}message[@name='{spelled(operation)}']")
        expected = PARTS[2:] if operation == "ServiceState" else PARTS
        if operation == "ConfirmQuantities":
            expected = [*PARTS, "ConfirmedQuantities"]
        assert [part.get("name") for part in message] == expected


def test_the_schema_declares_the_wrapper_of_each_operation_as_the_parts_say(
    description: etree._Element,
) -> None:
    schema = description.find(f"{WSDL}types/{XSD}schema")
    assert schema is not None
    etree.XMLSchema(schema)
    declared = {
        element.get("name"): element.get("type") for element in schema.iter(f"{XSD}element")
    }
    for operation in OPERATIONS:
        kind = declared[operation].partition(":")[2]
        children = schema.findall(f"{XSD}complexType[@name='{kind}']/{XSD}all/{XSD}element")
        (message,) = description.findall(f"{WSDL}message[@name='{operation}']")
        assert [child.get("name") for child in children] == [part.get("name") for part in message]


def test_a_quantity_is_a_decimal() -> None:
    quantity = etree.parse(wsdl.file("hub")).find(f".//{XSD}element[@name='InspectedUnitQuantity']")
    assert quantity.get("type") == "xs:decimal"
