"""Endpoint of the hub flavour in-process, and messages as clients of the hub write them."""

import itertools
from dataclasses import dataclass, field

from lxml import etree

from gateway.http import HttpAnswer, HttpRequest, Pending, settled
from gateway.soap.endpoint import SoapEndpoint
from gateway.soap.flavour import DocumentLiteral, Flavour
from gateway.soap.hub.flavour import HubRpc
from gateway.soap.use_cases import UseCases
from gateway.wire.namespaces import SOAP_11, SOAP_12
from tests.fakes import Watch
from tests.soap.endpoint import (
    ADDRESS,
    COUNTRY,
    NOW,
    NUMBER,
    TOKEN,
    MemoryBackend,
    unlimited_retention,
)

KEY = (
    f"<CertificateNumber>{NUMBER}</CertificateNumber><TokenId>{TOKEN}</TokenId>"
    f"<IsoCountryCode>{COUNTRY}</IsoCountryCode>"
)


@dataclass
class HubEndpoint:
    """The hub's flavour, and beside it the contract in the version of its answers."""

    answers: str = "v2"
    backend: MemoryBackend = field(default_factory=MemoryBackend)
    watch: Watch = field(default_factory=Watch)

    def __post_init__(self) -> None:
        self.hub = self._endpoint(HubRpc(self.answers))
        self.literal = self._endpoint(DocumentLiteral(self.answers))

    def _endpoint(self, flavour: Flavour) -> SoapEndpoint:
        ids = itertools.count(1)
        cases = UseCases(self.backend, self.backend, self.backend, self.backend)
        return SoapEndpoint(
            flavour,
            f"{ADDRESS}/{flavour.name}",
            cases,
            self.backend,
            lambda: NOW,
            lambda: f"01990000-0000-7000-8000-{next(ids):012d}",
            watch=self.watch,
            retention=unlimited_retention(),
        )

    def get(self, query: str) -> HttpAnswer:
        return settled(self.hub(HttpRequest("GET", "/epix/hub", query, {}, b"")))

    def post(self, message: str, action: str | None = None, media: str = "text/xml") -> "HubAnswer":
        return HubAnswer(settled(self.pending(message, action, media)))

    def pending(
        self, message: str, action: str | None = None, media: str = "text/xml", **more: str
    ) -> HttpAnswer | Pending:
        headers = {"content-type": media, **more}
        if action is not None:
            headers["soapaction"] = action
        return self.hub(HttpRequest("POST", "/epix/hub", "", headers, message.encode()))


class HubAnswer:
    """An answer of the hub flavour. It is an envelope of SOAP 1.1 that tells no token."""

    def __init__(self, http: HttpAnswer) -> None:
        self.status, self.body, self.headers = http.status, http.body, dict(http.headers)
        assert TOKEN.encode() not in http.body
        root = etree.fromstring(http.body)
        assert root.tag == f"{{{SOAP_11}}}Envelope"
        (self.content,) = root.find(f"{{{SOAP_11}}}Body")

    @property
    def fault(self) -> tuple[str, str] | None:
        """faultcode and faultstring as they are written."""
        if self.content.tag != f"{{{SOAP_11}}}Fault":
            return None
        return self.content.findtext("faultcode"), self.content.findtext("faultstring")

    @property
    def own_fault(self) -> tuple[str, str] | None:
        """The fault that the hub itself writes: its form is checked."""
        assert self.status == 500, self.body
        assert self.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert [child.tag for child in self.content] == ["faultcode", "faultstring"]
        assert self.content.get("encodingStyle") == "http://schemas.xmlsoap.org/soap/encoding/"
        assert self.headers["X-Incident"]
        return self.fault

    @property
    def copied_fault(self) -> tuple[str, str] | None:
        """The fault of the country that holds the permit."""
        assert self.status == 200, self.body
        assert self.headers["Content-Type"] == "application/xml; charset=utf-8"
        assert self.content.find("detail") is not None
        assert self.headers["X-Incident"] in self.body.decode()
        return self.fault


def as_savon(operation: str, content: str = KEY, namespace: str = "urn:CitesDataExchange") -> str:
    """A message as Savon 2 writes it: the wrapper qualified, no types."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><env:Envelope'
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xmlns:tns="{namespace}" xmlns:env="{SOAP_11}"><env:Body>'
        f"<tns:{operation}>{content}</tns:{operation}></env:Body></env:Envelope>"
    )


def as_php(operation: str, content: str) -> str:
    """A message as PHP's SoapClient encodes it: an encoding style, and a type on each value."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope'
        f' xmlns:SOAP-ENV="{SOAP_11}" xmlns:ns1="urn:CitesDataExchange"'
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"'
        ' SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">'
        f"<SOAP-ENV:Body><ns1:{operation}>{content}</ns1:{operation}></SOAP-ENV:Body>"
        "</SOAP-ENV:Envelope>\n"
    )


def lines(*positions: tuple[str, str]) -> str:
    """ConfirmedQuantities of (ID, quantity), both as markup."""
    written = "".join(
        f"<CitesPosition><ID>{letter}</ID><InspectedUnitQuantity>{quantity}"
        "</InspectedUnitQuantity></CitesPosition>"
        for letter, quantity in positions
    )
    return f"<ConfirmedQuantities>{written}</ConfirmedQuantities>"


def as_soap_12(message: str) -> str:
    return message.replace(SOAP_11, SOAP_12)
