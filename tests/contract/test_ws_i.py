"""WS-I Basic Profile 1.1: the WSDLs keep its rules, as far as a test can check them.

One test per rule, under the rule's number. The profile knows SOAP 1.1 only; the rules on bindings
are asked of the SOAP 1.2 binding too, read with its own namespace, as Basic Profile 2.0 does. R2401
(SOAP 1.1 binding) and R2711 (one port per address) are judged among SOAP 1.1 bindings and
addresses.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

import wsdl

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP11 = "{http://schemas.xmlsoap.org/wsdl/soap/}"
SOAP12 = "{http://schemas.xmlsoap.org/wsdl/soap12/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"

PUBLISHED = ["epix-v1.wsdl", "epix-v2.wsdl"]
OF_OTHERS = ["czech.wsdl", "epix-hub.wsdl", "imsoc.wsdl", "unep-hub.wsdl"]
"""What partners publish, or would; and our endpoint in the flavour of the hub. The profile is not
for them: rpc/encoded is none of it, and services of others are described as they are."""


def parse(path: Path) -> etree._Element:
    return etree.parse(
        path, etree.XMLParser(no_network=True, resolve_entities=False, remove_comments=True)
    ).getroot()


@pytest.fixture(params=PUBLISHED)
def path(request: pytest.FixtureRequest) -> Path:
    return wsdl.directory() / str(request.param)


@pytest.fixture
def description(path: Path) -> etree._Element:
    return parse(path)


@pytest.fixture
def schema(description: etree._Element) -> etree._Element:
    (found,) = description.findall(f"{WSDL}types/{XSD}schema")
    return found


def test_every_published_wsdl_is_known_to_these_tests() -> None:
    found = sorted(each.name for each in wsdl.directory().glob("*.wsdl"))
    assert found == sorted([*PUBLISHED, *OF_OTHERS])


def name_in(description: etree._Element, qname: str) -> str:
    """Clark notation of a prefixed name as used in this description."""
    prefix, _, local = qname.rpartition(":")
    return f"{{{description.nsmap[prefix]}}}{local}"


def named(description: etree._Element, kind: str, qname: str) -> etree._Element:
    """The component of the description's own namespace that a QName attribute refers to."""
    target = description.get("targetNamespace")
    found = [
        component
        for component in description.findall(f"{WSDL}{kind}")
        if f"{{{target}}}{component.get('name')}" == name_in(description, qname)
    ]
    assert len(found) == 1, f"{qname} names {len(found)} of {kind}"
    return found[0]


