"""Which pending answers are settled together? All that come in the same moment, on the event loop.

What settling costs, a wait for the disk, it costs once for all of them. A thread for it would leave the loop free
meanwhile, but changing threads costs more than a quick disk; and so does waiting for senders who came along the last
time, for as long as that may be.
"""

import asyncio
from asyncio import AbstractEventLoop, Future

from gateway.http import HttpAnswer, Pending

_QUIET_TURNS = 2
"""Turns of the loop without another pending answer that end the moment: what one turn reads, the next works on."""

_MOST = 64
"""That are settled together: those who came first wait no longer than these take."""


class Crowd:
    """The pending answers of one event loop."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Pending, Future[HttpAnswer]]] = []

    def settled(self, pending: Pending) -> "Future[HttpAnswer]":
        """The answer that may leave. It is settled also where nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        answer: Future[HttpAnswer] = loop.create_future()
        self._waiting.append((pending, answer))
        if len(self._waiting) == 1:
            loop.call_soon(self._turn, loop, 1, _QUIET_TURNS)
        return answer

    def _turn(self, loop: AbstractEventLoop, known: int, quiet: int) -> None:
        present = len(self._waiting)
        left = _QUIET_TURNS if present > known else quiet - 1
        if present >= _MOST or left < 0:
            self._settle()
        else:
            loop.call_soon(self._turn, loop, present, left)

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        for pending, answer in waiting:
            sendable = pending.settle()
            if not answer.done():  # its client has gone
                answer.set_result(sendable)
