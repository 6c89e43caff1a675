"""Readiness: a server notifies its parent when it accepts requests, as sd_notify(3) does.

The parent is systemd (`Type=notify`), or a program of ours that starts a server with `running`.
Source: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.serving.options import CannotServe

NOTIFY_SOCKET = "NOTIFY_SOCKET"
_NOTIFY_SECONDS = 1.0
"""Each new worker notifies. A parent that reads no more has room for ten messages."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server in a process of its own.

    address: as `serve` announces it, `https://127.0.0.1:40123`.
    process: its supervisor.
    """

    address: str
    process: subprocess.Popen[bytes]

    def stop(self, seconds: float = 35.0) -> int:
        """Stop the server by SIGTERM (graceful shutdown). Returns its exit status.

        seconds: time for the shutdown. After it supervisor and workers are killed.
        """
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return self.process.wait()


def notify_ready(address: str) -> None:
    """Send READY=1 to NOTIFY_SOCKET, as sd_notify(3) does; no-op where that is not set."""
    path = os.environ.get(NOTIFY_SOCKET)
    if not path:
        return
    # A leading @ marks an abstract socket of Linux, whose name begins with a NUL byte.
    name = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifying:
        notifying.settimeout(_NOTIFY_SECONDS)
        try:
            notifying.sendto(f"READY=1\nSTATUS=listening on {address}".encode(), name)
        except OSError:
            return  # the parent has gone, or reads no more; that is no reason not to serve


@contextmanager
def running(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    ready_seconds: float = 60.0,
) -> Iterator[RunningServer]:
    """Run `command`, a program that calls `serve`, for as long as the block lasts.

    environment: added to the environment of this process. The output is inherited.
    ready_seconds: time in which the server must be ready.
    Raises CannotServe if the server ends, or is not ready in time.
    """
    with (
        tempfile.TemporaryDirectory(prefix="epix-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified,
    ):
        notified.bind(f"{folder}/ready")
        notified.settimeout(0.1)
        process = subprocess.Popen(  # noqa: S603  the caller's own command, no shell
            [str(argument) for argument in command],
            env={**os.environ, **(environment or {}), NOTIFY_SOCKET: f"{folder}/ready"},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        server = RunningServer("", process)
        try:
            address = _address(notified, process, time.monotonic() + ready_seconds)
            notified.close()  # so that what later workers notify is refused at once
            yield RunningServer(address, process)
        finally:
            if process.poll() is None:
                server.stop()


def _address(notified: socket.socket, process: subprocess.Popen[bytes], deadline: float) -> str:
    while time.monotonic() < deadline:
        try:
            _, _, address = notified.recv(4096).decode().partition("listening on ")
        except TimeoutError:
            if process.poll() is not None:
                raise CannotServe(
                    f"the server ended (exit status {process.returncode}) before it was ready"
                ) from None
            continue
        return address
    raise CannotServe("the server was not ready in time")
