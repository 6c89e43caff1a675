"""Playbook: protocol tests of a connection without sockets and without waiting.

A test says what arrives and what must leave:

    play = Playbook(limits)
    play.arrives(b"POST / HTTP/1.1")
    play.passes(10.0)
    assert play.leaves().startswith(b"HTTP/1.1 408")

Time is virtual: the event loop never sleeps, its clock jumps to the next timer instead.
Source of the idea: mitmproxy, test/mitmproxy/proxy/tutils.py.
"""

import asyncio
import selectors
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from gateway.http import HttpAnswer, HttpRequest, Site
from gateway.serving import Limits
from gateway.serving.asgi_app import AsgiApp
from gateway.serving.capacity.limit import Limit
from gateway.serving.capacity.pipelining import WorkerLoad
from gateway.serving.connection import BoundedConnection
from gateway.serving.proxy_headers import ProxyHeaders


class _Selector(selectors.SelectSelector):
    """Lets virtual time pass in place of waiting."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        self.now += timeout or 0.0
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps from timer to timer."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


class _Socket:
    def __init__(self, host: str) -> None:
        self._host = host

    def setsockopt(self, *_: object) -> None: ...

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", 8080

    def getpeername(self) -> tuple[str, int]:
        return self._host, 40000


class Transport(asyncio.Transport):
    """The other end is the test.

    sent: bytes that left.  reset: the connection was aborted.  reading: bytes are asked for.
    """

    def __init__(self, host: str) -> None:
        super().__init__({"socket": _Socket(host)})
        self.reading = True
        self.sent = b""
        self.closed = self.reset = self.half_closed = False

    def write(self, data: Any) -> None:
        self.sent += data

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = self.reset = True

    def is_closing(self) -> bool:
        return self.closed

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.half_closed = True

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


def answer_ok(_: HttpRequest) -> HttpAnswer:
    return HttpAnswer(200, (), b"ok")


class Server:
    """A worker without a socket: its connections share a loop and a state.

    logged: sentences about limits that were reached.  counted: their kinds.
    """

    def __init__(self, limits: Limits, site: Site = answer_ok) -> None:
        self.loop = VirtualTimeLoop()
        self.limits = limits
        self.logged: list[str] = []
        self.counted: list[Limit] = []
        self.load = WorkerLoad(report=self.logged.append, count=self.counted.append)
        self.state = ServerState()
        app = AsgiApp(site, ProxyHeaders(), limits.max_body_bytes)
        self.config = Config(
            app,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=int(limits.idle_seconds),
        )

    def connect(self, host: str = "127.0.0.1") -> "Playbook":
        return Playbook(self, host)

    def passes(self, seconds: float) -> None:
        """Let time pass. Timers that become due run, and so do tasks."""
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def close(self) -> None:
        for connection in list(self.state.connections):
            connection.connection_lost(None)
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.passes(0.0)
        self.loop.close()


class Playbook:
    """A connection to the server: what arrives on it, and what leaves."""

    def __init__(self, server: Server, host: str) -> None:
        self._server = server
        self.transport = Transport(host)
        self.connection = BoundedConnection(
            server.config, server.state, {}, server.loop, limits=server.limits, load=server.load
        )
        self.connection.connection_made(self.transport)

    def arrives(self, data: bytes) -> None:
        self.connection.data_received(data)
        self._server.passes(0.0)
        self._server.passes(0.0)

    def leaves(self) -> bytes:
        """The bytes that left since the last call."""
        sent, self.transport.sent = self.transport.sent, b""
        return sent

    @property
    def is_open(self) -> bool:
        return not self.transport.closed
