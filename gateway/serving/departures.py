"""When may an answer leave that has to wait for its moment? Not before it, and hardly after.

The event loop's own timers are no use for it: they run in whole milliseconds from when they are set, so that the moment
an answer leaves would still tell when it was ready. A thread that sleeps until the moment itself does not.
"""

import asyncio
from asyncio import AbstractEventLoop, Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from time import monotonic, sleep

_Held = tuple[float, AbstractEventLoop, "Future[None]"]


class Departures:
    """The held answers of one process, in the order they came: all are held about as long, so hardly one waits for
    another. The thread starts with the first."""

    def __init__(self) -> None:
        self._held: SimpleQueue[_Held] = SimpleQueue()
        self._watch: Thread | None = None

    def at(self, moment: float) -> "Future[None]":
        """Done at that moment. moment: of the monotonic clock, in seconds. To be called on an event loop."""
        loop = asyncio.get_running_loop()
        due: Future[None] = loop.create_future()
        self._held.put((moment, loop, due))
        if self._watch is None:
            self._watch = Thread(target=self._see_off, name="departures", daemon=True)
            self._watch.start()
        return due

    def _see_off(self) -> None:
        while True:
            moment, loop, due = self._held.get()
            sleep(max(0.0, moment - monotonic()))
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                loop.call_soon_threadsafe(_leave, due)


def _leave(due: "Future[None]") -> None:
    if not due.done():  # its client has gone
        due.set_result(None)
