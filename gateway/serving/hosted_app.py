"""Hosted application: an ASGI application of another room, behind the bounds of this server.

The application is given a whole body within the limit, the address of the client as a trusted proxy
states it, and no header that only a proxy may send.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.http import PLAIN_TEXT_HEADERS
from gateway.serving.asgi_app import Message, Receive, Send
from gateway.serving.options import LongBodies
from gateway.serving.proxy_headers import HeadRefused, ProxyHeaders, is_proxy_header, site_path

_DIGITS = 19
"""Of a length that the protocol below takes."""

Application = Callable[[Any, Receive, Send], Awaitable[None]]
"""An application of the ASGI specification, version 3."""


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
        body = await _body(receive, most)
        if body is None:
            return None
        if len(body) > most:
            return await _refuse(send, 413, "The request is too long.")
        kept = [(name, value) for name, value in fields if not is_proxy_header(name)]
        changed = {**scope, "path": path, "headers": kept, "client": (address, 0)}
        return await self.application(changed, _replay(body, receive), send)

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


async def _body(receive: Receive, most: int) -> bytes | None:
    """The body, cut above the limit; None where the sender left before its end."""
    body = bytearray()
    while len(body) <= most:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message["body"]
        if not message["more_body"]:
            break
    return bytes(body)


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
