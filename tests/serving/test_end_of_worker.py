"""End of a worker: what has to be done last is done, although the worker ends by its signal."""

import asyncio
from collections.abc import Callable

from gateway.http import HttpAnswer, HttpRequest
from gateway.serving.asgi_app import AsgiApp
from gateway.serving.options import ServingOptions
from gateway.serving.proxy_headers import ProxyHeaders
from gateway.serving.server import _config


def site(_: HttpRequest) -> HttpAnswer:
    return HttpAnswer(200, (), b"")


def lived(ended: Callable[[], None] | None) -> list[str]:
    """The life of a worker by the ASGI Lifespan Protocol; gives what it said."""
    said: list[str] = []
    coming = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, str]:
        return {"type": next(coming)}

    async def send(message: dict[str, str]) -> None:
        said.append(message["type"])

    app = AsgiApp(site, ProxyHeaders(), 1, ended=ended)
    asyncio.run(app({"type": "lifespan"}, receive, send))  # type: ignore[arg-type]
    return said


def test_what_has_to_be_done_last_is_done_before_the_worker_says_that_it_ends() -> None:
    order: list[str] = []
    said = lived(lambda: order.append("ended"))
    assert order == ["ended"]
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert lived(None) == said


def test_the_server_tells_its_workers_of_their_end() -> None:
    """Without the protocol uvicorn ends a worker by SIGTERM, which runs no atexit function."""
    options = ServingOptions(site="tests.serving.mirror_site:site")
    assert _config(options, "http://127.0.0.1:0").lifespan == "on"
