"""Is `serve` running on this working directory, and how is it told to read its keys anew? By data/serve.pid."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path


class Reload(StrEnum):
    """What came of it."""

    TOLD = "told"
    NOT_RUNNING = "not-running"
    NOT_ALLOWED = "not-allowed"
    """It belongs to another user."""


@contextmanager
def known_as_running(directory: Path) -> Iterator[None]:
    """Keep this process's number in the file, locked for as long as the block lasts.

    A number without lock is one of a process that has died. Where several serve one directory the first is known.
    """
    _file(directory).parent.mkdir(exist_ok=True)
    with _file(directory).open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield
            return
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the server takes it over: keys are yet to be read anyway
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def reload(directory: Path) -> Reload:
    """Send SIGHUP: new workers with the keys of now take over from the old ones, no request is lost."""
    try:
        with _file(directory).open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                os.kill(int(file.read()), signal.SIGHUP)
                return Reload.TOLD
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return Reload.NOT_RUNNING
    except PermissionError:
        return Reload.NOT_ALLOWED
    return Reload.NOT_RUNNING


def _file(directory: Path) -> Path:
    return directory / "data/serve.pid"
