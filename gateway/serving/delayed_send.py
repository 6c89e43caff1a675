"""Delayed send: refusals leave at a given moment, so that their time tells nothing.

This closes a timing side channel: the time of a refusal must not tell a guesser how far the request
came (`gateway/soap/refusal_timing.py` chooses the moment). The timers of the event loop cannot do
it. They run in whole milliseconds from the call that sets them, so that the moment of sending would
still tell when the answer was ready. A thread that sleeps until the moment itself does not.
"""

import asyncio
from asyncio import AbstractEventLoop, Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from time import monotonic, sleep

_Delayed = tuple[float, AbstractEventLoop, "Future[None]"]


class DelayedSend:
    """The delayed answers of one process, a FIFO queue.

    All answers are delayed by about the same time, so an answer hardly ever waits for one before
    it. The thread starts with the first delayed answer.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Delayed] = SimpleQueue()
        self._thread: Thread | None = None

    def wait_until(self, moment: float) -> "Future[None]":
        """A future that is done at `moment`. To be called on an event loop.

        moment: seconds of the monotonic clock.
        """
        loop = asyncio.get_running_loop()
        due: Future[None] = loop.create_future()
        self._queue.put((moment, loop, due))
        if self._thread is None:
            self._thread = Thread(target=self._release_each, name="delayed-send", daemon=True)
            self._thread.start()
        return due

    def _release_each(self) -> None:
        while True:
            moment, loop, due = self._queue.get()
            sleep(max(0.0, moment - monotonic()))
            with suppress(RuntimeError):  # the loop has ended, and every connection with it
                loop.call_soon_threadsafe(_release, due)


def _release(due: "Future[None]") -> None:
    if not due.done():  # done already: its client has gone, and the task was cancelled
        due.set_result(None)
