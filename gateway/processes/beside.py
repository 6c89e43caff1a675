"""Processes beside the workers: started with the server, started again, ended with it.

A process that ends by itself is started again with exponential back-off, and the workers notice
nothing. So is a process that the system refuses to start, as its processes or memory are used up.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from socket import socket
from typing import Self

from gateway.processes.forked import FAILED, ChildEnded, Errors, ForkedProcess, pipe, received
from gateway.processes.messages import send

_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1.0, 60.0
_LOG = logging.getLogger(__name__)

Ready = Callable[[], None]
"""Called by a child once it works."""


class ProcessBeside:
    """A process beside the workers. A context manager: it runs for the length of the block.

    name: as `ps` shows it.  title: its name in the log.
    run: called in the child; it calls its argument when it works.
    errors: classes whose sentence reaches the parent; all others are printed.
    stop_signal: it ends on this.  stop_seconds: after them it is killed.
    """

    _again_at: float | None

    def __init__(
        self,
        name: str,
        title: str,
        run: Callable[[Ready], None],
        errors: Errors,
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        stop_seconds: float = 20.0,
    ) -> None:
        self._name, self._title, self._run, self._errors = name, title, run, errors
        self._stop_signal, self._stop_seconds = stop_signal, stop_seconds
        self._wait = _FIRST_WAIT_SECONDS
        self._start(())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait_until_ready(self) -> None:
        """Return when it works. Raises its error, and ChildEnded where it just ended."""
        answer = received(self._outcome)
        if isinstance(answer, ChildEnded):
            self._process.join()
            raise ChildEnded(f"{self._title} ended with exit status {self._process.exitcode}")
        if isinstance(answer, Exception):
            raise answer

    def keep_alive(self, sockets: Sequence[socket]) -> None:
        """Start it again where it has ended, and its wait is over.

        sockets: of the server that looks after it; the child closes them.
        """
        if self._process.is_alive():
            return
        if self._again_at is None:
            if time.monotonic() - self._began > _LONGEST_WAIT_SECONDS:
                self._wait = _FIRST_WAIT_SECONDS
            self._try_later(f"ended with status {self._process.exitcode}{self._reason()}")
        elif time.monotonic() >= self._again_at:
            self._outcome.close()
            try:
                self._start(sockets)
            except OSError as error:
                self._try_later(f"cannot be started ({error})")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, where it runs."""
        if self._process.pid and self._process.is_alive():
            os.kill(self._process.pid, number)

    def stop(self) -> None:
        """End it."""
        self.signal(self._stop_signal)
        self._process.join(self._stop_seconds)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._outcome.close()

    def _try_later(self, reason: str) -> None:
        _LOG.error("%s %s; again in %g s", self._title, reason, self._wait)
        self._again_at = time.monotonic() + self._wait
        self._wait = min(2 * self._wait, _LONGEST_WAIT_SECONDS)

    def _start(self, sockets: Sequence[socket]) -> None:
        outcome, theirs = pipe()
        process = ForkedProcess(target=self._run_in_child, args=(theirs, sockets), name=self._name)
        with theirs:
            process.start()
        self._process, self._outcome = process, outcome
        self._again_at = None
        self._began = time.monotonic()

    def _run_in_child(self, outcome: Connection, sockets: Sequence[socket]) -> None:
        # The port is free when the server that listens there has ended.
        for each in sockets:
            each.close()
        try:
            self._run(lambda: send(outcome, None))
        except self._errors as error:
            send(outcome, error)
            sys.exit(FAILED)

    def _reason(self) -> str:
        """Its error as the end of a sentence; empty where it gave none."""
        while self._outcome.poll():
            answer = received(self._outcome)
            if isinstance(answer, ChildEnded):
                break
            if isinstance(answer, Exception):
                return f" ({answer})"
        return ""
