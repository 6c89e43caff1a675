"""Published WSDLs: they say what partners speak, and clients old and new load them."""

from lxml import etree

import wsdl
from tests.contract.published import (
    DOCUMENT,
    OPERATIONS,
    PORTS,
    VERSIONS,
    WSDL,
    XSD,
    certificate_request,
    client,
    definitions,
    every_version,
    service,
)

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

    as_second = (
        text("v1").replace(DOCUMENT["v1"], DOCUMENT["v2"]).replace("CBFShip", "CITESEPermit")
    )
    as_second = as_second.replace("v1", "v2").replace("EpixV1", "EpixV2")
    as_second = as_second.replace("toolkit 1.0", "toolkit 2.0").replace(
        '" version="1">', '" version="2">'
    )
    assert as_second == text("v2")


@every_version
def test_the_alias_has_messages_of_its_own_and_the_same_types(version: str) -> None:
    schema = definitions(version).find(f"{WSDL}types/{XSD}schema")
    assert schema is not None
    types = {
        element.get("name"): element.get("type") for element in schema.findall(f"{XSD}element")
    }
    for kind in ("Request", "Response"):
        assert types[f"GetFinalCertificate{kind}"] == types[f"GetFinalCitesCertificate{kind}"]


# What an old Savon client needs


@every_version
def test_the_first_schema_is_the_service_schema_with_unqualified_children(version: str) -> None:
    first = definitions(version).find(f"{WSDL}types")
    assert first is not None
    (schema,) = first.findall("*")
    assert schema.tag == f"{XSD}schema"
    assert (schema.get("targetNamespace"), schema.get("elementFormDefault")) == (
        service(version),
        "unqualified",
    )


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
    cut = etree.fromstring(
        etree.tostring(schema), base_url=(wsdl.directory() / f"epix-{version}.wsdl").as_uri()
    )
    assert etree.XMLSchema(cut).validate(certificate_request(version).root)
