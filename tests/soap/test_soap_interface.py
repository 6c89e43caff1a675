"""Spyne's definition of the services and the published WSDL say the same."""

import pytest
from lxml import etree

import wsdl
from gateway.soap.spyne.dispatch import application
from gateway.soap.spyne.request_objects import CheckedTreeProtocol
from schemas import VERSIONS

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
Fields = list[tuple[str, bool, bool, object]]


def of_spyne(version: str) -> dict[str, tuple[str, object, str, object]]:
    methods = application(VERSIONS[version], CheckedTreeProtocol()).interface.service_method_map
    return {
        method.operation_name: (
            request,
            fields_of(method.in_message),
            f"{{{method.out_message.Attributes.sub_ns}}}{method.out_message.Attributes.sub_name}",
            fields_of(method.out_message),
        )
        for request, (method,) in methods.items()
    }


def fields_of(model: object) -> object:
    """(name, needed, many, content) of each child; every child without namespace."""
    content = []
    for name, field in model._type_info.items():  # type: ignore[attr-defined]
        assert field.Attributes.sub_ns == ""
        inner = fields_of(field) if hasattr(field, "_type_info") else None
        attributes = field.Attributes
        content.append(
            (
                name,
                attributes.min_occurs > 0,
                attributes.max_occurs != 1,
                attributes.nillable,
                inner,
            )
        )
    return content


def of_wsdl(version: str) -> dict[str, tuple[str, object, str, object]]:
    root = etree.parse(wsdl.directory() / f"epix-{version}.wsdl").getroot()
    namespace = root.get("targetNamespace")
    types = {each.get("name"): each for each in root.iter(f"{XSD}complexType")}
    elements = {
        each.get("name"): each for each in root.iterfind(f"{WSDL}types/{XSD}schema/{XSD}element")
    }
    messages = {
        each.get("name"): each[0].get("element").partition(":")[2]
        for each in root.iterfind(f"{WSDL}message")
    }

    def content(kind: str) -> object:
        return (
            [
                (
                    each.get("name"),
                    each.get("minOccurs") != "0",
                    each.get("maxOccurs") == "unbounded",
                    each.get("nillable") == "true",
                    content(each.get("type").partition(":")[2]),
                )
                for each in types[kind].iter(f"{XSD}element")
            ]
            if kind in types
            else None
        )

    def message(operation: etree._Element, direction: str) -> tuple[str, object]:
        element = messages[operation.find(f"{WSDL}{direction}").get("message").partition(":")[2]]
        return f"{{{namespace}}}{element}", content(elements[element].get("type").partition(":")[2])

    return {
        operation.get("name"): (*message(operation, "input"), *message(operation, "output"))
        for operation in root.iterfind(f"{WSDL}portType/{WSDL}operation")
    }


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_operations_messages_and_fields_agree(version: str) -> None:
    assert len(of_wsdl(version)) == 5
    assert of_spyne(version) == of_wsdl(version)
