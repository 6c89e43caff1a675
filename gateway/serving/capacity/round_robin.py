"""Round robin of connections with many pipelined requests: a few of them are answered at a time.

Each pass of the event loop answers one request of each connection, and an answer to anybody takes
several passes. So sixty connections with thousands of pipelined requests would keep all others
waiting for sixty requests in each pass. Such a connection parses and answers a batch of its
requests while it has a slot, then the next one does. Those without many requests in one read need
no slot.

A slot is given up when what was parsed is answered, when the client does not read its answers, and
with the connection. So no client can keep it.
"""

from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable

SLOTS = 4


class RoundRobin:
    """The slots of one worker. To be used on its event loop."""

    def __init__(self, slots: int = SLOTS) -> None:
        self._free = slots
        self._waiting: deque[Slot] = deque()

    def acquire(self, slot: "Slot") -> bool:
        """Take a free slot, or wait for one."""
        if self._free:
            self._free -= 1
            return True
        self._waiting.append(slot)
        return False

    def leave(self, slot: "Slot") -> None:
        """Wait no more."""
        self._waiting.remove(slot)

    def release(self) -> None:
        """Give a slot to the connection that waits for longest."""
        if self._waiting:
            self._waiting.popleft().begin()
        else:
            self._free += 1


class Slot:
    """The slot of one connection, again and again.  held: whether it has one now."""

    def __init__(
        self, round_robin: RoundRobin, loop: AbstractEventLoop, go_on: Callable[[], None]
    ) -> None:
        """go_on: called when the connection gets a slot that it had to wait for."""
        self._round_robin = round_robin
        self._loop = loop
        self._go_on = go_on
        self._is_waiting = False
        self.held = False

    def acquire(self) -> bool:
        """Whether the connection has a slot; if not, it waits for one."""
        if not (self.held or self._is_waiting):
            self.held = self._round_robin.acquire(self)
            self._is_waiting = not self.held
        return self.held

    def begin(self) -> None:
        """Use a slot that the connection waited for."""
        self.held, self._is_waiting = True, False
        self._loop.call_soon(self._go_on)

    def release(self) -> None:
        """Give the slot up, if there is one."""
        if self.held:
            self.held = False
            self._round_robin.release()

    def close(self) -> None:
        """Give the slot up, and wait for no other."""
        if self._is_waiting:
            self._is_waiting = False
            self._round_robin.leave(self)
        self.release()
