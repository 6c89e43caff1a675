"""What do GET ?wsdl and GET ?xsd=NAME give? The published files as they stand, with the public address inside.

The address comes from the configuration, never from a request; names are looked up in a fixed table.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from gateway.http import HttpAnswer, HttpRequest
from gateway.soap.writing import escaped

_LOCATION = re.compile(rb'(<soap(?:12)?:address location=)"[^"]*"')
_SCHEMA = re.compile(rb'(\sschemaLocation=)"(?:[^"]*/)?([^"/]+)"')
_HEADERS = (
    ("Content-Type", "text/xml; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "public, max-age=3600"),
)
_PLAIN = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)
NOT_ALLOWED = HttpAnswer(
    405, (*_PLAIN, ("Allow", "GET, HEAD, POST")), b"Requests are sent with POST; GET serves ?wsdl and ?xsd=NAME.\n"
)
_UNKNOWN = HttpAnswer(404, _PLAIN, b"There is no such schema here.\n")


@dataclass(frozen=True, slots=True)
class _Published:
    content: bytes
    etag: str


class PublishedContract:
    """The WSDL and XSDs of one contract version."""

    def __init__(self, wsdl: Path, schemas: list[Path], address: str) -> None:
        """address: where partners reach this version, such as `https://permits.example/epix/v1`."""
        self._wsdl = _published(wsdl, address)
        self._schemas = {path.name: _published(path, address) for path in schemas}

    def serve(self, request: HttpRequest) -> HttpAnswer:
        """Answer GET or HEAD."""
        name, _, value = request.query.partition("=")
        if name.lower() == "wsdl" and not value:
            return _serve(self._wsdl, request)
        if name.lower() == "xsd":
            schema = self._schemas.get(value)
            return _serve(schema, request) if schema else _UNKNOWN
        return NOT_ALLOWED


def _published(path: Path, address: str) -> _Published:
    location = escaped(address)
    content = _LOCATION.sub(lambda found: found[1] + b'"' + location + b'"', path.read_bytes())
    content = _SCHEMA.sub(lambda found: found[1] + b'"' + location + b"?xsd=" + found[2] + b'"', content)
    return _Published(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _serve(published: _Published, request: HttpRequest) -> HttpAnswer:
    headers = (*_HEADERS, ("ETag", published.etag))
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if published.etag in known or known == ["*"]:
        return HttpAnswer(304, headers, b"")
    return HttpAnswer(200, headers, b"" if request.method == "HEAD" else published.content)
