"""Hosted application: an ASGI application of another room, behind the bounds of this server.

The application is given a whole body within the limit, the address of the client as a trusted proxy
states it, and no header that only a proxy may send.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.http import PLAIN_TEXT_HEADERS
from gateway.serving.asgi_app import Message, Receive, Send
from gateway.serving.options import LongBodies
from gateway.serving.proxy_headers import HeadRefused, ProxyHeaders, is_proxy_header, site_path

_DIGITS = 19
"""Of a length that the protocol below takes."""

Application = Callable[[Any, Receive, Send], Awaitable[None]]
"""An application of the ASGI specification, version 3."""


class _LongNow:
    """Number of long bodies that are read, or are with the application, on one event loop."""

    def __init__(self) -> None:
        self._number = 0

    def begin(self, limits: LongBodies | None) -> bool:
        """Count one more; False where there are as many as may be."""
        if limits is None or self._number >= limits.at_once:
            return False
        self._number += 1
        return True

    def end(self) -> None:
        """Count one less."""
        self._number -= 1


@dataclass(frozen=True, slots=True)
class HostedApp:
    """max_body_bytes: a longer body is refused by status 413 before the application sees it.

    ended: called at the end of the worker, after the application's own end.
    long_bodies: addresses with a limit of their own.
    """

    application: Application
    proxy_headers: ProxyHeaders
    max_body_bytes: int
    ended: Callable[[], None] | None = None
    long_bodies: LongBodies | None = None
    _long: _LongNow = field(default_factory=_LongNow)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.application(scope, receive, send)
            if self.ended is not None:
                self.ended()
            return None
        fields = scope["headers"]
        try:
            path = site_path(scope["raw_path"])
            peer = scope["client"]
            address = self.proxy_headers.client_address(fields) or (peer[0] if peer else "")
        except HeadRefused as refused:
            return await _refuse(send, 400, f"Bad request: {refused}.")
        most = self._most(path)
        if _declared(fields) > most:
            return await _refuse(send, 413, "The request is too long.")
        body = bytearray()
        is_whole = await _read(receive, min(most, self.max_body_bytes), body)
        is_long = len(body) > self.max_body_bytes and most > self.max_body_bytes
        if is_long and not self._long.begin(self.long_bodies):
            return await _refuse(send, 503, "Too many long requests at a time; try again.")
        try:
            if is_long and is_whole is False:
                is_whole = await _read(receive, most, body)
            if is_whole is None:
                return None
            if len(body) > most:
                return await _refuse(send, 413, "The request is too long.")
            kept = [(name, value) for name, value in fields if not is_proxy_header(name)]
            changed = {**scope, "path": path, "headers": kept, "client": (address, 0)}
            return await self.application(changed, _replay(bytes(body), receive), send)
        finally:
            if is_long:
                self._long.end()

    def _most(self, path: str) -> int:
        """The longest body at an address."""
        longer = self.long_bodies
        if longer is not None and re.fullmatch(longer.paths, path):
            return longer.most
        return self.max_body_bytes


def _declared(fields: Iterable[tuple[bytes, bytes]]) -> int:
    """The length that a request declares, in bytes; 0 where it declares none.

    A body that is too long by its own word is not read at all.
    """
    found = (value for name, value in fields if name.lower() == b"content-length")
    text = next(found, b"")
    return int(text) if text.isdigit() and len(text) < _DIGITS else 0


async def _read(receive: Receive, most: int, body: bytearray) -> bool | None:
    """Read more of a body, until it is above the limit; None where the sender left before its end.

    Returns whether it has been read to its end.
    """
    while len(body) <= most:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message["body"]
        if not message["more_body"]:
            return True
    return False


def _replay(body: bytes, receive: Receive) -> Receive:
    """A receive function that gives the whole body at once, then what comes after it."""
    waiting = [body]

    async def replayed() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replayed


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = f"{sentence}\n".encode("ascii")
    headers = [(name.lower().encode(), value.encode()) for name, value in PLAIN_TEXT_HEADERS]
    headers += [(b"content-length", b"%d" % len(body)), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