def bindings(description: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every binding with the namespace of its SOAP extension elements."""
    for binding in description.findall(f"{WSDL}binding"):
        yield binding, SOAP11 if binding.find(f"{SOAP11}binding") is not None else SOAP12


def bound(description: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Every soap:body, soap:fault ... of every binding."""
    for binding, soap in bindings(description):
        for name in names:
            yield from binding.iter(f"{soap}{name}")


def attribute(node: etree._Element, name: str) -> str:
    value = node.get(name)
    assert value, f"{node.tag} without {name}"
    return value


# Document structure


def test_r2001_r2007_no_wsdl_import_is_used(description: etree._Element) -> None:
    assert description.findall(f"{WSDL}import") == []


def test_r2002_r2003_schemas_are_imported_by_the_schema_import_inside_a_schema(
    description: etree._Element,
) -> None:
    imports = list(description.iter(f"{XSD}import"))
    assert imports
    assert all(found.getparent().tag == f"{XSD}schema" for found in imports)


def test_r2004_r2010_r2011_an_import_leads_to_a_schema_of_its_namespace_in_utf_8(
    path: Path, schema: etree._Element
) -> None:
    for found in schema.findall(f"{XSD}import"):
        target = etree.parse(path.parent / attribute(found, "schemaLocation"))
        assert target.getroot().tag == f"{XSD}schema"
        assert target.getroot().get("targetNamespace") == found.get("namespace")
        assert target.docinfo.encoding == "UTF-8"


def test_r2022_r2023_types_come_before_all_but_documentation(description: etree._Element) -> None:
    parts = [
        etree.QName(part).localname for part in description if part.tag != f"{WSDL}documentation"
    ]
    assert parts[0] == "types"
    assert parts.count("types") == 1


def test_r2026_no_extension_is_required(description: etree._Element) -> None:
    assert description.xpath("//@*[local-name()='required']") == []


def test_components_stand_in_the_order_of_the_wsdl_specification(
    description: etree._Element,
) -> None:
    order = ["types", "message", "portType", "binding", "service"]
    places = [order.index(etree.QName(part).localname) for part in description]
    assert places == sorted(places)


def test_r2030_documentation_comes_first_in_its_parent(description: etree._Element) -> None:
    found = list(description.iter(f"{WSDL}documentation"))
    assert found
    assert all(node.getparent().index(node) == 0 for node in found)


def test_r4002_r4003_the_description_is_utf_8(path: Path) -> None:
    assert etree.parse(path).docinfo.encoding == "UTF-8"
    path.read_bytes().decode("utf-8", errors="strict")


def test_r4004_the_description_is_xml_1_0_without_a_document_type(path: Path) -> None:
    info = etree.parse(path).docinfo
    assert (info.xml_version, info.doctype) == ("1.0", "")


def test_r4005_the_xml_prefix_is_not_declared(path: Path) -> None:
    assert b"xmlns:xml=" not in path.read_bytes()


# Types


def test_r2101_r2102_every_name_used_is_imported_or_defined(
    description: etree._Element, schema: etree._Element
) -> None:
    known = {schema.get("targetNamespace"), XSD.strip("{}")}
    known |= {found.get("namespace") for found in schema.findall(f"{XSD}import")}
    used = [
        (node, value) for node in schema.iter(f"{XSD}*") for value in node.xpath("@type|@base|@ref")
    ]
    used += [(part, attribute(part, "element")) for part in description.iter(f"{WSDL}part")]
    assert {node.nsmap[value.rpartition(":")[0]] for node, value in used} <= known


def test_r2105_the_schema_has_an_absolute_target_namespace(
    description: etree._Element, schema: etree._Element
) -> None:
    assert re.fullmatch(r"urn:CitesDataExchange/v\d/", attribute(schema, "targetNamespace"))
    assert schema.get("targetNamespace") == description.get("targetNamespace")


def test_r2110_r2111_no_soap_arrays(path: Path, description: etree._Element) -> None:
    assert ENCODING not in path.read_text(encoding="utf-8")
    assert description.xpath("//@*[local-name()='arrayType']") == []


def test_r2112_nothing_is_named_array_of(description: etree._Element) -> None:
    names = [str(name) for name in description.xpath("//@name")]
    assert names
    assert [name for name in names if name.startswith("ArrayOf")] == []


def test_r2800_r2801_types_are_xml_schema_1_0(description: etree._Element) -> None:
    (types,) = description.findall(f"{WSDL}types")
    assert [child.tag for child in types] == [f"{XSD}schema"]


# Messages


def test_r2201_r2210_a_body_has_one_part(description: etree._Element) -> None:
    assert [body.get("parts") for body in bound(description, "body")] == [None] * 20
    assert {len(message) for message in description.findall(f"{WSDL}message")} == {1}


def test_r2204_r2205_r2306_every_part_names_an_element_and_no_type(
    description: etree._Element,
) -> None:
    parts = list(description.iter(f"{WSDL}part"))
    assert len(parts) == 11
    assert all(part.get("element") and part.get("type") is None for part in parts)


def test_r2206_every_part_names_a_global_element(path: Path, description: etree._Element) -> None:
    (schema,) = description.findall(f"{WSDL}types/{XSD}schema")
    roots = [schema]
    roots += [
        parse(path.parent / attribute(found, "schemaLocation"))
        for found in schema.findall(f"{XSD}import")
    ]
    declared = {
        f"{{{root.get('targetNamespace')}}}{element.get('name')}"
        for root in roots
        for element in root.findall(f"{XSD}element")
    }
    used = {
        name_in(description, attribute(part, "element")) for part in description.iter(f"{WSDL}part")
    }
    assert used == declared


def test_r2209_every_message_is_bound_by_an_operation(description: etree._Element) -> None:
    (port_type,) = description.findall(f"{WSDL}portType")
    used = {attribute(node, "message") for node in port_type.iter() if node.get("message")}
    assert {
        f"tns:{message.get('name')}" for message in description.findall(f"{WSDL}message")
    } == used


# Port types


def test_r2303_operations_are_request_and_response(description: etree._Element) -> None:
    for operation in description.findall(f"{WSDL}portType/{WSDL}operation"):
        kinds = [etree.QName(child).localname for child in operation]
        assert kinds == ["documentation", "input", "output", "fault"]


def test_r2304_operations_have_distinct_names(description: etree._Element) -> None:
    names = [
        operation.get("name")
        for operation in description.findall(f"{WSDL}portType/{WSDL}operation")
    ]
    assert len(set(names)) == len(names) == 5


def test_r2305_no_parameter_order_is_given(description: etree._Element) -> None:
    assert description.xpath("//@parameterOrder") == []


# Bindings


def test_r2401_there_is_one_binding_for_soap_1_1_and_one_for_soap_1_2(
    description: etree._Element,
) -> None:
    assert [soap for _, soap in bindings(description)] == [SOAP11, SOAP12]
    for binding, soap in bindings(description):
        assert len(binding.findall(f"{soap}binding")) == 1
        other = SOAP12 if soap == SOAP11 else SOAP11
        assert list(binding.iter(f"{other}*")) == []


def test_r2701_r2702_the_transport_is_http(description: etree._Element) -> None:
    found = list(bound(description, "binding"))
    assert {node.get("transport") for node in found} == {"http://schemas.xmlsoap.org/soap/http"}


def test_r2705_every_operation_is_document_style(description: etree._Element) -> None:
    assert {node.get("style") for node in bound(description, "binding", "operation")} == {
        "document"
    }


def test_r2706_r2707_r2723_every_body_and_fault_is_literal(description: etree._Element) -> None:
    found = list(bound(description, "body", "fault", "header", "headerfault"))
    assert len(found) == 30
    assert {node.get("use") for node in found} == {"literal"}
    assert [node for node in found if node.get("encodingStyle") is not None] == []


def test_r2710_operations_differ_by_the_element_in_the_body(description: etree._Element) -> None:
    inputs = description.findall(f"{WSDL}portType/{WSDL}operation/{WSDL}input")
    elements = [
        attribute(named(description, "message", attribute(node, "message"))[0], "element")
        for node in inputs
    ]
    assert len(set(elements)) == len(elements) == 5


def test_r2711_no_two_soap_1_1_ports_share_an_address(description: etree._Element) -> None:
    places = [address.get("location") for address in description.iter(f"{SOAP11}address")]
    assert len(set(places)) == len(places) == 1


def test_r2716_no_namespace_is_given_in_a_document_literal_binding(
    description: etree._Element,
) -> None:
    assert [
        node for node in bound(description, "body", "fault") if node.get("namespace") is not None
    ] == []


def test_r2718_a_binding_has_the_operations_of_its_port_type(description: etree._Element) -> None:
    for binding, _ in bindings(description):
        port_type = named(description, "portType", attribute(binding, "type"))
        assert [operation.get("name") for operation in binding.findall(f"{WSDL}operation")] == [
            operation.get("name") for operation in port_type.findall(f"{WSDL}operation")
        ]


def test_r2720_no_header_is_needed(description: etree._Element) -> None:
    assert list(bound(description, "header", "headerfault")) == []


def test_r2721_r2754_a_bound_fault_has_the_name_of_its_parent(description: etree._Element) -> None:
    faults = list(bound(description, "fault"))
    assert len(faults) == 10
    assert all(fault.get("name") == fault.getparent().get("name") == "Fault" for fault in faults)


def test_r2740_every_fault_of_an_operation_is_bound(description: etree._Element) -> None:
    for binding, _ in bindings(description):
        port_type = named(description, "portType", attribute(binding, "type"))
        for abstract, concrete in zip(port_type, binding.findall(f"{WSDL}operation"), strict=True):
            declared = [fault.get("name") for fault in abstract.findall(f"{WSDL}fault")]
            assert (
                declared
                == [fault.get("name") for fault in concrete.findall(f"{WSDL}fault")]
                == ["Fault"]
            )


def test_r2744_r2745_the_action_is_a_plain_value_fit_to_be_quoted(
    description: etree._Element,
) -> None:
    for binding, soap in bindings(description):
        for operation in binding.findall(f"{WSDL}operation"):
            (bound_operation,) = operation.findall(f"{soap}operation")
            assert bound_operation.get("soapAction") == f"urn:{operation.get('name')}"


def test_every_port_has_a_binding_and_an_address_of_its_soap_version(
    description: etree._Element,
) -> None:
    versions = {binding.get("name"): soap for binding, soap in bindings(description)}
    ports = description.findall(f"{WSDL}service/{WSDL}port")
    assert len(ports) == 2
    for port in ports:
        binding = named(description, "binding", attribute(port, "binding"))
        (address,) = port.findall("*")
        assert address.tag == f"{versions[binding.get('name')]}address"
