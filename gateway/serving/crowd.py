"""Which pending answers are settled together? All that come in the same moment, on the event loop.

What settling costs, a wait for the disk, it costs once for all of them. A thread for it would leave the loop free
meanwhile, but changing threads costs more than a quick disk.

Senders that got their answers together mostly ask again together. So as many as came the last time are waited for, as
long as that is shorter than what settling them apart would take; a sender that is alone waits for nobody.
"""

import asyncio
import os
from asyncio import AbstractEventLoop, Future
from time import perf_counter

from gateway.http import HttpAnswer, Pending

_QUIET_TURNS = 2
"""Turns of the loop without another pending answer that end the moment: what one turn reads, the next works on."""

PATIENCE_SECONDS = 0.0005
"""Longest wait for somebody who asked along the last time."""

_MOST = 64
"""That are settled together: those who came first wait no longer than these take."""


class Crowd:
    """The pending answers of one event loop."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience = patience_seconds
        self._waiting: list[tuple[Pending, Future[HttpAnswer]]] = []
        self._expected = 1

    def settled(self, pending: Pending) -> "Future[HttpAnswer]":
        """The answer that may leave. It is settled also where nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        answer: Future[HttpAnswer] = loop.create_future()
        self._waiting.append((pending, answer))
        if len(self._waiting) == 1:
            loop.call_soon(self._turn, loop, 1, _QUIET_TURNS, perf_counter())
        return answer

    def _turn(self, loop: AbstractEventLoop, known: int, quiet: int, since: float) -> None:
        present = len(self._waiting)
        if present > known:
            quiet, since = _QUIET_TURNS, perf_counter()
        elif quiet:
            quiet -= 1
        elif present < self._expected and perf_counter() - since < self._patience:
            os.sched_yield()  # whoever is expected may need this processor to ask
        else:
            self._settle()
            return
        if present >= _MOST:
            self._settle()
            return
        loop.call_soon(self._turn, loop, present, quiet, since)

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._expected = len(waiting)
        for pending, answer in waiting:
            sendable = pending.settle()
            if not answer.done():  # its client has gone
                answer.set_result(sendable)
