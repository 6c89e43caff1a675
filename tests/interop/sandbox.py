"""Sandbox for other clients: a real `serve --sandbox`, in a process of its own."""

import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Any

import pytest

from tests.forked.commands import running
from tests.long_haul import thinned

VERSIONS = ("v1", "v2")
SOAP_VERSIONS = ("1.1", "1.2")
_DOORS = [(version, soap) for version in VERSIONS for soap in SOAP_VERSIONS]
EVERY_DOOR = pytest.mark.parametrize(
    ("version", "soap"), thinned(_DOORS, [("v1", "1.1"), ("v2", "1.2")])
)
"""Both contract versions in both versions of SOAP; in the short form, each version of both once."""
ROOTS = {"v1": "CBFShip", "v2": "CITESEPermit"}

FIRST = {
    "CertificateNumber": "MZ26EX000001",
    "TokenId": "SANDBOX-7KQ4-2M9X",
    "IsoCountryCode": "MZ",
}
"""Never confirmed by a test, so never final."""
SECOND = {
    "CertificateNumber": "MZ26EX000002",
    "TokenId": "SANDBOX-8RW5-3N6Y",
    "IsoCountryCode": "MZ",
}
"""Every test confirms these quantities on it, so that their order does not matter."""
FINAL = {
    "CertificateNumber": "MZ26EX000003",
    "TokenId": "SANDBOX-3FNL-4Q7T",
    "IsoCountryCode": "MZ",
}
CANCELLED = {
    "CertificateNumber": "MZ26EX000004",
    "TokenId": "SANDBOX-4CNC-5R8V",
    "IsoCountryCode": "MZ",
}
REPLACED = {
    "CertificateNumber": "MZ26EX000005",
    "TokenId": "SANDBOX-5RPL-6S9W",
    "IsoCountryCode": "MZ",
}
CATEGORY = {
    "CertificateNumber": "MZ26EX000006",
    "TokenId": "SANDBOX-6CAT-7T2X",
    "IsoCountryCode": "MZ",
}
MULTI_USE = {
    "CertificateNumber": "MZ26OC000007",
    "TokenId": "SANDBOX-7OWN-8V3Y",
    "IsoCountryCode": "MZ",
}
WITHOUT_TOKEN = {"CertificateNumber": "MZ26EX000008", "IsoCountryCode": "MZ"}
WITH_ATTACHMENT = {
    "CertificateNumber": "MZ26EX000009",
    "TokenId": "SANDBOX-9ATT-2X5Z",
    "IsoCountryCode": "MZ",
}
SEAL_NAME = "CITES-permit-seal.xml"
"""Last among the attachments of every answer."""
SCAN_NAME = "MZ26EX000009.pdf"
SCAN = (resources.files("adapters.national.examples") / SCAN_NAME).read_bytes()
"""The attachment of WITH_ATTACHMENT."""
FOUND = {"A": "5", "B": "12.5", "C": "3"}


@dataclass(frozen=True, slots=True)
class Sandbox:
    """address: such as http://127.0.0.1:40123."""

    address: str

    def endpoint(self, version: str) -> str:
        """Where a contract version is served."""
        return f"{self.address}/epix/{version}"

    def wsdl(self, version: str) -> str:
        """Where a client reads the contract."""
        return f"{self.endpoint(version)}?wsdl"


@contextmanager
def a_sandbox(*options: str) -> Iterator[Sandbox]:
    """Runs one for the length of a with block, on a port that was free a moment ago.

    options: of `serve`, in which `{port}` is that port.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gateway",
        "serve",
        "--only",
        "soap",
        "--sandbox",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    with running([*command, *(option.format(port=port) for option in options)]) as server:
        yield Sandbox(server.address)


def confirmation(permit: dict[str, str], found: Mapping[str, object]) -> dict[str, Any]:
    """The parameters of ConfirmQuantities, as every client takes them."""
    lines = [{"ID": line, "InspectedUnitQuantity": quantity} for line, quantity in found.items()]
    return {**permit, "ConfirmedQuantities": {"CitesPosition": lines}}
