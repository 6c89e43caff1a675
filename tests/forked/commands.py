"""Commands of the program in processes of their own, forked from one that has imported it.

server.py is that process; each process of the tests has one. `running` and `started` are used as
those of gateway.serving and tests.programs.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from gateway.serving.readiness import NOTIFY_SOCKET, RunningServer, _address
from tests.forked.server import GATEWAY, MOST_BYTES

ROOT = Path(__file__).parents[2]


class ForkedCommand:
    """A process of a command, with the methods of subprocess.Popen. told: of the fork server."""

    def __init__(self, told: socket.socket) -> None:
        self._told = told
        self.pid = int(told.recv(MOST_BYTES))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, once it has ended. Raises subprocess.TimeoutExpired."""
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired("epix-gateway", timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], seconds)[0]:
            self.returncode = int(self._told.recv(MOST_BYTES))
            self._told.close()
        return self.returncode


def fork(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    output: IO[str] | None = None,
    errors: IO[str] | None = None,
) -> ForkedCommand:
    """Start a command: GATEWAY, or a module of the tests whose `main` calls it, and its words.

    environment: added to that of this process.

    output: for its standard output and, where `errors` is None, for its standard error as well.
    None for those of this process.
    """
    words = [str(word) for word in command]
    assert tuple(words[:2]) == GATEWAY[:2], "a command of the program"
    asked = {
        "program": words[2],
        "words": words[3:],
        "new_session": True,
        "environment": {**os.environ, **(environment or {})},
    }
    told, telling = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    folder, nothing = os.open(".", os.O_DIRECTORY), os.open(os.devnull, os.O_RDONLY)
    out = output.fileno() if output else 1
    error = errors.fileno() if errors else out if output else 2
    files = [nothing, out, error, folder, telling.fileno()]
    try:
        socket.send_fds(_server(), [json.dumps(asked).encode()], files)
    finally:
        telling.close()
        os.close(folder)
        os.close(nothing)
    return ForkedCommand(told)


@contextmanager
def started(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    output: IO[str] | None = None,
) -> Iterator[ForkedCommand]:
    """A command for the length of the block: killed if it still runs at the end."""
    process = fork(command, environment, output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def heard(command: Sequence[str | Path]) -> Iterator[tuple[ForkedCommand, IO[str]]]:
    """As `started`, with what the command writes to its standard output, to be read meanwhile."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as said:
        with os.fdopen(writing, "w") as output:
            process = fork(command, None, output, sys.__stderr__)
        try:
            yield process, said
        finally:
            process.kill()
            process.wait()


def completed(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None, seconds: float = 60
) -> "subprocess.CompletedProcess[str]":
    """A command that has ended. seconds: the longest wait. Raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = fork(command, environment, output, errors)
        try:
            status = process.wait(seconds)
        finally:
            process.kill()
        output.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(command, status, output.read(), errors.read())


@contextmanager
def running(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    ready_seconds: float = 60.0,
) -> Iterator[RunningServer]:
    """Run `serve` for the length of the block, as gateway.serving.running does."""
    with (
        tempfile.TemporaryDirectory(prefix="epix-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified,
    ):
        notified.bind(f"{folder}/ready")
        notified.settimeout(0.1)
        told = {**(environment or {}), NOTIFY_SOCKET: f"{folder}/ready"}
        process = fork(command, told)
        server = RunningServer("", process)  # type: ignore[arg-type]
        try:
            address = _address(notified, process, time.monotonic() + ready_seconds)  # type: ignore[arg-type]
            notified.close()
            yield RunningServer(address, process)  # type: ignore[arg-type]
        finally:
            if process.poll() is None:
                server.stop()


@cache
def _server() -> socket.socket:
    """The socket of the fork server, which ends with this process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.forked.server", str(theirs.fileno())]
    process = subprocess.Popen(
        command, pass_fds=[theirs.fileno()], cwd=ROOT, start_new_session=True
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours
