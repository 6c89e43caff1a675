"""Background process: threads and databases of the server, apart from supervisor and workers.

It serves until its supervisor says so. A terminal and a service manager send SIGINT and SIGTERM to
all processes of a service at once: these it leaves to the supervisor, as health has to be answered
until the last worker has ended.
"""

import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager

from gateway.processes.beside import ProcessBeside, Ready
from gateway.processes.forked import Errors, parent_lives

_DRAIN, _STOP = signal.SIGUSR1, signal.SIGUSR2
_LOOK_SECONDS = 1.0
"""From one look whether the supervisor is there to the next."""

Work = Callable[[], AbstractContextManager[Callable[[], None]]]
"""Gives a block in which the work is done, and a function to call when the server begins to stop.

Both in the background process.
"""


class BackgroundProcess(ProcessBeside):
    """The background process of a server. errors: as ProcessBeside has them."""

    def __init__(self, work: Work, errors: Errors) -> None:
        super().__init__(
            "epix-background",
            "the background process",
            lambda ready: _run(work, ready),
            errors,
            stop_signal=_STOP,
        )

    def drain(self) -> None:
        """Tell it that the server begins to stop."""
        self.signal(_DRAIN)


def signal_parent(number: signal.Signals) -> Callable[[], None]:
    """A function that sends a signal to the parent of this child, unless that has died."""

    def send() -> None:
        if parent_lives():
            os.kill(os.getppid(), number)

    return send


def _run(work: Work, ready: Ready) -> None:
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    # Blocked before any thread begins, so that they wait here and nowhere else.
    signal.pthread_sigmask(signal.SIG_BLOCK, (_DRAIN, _STOP))
    with work() as draining:
        ready()
        while parent_lives():
            received = signal.sigtimedwait((_DRAIN, _STOP), _LOOK_SECONDS)
            if received is None:
                continue
            if received.si_signo == _STOP:
                break
            draining()


def _leave(*_: object) -> None:
    """A handler, as a program that is started from here would ignore what is ignored here."""
