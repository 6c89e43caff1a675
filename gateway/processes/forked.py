"""Forked processes: children that share the imported code of their parent.

All libraries together take more than a second to import. A parent imports them once, and each
child begins with them: in milliseconds, on the same pages of memory.

A fork copies whatever the parent has. So a parent keeps these rules (docs/decisions/0033):

- It has one thread. A lock that another thread holds would never be released in a child.
- It has no open database, no session with a hardware token, no private key and no event loop.
  Work with one of these is done in a child, `call_forked` included.
- It caches nothing that is read from the configuration. A child reads all files anew.

Source: fork(2); https://docs.python.org/3/library/gc.html#gc.freeze (copy-on-write).
"""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any, TypeVar

from gateway.processes.messages import receive, send

FAILED = 1
"""Exit status of a child that ends with an error."""

Errors = tuple[type[Exception], ...]
T = TypeVar("T")


class Prctl(IntEnum):
    """Options of prctl(2)."""

    SET_PDEATHSIG = 1
    SET_NAME = 15


class ChildEnded(Exception):
    """A child ended without an answer. The sentence names its exit status."""


class ForkedProcess(ForkProcess):
    """A forked child. name: as `ps` and `top` show it, 15 characters.

    It has none of the signal handlers of its parent. A signal that arrives before they are removed
    waits.
    """

    def start(self) -> None:
        """Fork."""
        # Objects of the parent are no work for the garbage collection of a child, which would write
        # to all of their pages.
        gc.freeze()
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def run(self) -> None:
        """Run the target, in the child."""
        signal.set_wakeup_fd(-1)
        for number in signal.valid_signals():
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _prctl(Prctl.SET_NAME, self.name.encode())
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        super().run()


def parent_lives() -> bool:
    """Whether the process that forked this child is there, even where it died at once."""
    parent = multiprocessing.parent_process()
    return parent is not None and os.getppid() == parent.pid


def end_with_parent() -> None:
    """Have this child get SIGTERM when its parent dies, however that happens."""
    _prctl(Prctl.SET_PDEATHSIG, int(signal.SIGTERM))
    if not parent_lives():  # it died before
        signal.raise_signal(signal.SIGTERM)


def pipe() -> tuple[Connection, Connection]:
    """A pipe from a child to its parent: the end that receives, the end that sends."""
    return multiprocessing.Pipe(duplex=False)


def call_forked(function: Callable[[], T], errors: Errors, name: str = "epix-check") -> T:
    """Call a function in a child; return what it returns, which pickle has to know.

    errors: classes that pass to the caller; all others are printed. Raises them, and ChildEnded
    where there is no answer.
    """
    ours, theirs = pipe()
    child = ForkedProcess(target=_answer, args=(theirs, function, errors), name=name)
    try:
        with ours:
            with theirs:
                child.start()
            answer = received(ours)
        child.join()
    finally:
        if child.is_alive():  # a signal has ended the wait
            child.kill()
            child.join()
    if isinstance(answer, ChildEnded):
        raise ChildEnded(f"{name} ended with exit status {child.exitcode}")
    if isinstance(answer, Exception):
        raise answer
    result: T = answer
    return result


def received(connection: Connection) -> Any:
    """The message of a child; ChildEnded where it ended before."""
    try:
        return receive(connection)
    except (EOFError, OSError):
        return ChildEnded()


def _answer(connection: Connection, function: Callable[[], object], errors: Errors) -> None:
    with connection, suppress(BrokenPipeError):  # the parent has gone
        try:
            send(connection, function())
        except errors as error:
            send(connection, error)


def _prctl(option: Prctl, value: bytes | int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(int(option), value, 0, 0, 0)
