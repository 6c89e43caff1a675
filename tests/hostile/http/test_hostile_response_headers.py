"""Class: response headers. Every kind of answer has a strict head, seen over a real socket."""

import http.client
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tests.forked.commands import running

REQUEST = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    '<v:GetNonFinalCitesCertificateRequest xmlns:v="urn:CitesDataExchange/v1/">'
    "<CertificateNumber>MZ26EX000001</CertificateNumber><TokenId>%s</TokenId><IsoCountryCode>MZ</IsoCountryCode>"
    "</v:GetNonFinalCitesCertificateRequest></e:Body></e:Envelope>"
)
GOOD, WRONG = REQUEST % "SANDBOX-7KQ4-2M9X", REQUEST % "WRONG"
XML, PLAIN = "text/xml; charset=utf-8", "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
WITH_TOKEN = "/epix/v1?TokenId=SANDBOX-7KQ4-2M9X"
NEVER, ASK_AGAIN, AN_HOUR = "no-store", "no-cache", "public, max-age=3600"
STRICT = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of the pages of a sandbox, whose "try it" sends requests to it."""

ANSWERS = {
    "permit": ("POST", "/epix/v1", GOOD, {}, 200, XML, NEVER),
    "fault": ("POST", "/epix/v1", WRONG, {}, 500, XML, NEVER),
    "not SOAP": ("POST", "/epix/v1", "<x/>", {}, 500, XML, NEVER),
    "token in the address": ("POST", WITH_TOKEN, GOOD, {}, 500, XML, NEVER),
    "fault of SOAP 1.2": ("POST", "/epix/v2", "<x/>", {"Content-Type": "application/soap+xml"}, 500,
                          "application/soap+xml; charset=utf-8", NEVER),
    "too large": ("POST", "/epix/v1", "<x>" + "x" * 300_000, {}, 500, XML, NEVER),
    "other media type": ("POST", "/epix/v1", GOOD, {"Content-Type": "text/plain"}, 415, XML, NEVER),
    "compressed": ("POST", "/epix/v1", GOOD, {"Content-Encoding": "gzip"}, 415, XML, NEVER),
    "WSDL": ("GET", "/epix/v1?wsdl", None, {}, 200, XML, AN_HOUR),
    "schema": ("GET", "/epix/v1?xsd=fault.xsd", None, {}, 200, XML, AN_HOUR),
    "WSDL, with a slash": ("GET", "/epix/v1/?wsdl", None, {}, 200, XML, AN_HOUR),
    "permit, with a slash": ("POST", "/epix/v1/", GOOD, {}, 200, XML, NEVER),
    "WSDL known": ("GET", "/epix/v1?wsdl", None, {"If-None-Match": "*"}, 304, XML, AN_HOUR),
    "no such schema": ("GET", "/epix/v1?xsd=../../../../etc/passwd", None, {}, 404, PLAIN, NEVER),
    "token to read with": ("GET", WITH_TOKEN, None, {}, 405, PLAIN, NEVER),
    "other method": ("PUT", "/epix/v1", "x", {}, 405, PLAIN, NEVER),
    "TRACE": ("TRACE", "/epix/v1", None, {}, 405, PLAIN, NEVER),
    "page": ("GET", "/epix", None, {}, 200, HTML, ASK_AGAIN),
    "operation": ("GET", "/epix/v2/ServiceState", None, {}, 200, HTML, ASK_AGAIN),
    "style": ("GET", "/epix/style.css", None, {}, 200, "text/css; charset=utf-8", ASK_AGAIN),
    "page written to": ("POST", "/epix", "x", {}, 405, PLAIN, NEVER),
    "nothing here": ("GET", "/etc/passwd", None, {}, 404, PLAIN, NEVER),
    "way out": ("GET", "/epix/%2e%2e/%2e%2e/etc/passwd", None, {}, 404, PLAIN, NEVER),
    "broken address": ("GET", "/epix/%zz", None, {}, 400, PLAIN, NEVER),
    "endless head": ("GET", "/epix", None, {"X-Long": "x" * 30_000}, 431, PLAIN, NEVER),
    "endless address": ("GET", "/" + "x" * 10_000, None, {}, 414, PLAIN, NEVER),
    "unknown coding": ("POST", "/epix/v1", "x", {"Transfer-Encoding": "gzip"}, 501, PLAIN, NEVER),
}  # fmt: skip
PAGES = {"page", "operation", "style"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
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
    with running(command) as server:
        yield server.address


@pytest.mark.slow
@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_has_a_strict_head(kind: str, address: str) -> None:
    method, path, body, headers, status, media, cache = ANSWERS[kind]
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)) as line:
        line.request(method, path, body, {"Content-Type": "text/xml", **headers})
        answer = line.getresponse()
        said = answer.read()
    assert answer.status == status
    assert answer.getheader("Content-Type") == media
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Cache-Control") == cache
    assert answer.getheader("Content-Security-Policy") == (STRICT if kind in PAGES else None)
    names = [name.lower() for name, _ in answer.getheaders()]
    assert len(names) == len(set(names))
    told = {
        "server",
        "x-powered-by",
        "via",
        "set-cookie",
        "location",
        "access-control-allow-origin",
        "www-authenticate",
    }
    assert not told & set(names)
    assert kind == "permit" or b"SANDBOX-7KQ4-2M9X" not in said or kind in PAGES
