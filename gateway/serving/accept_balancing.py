"""Accept balancing: prefork workers get equal shares of new connections.

All workers listen on one socket. When a connection arrives, the kernel gives it to the first worker
that calls accept(2). Without balancing, the worker that wakes up first takes most connections of a
burst and keeps them for hours, because partners keep connections open, while other workers idle.

The rule: a worker that has accepted a connection yields for YIELD_SECONDS, so that each other
worker can accept one first. The rule is a courtesy and not a lock. If the others are busy, hang or
have died, a connection waits for YIELD_SECONDS and no longer.

SO_REUSEPORT is the alternative: each worker has a listening socket of its own, and the kernel
chooses one by a hash of the client's address and port. It is not used for three reasons. The hash
spreads few long connections (a reverse proxy, a handful of partners) unevenly. A connection in the
queue of a worker that hangs or ends is lost. Unix sockets are not spread at all.
"""

import asyncio
import logging
import socket
import ssl
from asyncio import AbstractEventLoop, BaseProtocol, Task
from collections.abc import Callable, Coroutine
from contextlib import suppress
from ctypes import c_ulong
from typing import Any

import uvloop

from gateway.serving.capacity.handshakes import Handshake, Handshakes

YIELD_SECONDS = 0.001
"""Time in which other workers may accept first: longer than a wake-up, shorter than a request."""

_RETRY_SECONDS = 1.0
"""Pause after accept(2) failed, as where the process has no file descriptor left.

Each failure is a line in the log, so that there is one line a second.
"""

_LOG = logging.getLogger(__name__)


class AcceptBalancer:
    """Decides for one worker whether it accepts at once or yields first.

    accepted: connections that all workers have accepted so far, in shared memory without a lock.
    If two workers count in the same instant, one connection may be missing from the count. That
    costs a moment of fairness and nothing else.
    workers: number of processes that share the socket.
    """

    def __init__(self, accepted: c_ulong, workers: int) -> None:
        self._accepted = accepted
        self._others = workers - 1
        self._may_accept_from = 0

    @property
    def may_accept(self) -> bool:
        """Whether each other worker could have accepted one connection since our last."""
        return self._accepted.value >= self._may_accept_from

    def count_accepted(self) -> None:
        """Count a connection that this worker has accepted."""
        self._accepted.value += 1
        self._may_accept_from = self._accepted.value + self._others


class BalancedLoop(uvloop.Loop):
    """An event loop whose listening socket is balanced with those of other processes.

    balancer: set before the server starts; None leaves accepting to uvloop.
    handshakes: those of this worker, likewise.
    """

    balancer: AcceptBalancer | None = None
    handshakes: Handshakes | None = None

    async def create_server(self, protocol_factory: Any, *args: Any, **options: Any) -> Any:
        """As asyncio's create_server; with a balancer, for a socket that listens already."""
        if self.balancer is None:
            return await super().create_server(protocol_factory, *args, **options)
        return Listener(
            self,
            protocol_factory,
            options["sock"],
            options.get("ssl"),
            self.balancer,
            self.handshakes,
        )


class Listener:
    """A listening socket of one worker. Offers what uvicorn uses of asyncio's Server."""

    def __init__(
        self,
        loop: AbstractEventLoop,
        protocol: Callable[[], BaseProtocol],
        listening: socket.socket,
        context: ssl.SSLContext | None,
        balancer: AcceptBalancer,
        handshakes: Handshakes | None = None,
    ) -> None:
        self._loop = loop
        self._protocol = protocol
        self._socket = listening
        self._context = context
        self._balancer = balancer
        self._has_yielded = False
        self._pause_timer: asyncio.TimerHandle | None = None
        self._handshakes = handshakes
        self._starting: set[Task[None]] = set()
        listening.setblocking(False)
        self._listen()

    def _listen(self) -> None:
        self._pause_timer = None
        self._loop.add_reader(self._socket, self._on_readable)

    def _pause(self, seconds: float) -> None:
        self._loop.remove_reader(self._socket)
        self._pause_timer = self._loop.call_later(seconds, self._listen)

    def _on_readable(self) -> None:
        if not self._has_yielded and not self._balancer.may_accept:
            self._has_yielded = True
            self._pause(YIELD_SECONDS)
            return
        self._has_yielded = False
        try:
            connection, peer = self._socket.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another worker was quicker, or the client has gone
        except OSError as error:
            _LOG.error("no connection can be accepted: %s", error.strerror)
            self._pause(_RETRY_SECONDS)
            return
        self._balancer.count_accepted()
        connection.setblocking(False)
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context is None or self._handshakes is None:
            self._start(self._connect(connection))
            return
        handshake = self._handshakes.begin(peer[0] if isinstance(peer, tuple) else None)
        if handshake is None:
            connection.close()
            return
        handshake.task = self._start(
            self._connect_with_tls(connection, handshake, self._handshakes)
        )

    def _start(self, connecting: Coroutine[Any, Any, None]) -> Task[None]:
        task = self._loop.create_task(connecting)
        self._starting.add(task)  # the loop itself holds tasks by weak references only
        task.add_done_callback(self._starting.discard)
        return task

    async def _connect(self, connection: socket.socket) -> None:
        with suppress(OSError):  # a connection that fails ends itself and no other
            await self._loop.connect_accepted_socket(self._protocol, connection, ssl=self._context)

    async def _connect_with_tls(
        self, connection: socket.socket, handshake: Handshake, handshakes: Handshakes
    ) -> None:
        complete = False
        try:
            await self._loop.connect_accepted_socket(
                self._protocol,
                connection,
                ssl=self._context,
                ssl_handshake_timeout=handshakes.seconds,
            )
            complete = True
        except OSError:
            pass  # a TLS handshake that fails ends this connection and no other
        finally:
            handshakes.end(handshake, complete)

    def close(self) -> None:
        """Accept no more connections. Connections that were accepted go on."""
        if self._pause_timer is not None:
            self._pause_timer.cancel()
        self._loop.remove_reader(self._socket)

    async def wait_closed(self) -> None:
        """Return at once: a handshake under way ends with the loop."""
