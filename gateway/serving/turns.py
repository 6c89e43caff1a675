"""Which worker takes the next connection? The one that has not just taken one.

All workers listen on one socket, and the kernel lets whoever is awake take what has come: the first one up takes most
of the connections that come at once, and keeps them for hours, while others idle. So whoever has taken the last lets
the others go first for a moment. It is a courtesy, not a lock: whether they are busy, hang or have died, a connection
waits no longer than that moment.
"""

import asyncio
import socket
import ssl
from asyncio import AbstractEventLoop, BaseProtocol, Task
from collections.abc import Callable
from contextlib import suppress
from ctypes import c_ulong
from typing import Any

import uvloop

COURTESY_SECONDS = 0.001
"""How long the others may take to come first."""

_NO_ROOM_SECONDS = 0.1
"""Until the next try where the system has no room for one more connection."""


class Turns:
    """What one worker knows of whose turn it is.

    taken: connections that all workers have taken so far, in memory that they share. Two that count in the same instant
    may count one too few, which costs a moment's fairness and nothing else.
    """

    def __init__(self, taken: c_ulong, workers: int) -> None:
        self._taken = taken
        self._others = workers - 1
        self._free_at = 0

    @property
    def mine(self) -> bool:
        """Whether each of the others could have taken one since our last."""
        return self._taken.value >= self._free_at

    def took(self) -> None:
        """We have taken one."""
        self._taken.value += 1
        self._free_at = self._taken.value + self._others


class TurnTakingLoop(uvloop.Loop):
    """An event loop whose listeners take turns with those of other processes, once it is told of them."""

    turns: Turns | None = None

    async def create_server(self, protocol_factory: Any, *args: Any, **options: Any) -> Any:
        """As asyncio's; with turns, on a socket that listens already."""
        if self.turns is None:
            return await super().create_server(protocol_factory, *args, **options)
        return Listener(self, protocol_factory, options["sock"], options.get("ssl"), self.turns)


class Listener:
    """A listening socket of one worker. Offers what uvicorn asks of asyncio's Server."""

    def __init__(
        self, loop: AbstractEventLoop, protocol: Callable[[], BaseProtocol], listening: socket.socket,
        context: ssl.SSLContext | None, turns: Turns,
    ) -> None:  # fmt: skip
        self._loop = loop
        self._protocol = protocol
        self._socket = listening
        self._context = context
        self._turns = turns
        self._polite = True
        self._waiting: asyncio.TimerHandle | None = None
        self._greeting: set[Task[None]] = set()
        listening.setblocking(False)
        self._listen()

    def _listen(self) -> None:
        self._waiting = None
        self._loop.add_reader(self._socket, self._knocked)

    def _pause(self, seconds: float) -> None:
        self._loop.remove_reader(self._socket)
        self._waiting = self._loop.call_later(seconds, self._listen)

    def _knocked(self) -> None:
        if self._polite and not self._turns.mine:
            self._polite = False
            self._pause(COURTESY_SECONDS)
            return
        self._polite = True
        try:
            connection, _ = self._socket.accept()
        except (BlockingIOError, ConnectionAbortedError):  # another worker was quicker, or the client has gone
            return
        except OSError:
            self._pause(_NO_ROOM_SECONDS)
            return
        self._turns.took()
        connection.setblocking(False)
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self._loop.create_task(self._greet(connection))
        self._greeting.add(task)
        task.add_done_callback(self._greeting.discard)

    async def _greet(self, connection: socket.socket) -> None:
        with suppress(OSError):  # a handshake that failed ends its connection and concerns nobody else
            await self._loop.connect_accepted_socket(self._protocol, connection, ssl=self._context)

    def close(self) -> None:
        """Take no more connections; those that were taken go on."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._loop.remove_reader(self._socket)

    async def wait_closed(self) -> None:
        """Nothing to wait for: a handshake under way ends with the loop."""
