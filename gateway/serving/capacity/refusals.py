"""Refusals of a connection: answers to requests that break HTTP's framing or a limit of it."""

from collections.abc import Iterable

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

_TEXTS = {
    400: b"The HTTP request is malformed.\n",
    408: b"The HTTP request did not arrive in time.\n",
    414: b"The address is too long.\n",
    431: b"The HTTP head is too large.\n",
    501: b"No transfer coding but chunked is understood.\n",
    503: b"Too many messages are under way. Send this one again later.\n",
    505: b"Only HTTP/1.0 and HTTP/1.1 are understood.\n",
}


def head_fault(method: bytes, version: str, hosts: int, coding: bytes | None) -> int | None:
    """The status by which a head is refused; None for one that is right.

    hosts: number of Host fields.  coding: transfer coding, lower case.
    """
    if method == b"CONNECT":
        return 400
    if version not in ("1.0", "1.1"):
        return 505
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        return 400
    if coding is not None and version == "1.0":
        return 400
    return None if coding in (None, b"chunked") else 501


def refusal(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The whole answer.  headers: more of its fields."""
    text = _TEXTS[status]
    lines = [STATUS_LINE[status]]
    lines += [b"%s: %s\r\n" % field for field in headers]
    lines.append(b"content-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\n")
    lines.append(b"cache-control: no-store\r\nconnection: close\r\n")
    lines.append(b"content-length: %d\r\n\r\n%s" % (len(text), text))
    return b"".join(lines)
