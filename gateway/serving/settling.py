"""Who waits for the disk? A thread, for all requests of a worker at once, so that its event loop never does."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from gateway.http import HttpAnswer, Pending

_Batch = list[tuple[Pending, asyncio.Future[HttpAnswer]]]


class Settling:
    """Settles pending answers, batch after batch: all that became pending while the batch before was settled.

    For one event loop.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "settling")
        self._waiting: _Batch = []
        self._is_busy = False

    async def settled(self, pending: Pending) -> HttpAnswer:
        """The answer that may leave. It is settled even if nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[HttpAnswer] = loop.create_future()
        self._waiting.append((pending, answer))
        if not self._is_busy:
            self._is_busy = True
            loop.call_soon(self._begin)  # after the other requests that have arrived by now
        return await answer

    def _begin(self) -> None:
        batch, self._waiting = self._waiting, []
        work = partial(_settle, [pending for pending, _ in batch])
        done = asyncio.get_running_loop().run_in_executor(self._thread, work)
        done.add_done_callback(partial(self._end, batch))

    def _end(self, batch: _Batch, done: asyncio.Future[list[HttpAnswer]]) -> None:
        for (_, answer), settled in zip(batch, done.result(), strict=True):
            if not answer.done():  # its client has gone
                answer.set_result(settled)
        if self._waiting:
            self._begin()
        else:
            self._is_busy = False


def _settle(batch: Sequence[Pending]) -> list[HttpAnswer]:
    return [pending.settle() for pending in batch]
