"""Services that the pages describe: a sandbox, a sandbox for a team, and one in production."""

from dataclasses import replace
from html import unescape

from gateway.bootstrap.portal.document_elements import document_elements
from gateway.exchange.sandbox.cases import CALLER, sandbox_cases
from gateway.http import HttpAnswer, HttpRequest
from gateway.web.pages import ServicePages
from gateway.web.portal.description import Downloads, Sandbox, Service, Support

ADDRESS = "https://epix.example.mz"
PRODUCTION = Service(
    ADDRESS,
    ("Authority <of> Mozambique",),
    "MZ",
    "1.2.3",
    support=Support(("CITES office", "cites@example.mz"), "Monday to Friday, 8:00 to 16:00", 18),
    elements=document_elements,
)
SANDBOX = replace(PRODUCTION, sandbox=Sandbox(sandbox_cases(), CALLER), needs_certificate=False)
FILES = {name: name.encode() for name in ("ca.pem", "client.pem", "client.key", "client.p12")}
TEAM = replace(
    SANDBOX,
    sandbox=Sandbox(sandbox_cases(), CALLER, 60, Downloads(FILES, "sandbox", "AB:CD")),
    needs_certificate=True,
)


def asked(pages: ServicePages, path: str, method: str = "GET") -> HttpAnswer:
    """The answer to a request whose header names another address."""
    answer = pages(HttpRequest(method, path, "", {"host": "evil.example"}, b""))
    assert answer is not None
    return answer


def source_of(pages: ServicePages, path: str) -> str:
    """A page as it is sent."""
    return asked(pages, path).body.decode()


def text_of(pages: ServicePages, path: str) -> str:
    """A page as it is sent, with its escapes taken back."""
    return unescape(source_of(pages, path))
