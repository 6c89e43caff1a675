"""Published contract: the WSDL and the XSDs, for GET with `wsdl` or `xsd=NAME` as query.

The files are served as they stand, with the public address filled in. The address comes from the
configuration, never from a request. Names are looked up in a fixed table, so no path can be asked
for. Source: wire contract, section 2.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.http import PLAIN_TEXT_HEADERS, HttpAnswer, HttpRequest
from gateway.soap.escaping import escaped

_WSDL_QUERIES = frozenset({"wsdl", "wsdl=", "wsdl=1", "singlewsdl"})
"""In lower case. `?wsdl=1` is asked for by PHP's and Axis' tools, `?singleWsdl` by those of WCF."""

_LOCATION = re.compile(rb'(<soap(?:12)?:address location=)"[^"]*"')
_SCHEMA = re.compile(rb'(\sschemaLocation=)"(?:[^"]*/)?([^"/]+)"')
_HEADERS = (
    ("Content-Type", "text/xml; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "public, max-age=3600"),
)
NOT_ALLOWED = HttpAnswer(
    405,
    (*PLAIN_TEXT_HEADERS, ("Allow", "GET, HEAD, POST")),
    b"Requests are sent with POST; GET serves ?wsdl and ?xsd=NAME.\n",
)
_UNKNOWN = HttpAnswer(404, PLAIN_TEXT_HEADERS, b"There is no such schema here.\n")


@dataclass(frozen=True, slots=True)
class _Published:
    content: bytes
    etag: str


class PublishedContract:
    """The WSDL and XSDs of one flavour."""

    def __init__(self, wsdl: Path, schemas: Sequence[Path], address: str) -> None:
        """Read the files.

        address: public address of this flavour, such as `https://permits.example/epix/v1`.
        """
        self._wsdl = _published(wsdl, address)
        self._schemas = {path.name: _published(path, address) for path in schemas}

    def serve(self, request: HttpRequest) -> HttpAnswer:
        """The answer to GET or HEAD: 200, 304 for a known ETag, 404 or 405."""
        if asks_for_wsdl(request.query):
            return _serve(self._wsdl, request)
        name, _, value = request.query.partition("=")
        if name.lower() == "xsd":
            schema = self._schemas.get(value)
            return _serve(schema, request) if schema else _UNKNOWN
        return NOT_ALLOWED


def asks_for_wsdl(query: str) -> bool:
    """Whether a query asks for the WSDL, in any of the spellings that tools use."""
    return query.lower() in _WSDL_QUERIES


def _published(path: Path, address: str) -> _Published:
    location = escaped(address)
    content = _LOCATION.sub(lambda found: found[1] + b'"' + location + b'"', path.read_bytes())
    content = _SCHEMA.sub(
        lambda found: found[1] + b'"' + location + b"?xsd=" + found[2] + b'"', content
    )
    return _Published(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _serve(published: _Published, request: HttpRequest) -> HttpAnswer:
    headers = (*_HEADERS, ("ETag", published.etag))
    known = [
        tag.strip(" \t").removeprefix("W/")
        for tag in request.headers.get("if-none-match", "").split(",")
    ]
    if published.etag in known or known == ["*"]:
        return HttpAnswer(304, headers, b"")
    return HttpAnswer(200, headers, b"" if request.method == "HEAD" else published.content)
