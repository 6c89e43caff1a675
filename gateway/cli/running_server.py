"""PID file of `serve` in a working directory (data/serve.pid), and signals: to reload, to stop.

The file holds the process id and the start time of that process, as /proc has it. A number in a
file is no proof: `kill` takes -1 for every process and 0 for its own group, and the system gives
the id of a dead process to another one. So the signal goes only to the process that id and start
time name together, and only where it belongs to the owner of the file.

Source: proc(5), /proc/pid/stat; pidfd_open(2).
"""

import errno
import fcntl
import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import TextIO

from gateway.hardening import FOLDER_MODE, private_opener

_CONTENT = re.compile(r"([1-9][0-9]{0,6}) ([0-9]{1,20})\n", re.ASCII)
_START_TIME = 19
"""Place of the start time in /proc/PID/stat (field 22), counted after the name, from 0."""


class Reload(StrEnum):
    """Result of a reload."""

    SIGNALLED = "signalled"
    NOT_RUNNING = "not-running"
    NOT_ALLOWED = "not-allowed"
    """It belongs to another user."""


@contextmanager
def known_as_running(directory: Path) -> Iterator[bool]:
    """Write this process's id into the file, and lock the file for the length of the block.

    An id without lock is that of a process that has died. Where several processes serve a
    directory, the file holds the first. Gives False where there can be no file, as the directory
    is on a read-only file system (a container): then whoever started the server has to signal it.
    """
    with ExitStack() as stack:
        try:
            _file(directory).parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
            file = stack.enter_context(
                open(_file(directory), "a+", encoding="ascii", opener=private_opener)
            )
        except OSError as error:
            if error.errno != errno.EROFS:
                raise
            yield False
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield True
            return
        # Else the lock would last as long as any child.
        os.register_at_fork(after_in_child=file.close)
        # Until the server handles the signal itself: it has not read its keys yet.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        file.truncate(0)
        file.write(f"{os.getpid()} {start_time(os.getpid())}\n")
        file.flush()
        try:
            yield True
        finally:
            file.truncate(0)


def is_running(directory: Path) -> bool:
    """Whether a process of `serve` holds the PID file of a working directory."""
    try:
        with _file(directory).open(encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def reload(directory: Path) -> Reload:
    """Send SIGHUP: new workers read the keys and replace the old ones; no request is lost."""
    try:
        with _file(directory).open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _signal(file)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return Reload.NOT_RUNNING
    except PermissionError:
        return Reload.NOT_ALLOWED
    return Reload.NOT_RUNNING


def start_time(pid: int) -> int:
    """Return when a process started, in clock ticks since the machine did.

    Raises FileNotFoundError, ProcessLookupError where there is no such process.
    """
    # The name of a process may hold spaces and brackets; the last bracket ends it.
    after_name = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2]
    return int(after_name.split()[_START_TIME])


def _signal(file: TextIO) -> Reload:
    """Send the signal to the process that the locked file names, where it is the one that wrote it.

    Raises ValueError, FileNotFoundError, ProcessLookupError for a file that names none;
    PermissionError.
    """
    content = _CONTENT.fullmatch(file.read(64))
    if not content:
        return Reload.NOT_RUNNING
    pid, started = int(content[1]), int(content[2])
    process = os.pidfd_open(pid)  # from here on the id cannot come to mean another process
    try:
        owner = Path(f"/proc/{pid}").stat().st_uid
        if start_time(pid) != started or owner != os.fstat(file.fileno()).st_uid:
            return Reload.NOT_RUNNING
        signal.pidfd_send_signal(process, signal.SIGHUP)
    finally:
        os.close(process)
    return Reload.SIGNALLED


def _file(directory: Path) -> Path:
    return directory / "data/serve.pid"


def wait_for_stop() -> None:
    """Return when this process is told to stop, by SIGINT or SIGTERM."""
    # An event, not an exception: a KeyboardInterrupt that is raised inside of a destructor or a
    # callback is printed and lost, and the process would wait for ever.
    stopping = Event()
    before = {
        number: signal.signal(number, lambda *_: stopping.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    stopping.wait()
    for number, handler in before.items():
        signal.signal(number, handler)
