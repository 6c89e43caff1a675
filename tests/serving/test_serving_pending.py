"""An answer that waits for something is not sent before; and what it waits for is done once for many."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
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
