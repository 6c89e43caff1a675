"""A sandbox for a team in memory of this process: its directory, its site, and its caller."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from gateway.bootstrap import Gateway, build, reset_sandbox
from gateway.cli.sandbox.directory import make_sandbox
from gateway.cli.sandbox.options import SandboxOptions
from gateway.exchange.sandbox.cases import SandboxCase
from gateway.http import HttpAnswer, HttpRequest, settled
from gateway.settings import ListenAddress, Settings
from tests.cli.conftest import call  # noqa: F401  # a fixture

ADDRESS = "https://sandbox.example.mz:8443"


@dataclass(frozen=True)
class MadeSandbox:
    """A sandbox. The HTTP server is left out; its site gets the client certificate."""

    settings: Settings
    gateway: Gateway

    @property
    def certificate(self) -> bytes:
        """The client certificate that its page offers, DER."""
        return ssl.PEM_cert_to_DER_cert(self.get("/epix/sandbox/client.pem").body.decode())

    def get(self, path: str) -> HttpAnswer:
        """A page or file, asked for without a certificate."""
        return settled(self.gateway.service.site(HttpRequest("GET", path, "", {}, b"")))

    def ask(self, case: SandboxCase, version: str, *, certificate: bytes | None) -> etree._Element:
        """The answer to the call of a case: what stands in the Body."""
        message = envelope(case, version).encode()
        headers = {"content-type": "text/xml; charset=utf-8"}
        request = HttpRequest("POST", f"/epix/{version}", "", headers, message, certificate)
        answer = settled(self.gateway.service.site(request))
        (content,) = etree.fromstring(answer.body)[-1]
        return content

    def reset(self) -> None:
        """Take it back to its beginning, with its connections open."""
        reset_sandbox(self.settings)


def envelope(case: SandboxCase, version: str) -> str:
    """The message of a case, SOAP 1.1."""
    lines = "".join(
        f"<CitesPosition><ID>{letter}</ID><InspectedUnitQuantity>{quantity}</InspectedUnitQuantity>"
        "</CitesPosition>"
        for letter, quantity in case.quantities
    )
    token = f"<TokenId>{case.token}</TokenId>" if case.token else ""
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f'<v:{case.operation}Request xmlns:v="urn:CitesDataExchange/{version}/">'
        f"<CertificateNumber>{escape(case.number)}</CertificateNumber>{token}"
        f"<IsoCountryCode>{case.country}</IsoCountryCode>"
        f"{f'<ConfirmedQuantities>{lines}</ConfirmedQuantities>' if lines else ''}"
        f"</v:{case.operation}Request></e:Body></e:Envelope>"
    )


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeSandbox]:
    """A sandbox for one engineer: without TLS, any caller."""
    settings = make_sandbox(
        Path(tmp_path_factory.mktemp("alone")),
        SandboxOptions(ListenAddress("127.0.0.1", 9), False, "http://127.0.0.1:9", None),
    )
    with build(settings) as gateway:
        yield MadeSandbox(settings, gateway)


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeSandbox]:
    """A sandbox for a team, with its permits published."""
    settings = make_sandbox(
        Path(tmp_path_factory.mktemp("team")),
        SandboxOptions(ListenAddress("127.0.0.1", 9), True, ADDRESS, None),
    )
    with build(settings) as gateway:
        yield MadeSandbox(settings, gateway)
