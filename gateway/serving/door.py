"""How does one ASGI request become an HttpRequest, and the HttpAnswer the reply?"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from gateway.http import HttpAnswer, HttpRequest, Site, settled
from gateway.serving.crowd import Crowd
from gateway.serving.departures import Departures
from gateway.serving.edge import Edge, HeadRefused, Shown, site_headers, site_path

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_REFUSED = (
    ("content-type", "text/plain; charset=utf-8"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
    ("connection", "close"),
)


@dataclass(frozen=True, slots=True)
class Door:
    """An ASGI application around a site.

    threads: where the site is called; None calls it on the event loop.
    """

    site: Site
    edge: Edge
    max_body_bytes: int
    threads: Executor | None = None
    crowd: Crowd = field(default_factory=Crowd)
    departures: Departures = field(default_factory=Departures)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        fields = scope["headers"]
        try:
            path, headers = site_path(scope["raw_path"]), site_headers(fields)
            own = scope.get("client_certificate")
            shown = Shown(own) if own else self.edge.certificate(fields)
        except HeadRefused as refused:
            return await _answer(send, _refusal(refused))
        body = await self._whole_body(receive)
        if body is None:
            return None
        query = scope["query_string"].decode("latin-1")
        request = HttpRequest(scope["method"], path, query, headers, body, shown.der, shown.refused)
        if self.threads is None:
            answer = await self._with_others(request)
        else:
            answer = await asyncio.get_running_loop().run_in_executor(self.threads, self._alone, request)
        if answer.not_before is not None:
            await self.departures.at(answer.not_before)
        return await _answer(send, answer)

    async def _with_others(self, request: HttpRequest) -> HttpAnswer:
        """Answer here. What is pending is settled together with all that comes in the same moment."""
        answer = self.site(request)
        return answer if isinstance(answer, HttpAnswer) else await self.crowd.settled(answer)

    def _alone(self, request: HttpRequest) -> HttpAnswer:
        return settled(self.site(request))

    async def _whole_body(self, receive: Receive) -> bytes | None:
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
    return HttpAnswer(400, _REFUSED, text)


async def _answer(send: Send, answer: HttpAnswer) -> None:
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in answer.headers]
    headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
