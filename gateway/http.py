"""What crosses from an HTTP server to a door and back: one request, one answer, no framework types."""

from collections.abc import Callable, Mapping
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
    """What goes back. headers: pairs in the order they are written; Content-Length is the server's business.

    not_before: the moment of the monotonic clock, in seconds, that it must not leave before; None: at once.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    not_before: float | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """An answer that must not leave yet.

    settle: does what has to come first, and gives the answer that may leave, which can be another. To be called once,
    in any thread, also where nobody waits for the answer any more. What it does for one it does at less cost for many
    that are pending. Raises nothing.
    """

    settle: Callable[[], HttpAnswer]


Site = Callable[[HttpRequest], HttpAnswer | Pending]
"""Answers any request. Raises nothing."""


def settled(answer: HttpAnswer | Pending) -> HttpAnswer:
    """The answer that may leave."""
    return answer.settle() if isinstance(answer, Pending) else answer
