"""HTTP requests and answers between the server and the endpoints, without types of a framework."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

PLAIN_TEXT_HEADERS = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)
"""Headers of a short answer in plain text, which no browser may take for anything else."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A whole request as the HTTP server read it.

    method: as sent.  path: percent-decoded, without query.  query: raw text after `?`.
    headers: by lower-case name; a header sent twice is joined with `, ` (RFC 9110, section 5.3).
    body: complete. Over the configured limit it is cut after one byte more, so that the receiver
    sees the excess.
    certificate: client certificate in DER, its private key proven in the TLS handshake; else None.
    certificate_refused: a reverse proxy did not accept the certificate. It may be named in a
    refusal, and is never accepted.
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
    """An answer.

    headers: pairs in the order they are written; the server adds Content-Length.
    not_before: earliest moment to send it, in seconds of the monotonic clock; None: at once.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    not_before: float | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """An answer that must not leave before its journal record is on disk.

    settle: writes the record and returns the answer to send, which can be another (a fault where
    the journal fails). It is called once, in any thread, also after the client has gone. Several
    pending answers that are settled together share one fsync (group commit). It never raises.
    """

    settle: Callable[[], HttpAnswer]


Site = Callable[[HttpRequest], HttpAnswer | Pending]
"""Answers any request. It never raises."""


def settled(answer: HttpAnswer | Pending) -> HttpAnswer:
    """The answer to send, settled where it was pending."""
    return answer.settle() if isinstance(answer, Pending) else answer
