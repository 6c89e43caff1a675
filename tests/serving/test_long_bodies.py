"""Hosted application: longer bodies at named addresses; those that say so are not read."""

import asyncio
from typing import Any

import pytest

from gateway.serving.hosted_app import HostedApp
from gateway.serving.options import LongBodies
from gateway.serving.proxy_headers import ProxyHeaders

LONG = LongBodies(r"/files/[0-9]{1,3}", 1_000)


class Asked:
    """An application and a sender of parts of a body, with what happened."""

    def __init__(self, path: str, parts: list[bytes], declared: str = "") -> None:
        self.bodies: list[bytes] = []
        self.sent: list[Any] = []
        self.waiting = list(parts)
        fields = [(b"content-length", declared.encode())] if declared else []
        scope = {"type": "http", "headers": fields, "raw_path": path.encode(), "client": None}
        app = HostedApp(self.application, ProxyHeaders(False), 10, None, LONG)
        asyncio.run(app(scope, self.receive, self.send))

    async def application(self, _scope: Any, receive: Any, send: Any) -> None:
        self.bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive(self) -> Any:
        part = self.waiting.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.waiting)}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/files/1", 1_000, 200),
        ("/files/1", 1_001, 413),
        ("/files/1/more", 11, 413),
        ("/files/1234", 11, 413),
        ("/other", 10, 200),
        ("/other/files/1", 11, 413),
    ],
)
def test_a_body_may_be_longer_at_a_named_address_alone(path: str, size: int, status: int) -> None:
    assert Asked(path, [b"x" * size]).status == status


@pytest.mark.parametrize("declared", ["1001", "999999999999999999"])
def test_a_body_too_long_by_its_own_word_is_not_read(declared: str) -> None:
    asked = Asked("/files/1", [b"x" * 600] * 3, declared)
    assert (asked.status, len(asked.waiting), asked.bodies) == (413, 3, [])


@pytest.mark.parametrize("declared", ["", "5", "-1", "x", "9" * 5_000])
def test_a_body_that_is_longer_than_its_word_is_read_no_further(declared: str) -> None:
    asked = Asked("/files/1", [b"x" * 600] * 9, declared)
    assert (asked.status, len(asked.waiting)) == (413, 7)


def test_long_bodies_at_a_time_are_bounded() -> None:
    """Short bodies go on; an end of any kind makes room."""

    async def go() -> list[int]:
        statuses: list[int] = []
        arrived, answer = asyncio.Event(), asyncio.Event()

        async def application(_scope: Any, _receive: Any, send: Any) -> None:
            arrived.set()
            await answer.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        async def sent(message: Any) -> None:
            if "status" in message:
                statuses.append(message["status"])

        app = HostedApp(
            application, ProxyHeaders(False), 10, None, LongBodies("/files", 100, at_once=1)
        )

        async def ask(*parts: bytes | None) -> None:
            waiting = [
                {"type": "http.request", "body": part, "more_body": part is not parts[-1]}
                if part is not None
                else {"type": "http.disconnect"}
                for part in parts
            ]

            async def receive() -> Any:
                return waiting.pop(0)

            scope: dict[str, Any] = {"type": "http", "headers": [], "raw_path": b"/files"}
            scope["client"] = None
            await app(scope, receive, sent)

        await ask(b"x" * 60, None)
        await ask(b"x" * 60, b"y" * 60)
        first = asyncio.create_task(ask(b"x" * 60, b"y" * 30))
        await arrived.wait()
        await ask(b"x" * 60, b"y" * 30)
        short = asyncio.create_task(ask(b"x" * 10))
        answer.set()
        await asyncio.gather(first, short)
        await ask(b"x" * 11)
        return statuses

    assert asyncio.run(go()) == [413, 503, 200, 200, 200]
