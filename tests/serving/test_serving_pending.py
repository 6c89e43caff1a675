"""An answer that waits for something is not sent before; and what it waits for is done once for many."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

import pytest

from gateway.http import HttpAnswer, HttpRequest, Pending
from gateway.serving.door import Door
from gateway.serving.edge import Edge

SCOPE = {
    "method": "POST", "raw_path": b"/epix/v2", "query_string": b"", "headers": [(b"host", b"gateway")],
}  # fmt: skip


@dataclass
class Settling:
    """A site whose answers are pending. events: what happened, in order."""

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


def knock(site: Settling, door: Door) -> Any:
    return door(SCOPE, site.receive, site.send)


def test_requests_that_arrive_together_are_all_asked_before_the_first_is_settled() -> None:
    site = Settling()
    door = Door(site, Edge(), 100)

    async def many() -> None:
        await asyncio.gather(*(knock(site, door) for _ in range(8)))

    asyncio.run(many())
    assert site.events[:9] == ["asked"] * 8 + ["settled"]
    assert site.events.count("sent") == site.events.count("settled") == 8


@pytest.mark.parametrize("threads", [0, 2])
def test_nothing_is_sent_before_it_is_settled(threads: int) -> None:
    site = Settling()
    pool = ThreadPoolExecutor(threads) if threads else None
    asyncio.run(knock(site, Door(site, Edge(), 100, pool)))
    assert site.events == ["asked", "settled", "sent"]


def test_what_was_asked_is_settled_also_where_the_client_has_gone() -> None:
    site = Settling()
    door = Door(site, Edge(), 100)

    async def cut() -> None:
        task = asyncio.ensure_future(knock(site, door))
        site.on_site = partial(asyncio.get_running_loop().call_soon, task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cut())
    assert site.events == ["asked", "settled"]


def test_a_sender_that_is_alone_waits_for_nobody() -> None:
    site = Settling()
    door = Door(site, Edge(), 100)

    async def one_after_the_other() -> None:
        for _ in range(3):
            await knock(site, door)

    asyncio.run(one_after_the_other())
    assert site.events == ["asked", "settled", "sent"] * 3


def test_who_asks_while_the_others_are_being_read_is_settled_with_them() -> None:
    site = Settling()
    door = Door(site, Edge(), 100)

    async def one_turn_later() -> None:
        early = asyncio.ensure_future(knock(site, door))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.gather(early, knock(site, door))

    asyncio.run(one_turn_later())
    assert site.events[:3] == ["asked", "asked", "settled"]


def test_who_came_along_the_last_time_is_not_waited_for() -> None:
    site = Settling()
    door = Door(site, Edge(), 100)

    async def one_leaves() -> None:
        await asyncio.gather(knock(site, door), knock(site, door))
        site.events.clear()
        await asyncio.wait_for(knock(site, door), 10)

    asyncio.run(one_leaves())
    assert site.events == ["asked", "settled", "sent"]


def test_however_many_come_the_first_are_settled_in_time() -> None:
    site = Settling()
    door = Door(site, Edge(), 100)

    async def many() -> None:
        await asyncio.gather(*(knock(site, door) for _ in range(200)))

    async def ever_more() -> None:
        async def later(turns: int) -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            await knock(site, door)

        await asyncio.gather(*(later(turns) for turns in range(200)))

    asyncio.run(ever_more())
    assert site.events.index("settled") <= 80
    assert site.events.count("sent") == 200


def held_site(seconds: float) -> Callable[[HttpRequest], HttpAnswer]:
    def site(request: HttpRequest) -> HttpAnswer:
        not_before = monotonic() + seconds if request.path == "/refused" else None
        return HttpAnswer(200, (), b"", not_before)

    return site


@pytest.mark.parametrize("threads", [0, 2])
def test_an_answer_leaves_at_its_moment_and_holds_up_no_other(threads: int) -> None:
    door = Door(held_site(0.2), Edge(), 100, ThreadPoolExecutor(threads) if threads else None)
    left: list[tuple[str, float]] = []

    async def ask(path: str) -> None:
        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                left.append((path, monotonic() - began))

        await door({**SCOPE, "raw_path": path.encode()}, Settling().receive, send)

    async def three() -> None:
        await asyncio.gather(ask("/refused"), ask("/refused"), ask("/answered"))

    began = monotonic()
    asyncio.run(three())
    assert [path for path, _ in left] == ["/answered", "/refused", "/refused"]
    assert all(seconds >= 0.2 for path, seconds in left if path == "/refused")


def test_others_are_sent_off_after_one_whose_client_has_gone() -> None:
    door = Door(held_site(0.05), Edge(), 100)
    site = Settling()
    refused = {**SCOPE, "raw_path": b"/refused"}

    async def one_leaves() -> None:
        gone = asyncio.ensure_future(door(refused, site.receive, site.send))
        await asyncio.sleep(0.01)
        gone.cancel()
        await door(refused, site.receive, site.send)

    asyncio.run(one_leaves())
    assert site.events == ["sent"]
