"""Published contract for the tests: read from disk, spoken by a zeep client, built as messages."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import zeep
from lxml import etree

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
CERTIFICATE_OPERATIONS = [
    "GetNonFinalCitesCertificate",
    "GetFinalCitesCertificate",
    "GetFinalCertificate",
]
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
    """As the endpoint gets it: out of the WSDL as it stands, imports from disk."""
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

    def add(
        self, name: str, text: str | None = None, parent: etree._Element | None = None
    ) -> etree._Element:
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
