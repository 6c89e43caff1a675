"""ASGI application: turns ASGI requests into HttpRequest, and HttpAnswer into ASGI messages."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from gateway.http import HttpAnswer, HttpRequest, Site, settled
from gateway.serving.delayed_send import DelayedSend
from gateway.serving.group_commit import GroupCommit
from gateway.serving.proxy_headers import (
    ForwardedCertificate,
    HeadRefused,
    ProxyHeaders,
    site_headers,
    site_path,
)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_REFUSAL_HEADERS = (
    ("content-type", "text/plain; charset=utf-8"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
    ("connection", "close"),
)


@dataclass(frozen=True, slots=True)
class AsgiApp:
    """An ASGI application around a site.

    max_body_bytes: a longer body is cut one byte above it, so that the site sees the excess.
    threads: pool in which the site is called; None calls it on the event loop.
    ended: called at the end of the worker, when every request is answered. After it the worker ends
    by its signal, which leaves atexit functions out.
    """

    site: Site
    proxy_headers: ProxyHeaders
    max_body_bytes: int
    threads: Executor | None = None
    ended: Callable[[], None] | None = None
    group_commit: GroupCommit = field(default_factory=GroupCommit)
    delayed_send: DelayedSend = field(default_factory=DelayedSend)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        fields = scope["headers"]
        try:
            path, headers = site_path(scope["raw_path"]), site_headers(fields)
            # Our own TLS connection has seen the key proven, so it outranks any header.
            own = scope.get("client_certificate")
            client = ForwardedCertificate(own) if own else self.proxy_headers.certificate(fields)
        except HeadRefused as refused:
            return await _send_answer(send, _refusal(refused))
        body = await self._read_body(receive)
        if body is None:
            return None
        query = scope["query_string"].decode("latin-1")
        request = HttpRequest(
            scope["method"], path, query, headers, body, client.der, client.refused
        )
        if self.threads is None:
            answer = await self._answer_on_loop(request)
        else:
            answer = await asyncio.get_running_loop().run_in_executor(
                self.threads, self._answer_in_thread, request
            )
        if answer.not_before is not None:
            await self.delayed_send.wait_until(answer.not_before)
        return await _send_answer(send, answer)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Begin and end of the worker (ASGI Lifespan Protocol)."""
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        if self.ended is not None:
            self.ended()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer_on_loop(self, request: HttpRequest) -> HttpAnswer:
        answer = self.site(request)
        return answer if isinstance(answer, HttpAnswer) else await self.group_commit.submit(answer)

    def _answer_in_thread(self, request: HttpRequest) -> HttpAnswer:
        return settled(self.site(request))

    async def _read_body(self, receive: Receive) -> bytes | None:
        """The body, cut one byte above the limit; None where the sender left before its end."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            body += message["body"]
            if len(body) > self.max_body_bytes:
                return bytes(body[: self.max_body_bytes + 1])
            if not message["more_body"]:
                return bytes(body)


def _refusal(refused: HeadRefused) -> HttpAnswer:
    text = f"Bad request: {refused}.\n".encode("ascii")
    return HttpAnswer(400, _REFUSAL_HEADERS, text)


async def _send_answer(send: Send, answer: HttpAnswer) -> None:
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in answer.headers]
    headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
