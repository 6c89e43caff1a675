"""Process of the pages for people, beside that of partners: started, restarted, ended with it.

It is a process of the same command, so that it shares no memory, no thread and no database
connection with the service for partners. Where it ends by itself it is started again, and partners
notice nothing.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from gateway.serving import NOTIFY_SOCKET

_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1.0, 60.0
_STOP_SECONDS = 20
_log = logging.getLogger(__name__)


class WebProcess:
    """The process, and the thread that watches it. quiet: it announces no address."""

    def __init__(self, directory: Path, *, quiet: bool) -> None:
        self._command = [
            *(sys.executable, "-m", "gateway", "serve", "--only", "web"),
            *("--dir", str(directory), "--beside", str(os.getpid())),
            *(["--quiet"] if quiet else []),
        ]
        self._stopping = Event()
        self._process = self._start()
        self._watcher = Thread(target=self._watch, name="web-process", daemon=True)
        self._watcher.start()

    def _start(self) -> subprocess.Popen[bytes]:
        # The service manager is told by the process for partners alone.
        environment = {name: value for name, value in os.environ.items() if name != NOTIFY_SOCKET}
        return subprocess.Popen(  # noqa: S603 - our own command
            self._command, stdin=subprocess.DEVNULL, env=environment
        )

    def _watch(self) -> None:
        wait = _FIRST_WAIT_SECONDS
        while True:
            status = self._process.wait()
            if self._stopping.is_set():
                return
            _log.error("pages for people ended with status %d; again in %g s", status, wait)
            if self._stopping.wait(wait):
                return
            wait = min(2 * wait, _LONGEST_WAIT_SECONDS)
            self._process = self._start()

    def signal(self, number: int) -> None:
        """Send it a signal, such as SIGHUP to read its configuration again."""
        self._process.send_signal(number)

    def stop(self) -> None:
        """End it: requests in flight are answered."""
        self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._watcher.join(_STOP_SECONDS)


@contextmanager
def web_process(directory: Path, *, quiet: bool) -> Iterator[WebProcess]:
    """The process for the length of the block."""
    process = WebProcess(directory, quiet=quiet)
    try:
        yield process
    finally:
        process.stop()
