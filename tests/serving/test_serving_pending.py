"""Group commit and delayed send: an answer leaves after its commit, and not before its moment."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

import pytest

from gateway.http import HttpAnswer, HttpRequest, Pending
from gateway.serving.asgi_app import AsgiApp
from gateway.serving.proxy_headers import ProxyHeaders

SCOPE = {
    "method": "POST",
    "type": "http",
    "raw_path": b"/epix/v2",
    "query_string": b"",
    "headers": [(b"host", b"gateway")],
}


@dataclass
class Settling:
    """A site whose answers are pending. events: calls and messages, in order."""

    events: list[str] = field(default_factory=list)
    on_site: Callable[[], object] = lambda: None

    def __call__(self, request: HttpRequest) -> Pending:
        self.events.append("asked")
        self.on_site()
        return Pending(partial(self._settle, HttpAnswer(200, (), request.body)))

    def _settle(self, answer: HttpAnswer) -> HttpAnswer:
        self.events.append("settled")
        return answer

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": b"x", "more_body": False}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.events.append("sent")


def call(site: Settling, app: AsgiApp) -> Any:
    return app(SCOPE, site.receive, site.send)


def test_requests_that_arrive_together_are_all_asked_before_the_first_is_settled() -> None:
    site = Settling()
    app = AsgiApp(site, ProxyHeaders(), 100)

    async def many() -> None:
        await asyncio.gather(*(call(site, app) for _ in range(8)))

    asyncio.run(many())
    assert site.events[:9] == ["asked"] * 8 + ["settled"]
    assert site.events.count("sent") == site.events.count("settled") == 8


@pytest.mark.parametrize("threads", [0, 2])
def test_nothing_is_sent_before_it_is_settled(threads: int) -> None:
    site = Settling()
    pool = ThreadPoolExecutor(threads) if threads else None
    asyncio.run(call(site, AsgiApp(site, ProxyHeaders(), 100, pool)))
    assert site.events == ["asked", "settled", "sent"]


def test_a_pending_answer_is_settled_also_where_the_client_has_gone() -> None:
    site = Settling()
    app = AsgiApp(site, ProxyHeaders(), 100)

    async def cut() -> None:
        task = asyncio.ensure_future(call(site, app))
        site.on_site = partial(asyncio.get_running_loop().call_soon, task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cut())
    assert site.events == ["asked", "settled"]


def test_a_request_that_is_alone_is_committed_at_once() -> None:
    site = Settling()
    app = AsgiApp(site, ProxyHeaders(), 100)

    async def one_after_the_other() -> None:
        for _ in range(3):
            await call(site, app)

    asyncio.run(one_after_the_other())
    assert site.events == ["asked", "settled", "sent"] * 3


def test_a_request_read_while_others_are_pending_joins_their_group() -> None:
    site = Settling()
    app = AsgiApp(site, ProxyHeaders(), 100)

    async def one_loop_pass_later() -> None:
        early = asyncio.ensure_future(call(site, app))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.gather(early, call(site, app))

    asyncio.run(one_loop_pass_later())
    assert site.events[:3] == ["asked", "asked", "settled"]


def test_a_group_does_not_wait_for_the_callers_of_the_last_one() -> None:
    site = Settling()
    app = AsgiApp(site, ProxyHeaders(), 100)

    async def one_leaves() -> None:
        await asyncio.gather(call(site, app), call(site, app))
        site.events.clear()
        await asyncio.wait_for(call(site, app), 10)

    asyncio.run(one_leaves())
    assert site.events == ["asked", "settled", "sent"]


def test_while_ever_more_requests_arrive_the_first_are_committed_in_time() -> None:
    site = Settling()
    app = AsgiApp(site, ProxyHeaders(), 100)

    async def ever_more() -> None:
        async def later(loop_passes: int) -> None:
            for _ in range(loop_passes):
                await asyncio.sleep(0)
            await call(site, app)

        await asyncio.gather(*(later(loop_passes) for loop_passes in range(200)))

    asyncio.run(ever_more())
    assert site.events.index("settled") <= 80
    assert site.events.count("sent") == 200


def delaying_site(seconds: float) -> Callable[[HttpRequest], HttpAnswer]:
    def site(request: HttpRequest) -> HttpAnswer:
        not_before = monotonic() + seconds if request.path == "/refused" else None
        return HttpAnswer(200, (), b"", not_before)

    return site


@pytest.mark.parametrize("threads", [0, 2])
def test_an_answer_leaves_at_its_moment_and_holds_up_no_other(threads: int) -> None:
    app = AsgiApp(
        delaying_site(0.2), ProxyHeaders(), 100, ThreadPoolExecutor(threads) if threads else None
    )
    left: list[tuple[str, float]] = []

    async def ask(path: str) -> None:
        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                left.append((path, monotonic() - began))

        await app({**SCOPE, "raw_path": path.encode()}, Settling().receive, send)

    async def three() -> None:
        await asyncio.gather(ask("/refused"), ask("/refused"), ask("/answered"))

    began = monotonic()
    asyncio.run(three())
    assert [path for path, _ in left] == ["/answered", "/refused", "/refused"]
    assert all(seconds >= 0.2 for path, seconds in left if path == "/refused")


def test_a_client_that_has_gone_delays_no_other_answer() -> None:
    app = AsgiApp(delaying_site(0.05), ProxyHeaders(), 100)
    site = Settling()
    refused = {**SCOPE, "raw_path": b"/refused"}

    async def one_leaves() -> None:
        gone = asyncio.ensure_future(app(refused, site.receive, site.send))
        await asyncio.sleep(0)  # it runs until its answer is held
        gone.cancel()
        await app(refused, site.receive, site.send)

    asyncio.run(one_leaves())
    assert site.events == ["sent"]
