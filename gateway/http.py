"""What crosses from an HTTP server to a door and back: one request, one answer, no framework types."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One whole request as an HTTP server took it off the wire.

    method: as sent.  path: percent-decoded, without query.  query: raw text after `?`.
    headers: names in lower case; a header sent twice is joined with `, ` as RFC 9110 section 5.3 allows.
    body: complete; one byte longer than the configured limit where the sender went over it, never more.
    certificate: DER bytes of the client certificate whose key the TLS end saw proven, else None.
    certificate_refused: a proxy in front found it wanting; it may be named in an answer, never accepted.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    certificate: bytes | None = None
    certificate_refused: bool = False


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What goes back. headers: pairs in the order they are written; Content-Length is the server's business."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
