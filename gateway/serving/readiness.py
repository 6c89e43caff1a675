"""When does a server take requests? Tells whoever started it, systemd or a program of ours, over NOTIFY_SOCKET."""

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


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server in a process of its own. address: as `serve` announces it, `https://127.0.0.1:40123`."""

    address: str
    process: subprocess.Popen[bytes]

    def stop(self, seconds: float = 35.0) -> int:
        """Ask it to finish what it is doing; gives the exit status. Kills it, workers too, if that takes longer."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return self.process.wait()


def notify_ready(address: str) -> None:
    """Say READY=1 as sd_notify(3) does; nothing happens where nobody asked for it."""
    where = os.environ.get(NOTIFY_SOCKET)
    if not where:
        return
    name = "\0" + where[1:] if where.startswith("@") else where
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        try:
            ear.sendto(f"READY=1\nSTATUS=listening on {address}".encode(), name)
        except OSError:
            return  # whoever asked has gone; that is no reason not to serve


@contextmanager
def running(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None, ready_seconds: float = 30.0
) -> Iterator[RunningServer]:
    """Run `command`, a program that calls `serve`, for as long as the block lasts.

    environment: added to ours.  Its output goes where ours goes.
    Raises CannotServe if it ends or stays silent instead of getting ready.
    """
    with tempfile.TemporaryDirectory(prefix="epix-") as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(f"{folder}/ready")
        ear.settimeout(0.1)
        process = subprocess.Popen(  # noqa: S603  the caller's own command, no shell
            [str(word) for word in command],
            env={**os.environ, **(environment or {}), NOTIFY_SOCKET: f"{folder}/ready"},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        server = RunningServer("", process)
        try:
            yield RunningServer(_address(ear, process, time.monotonic() + ready_seconds), process)
        finally:
            if process.poll() is None:
                server.stop()


def _address(ear: socket.socket, process: subprocess.Popen[bytes], latest: float) -> str:
    while time.monotonic() < latest:
        try:
            said = ear.recv(4096).decode().partition("listening on ")
        except TimeoutError:
            if process.poll() is not None:
                raise CannotServe(f"the server ended (exit status {process.returncode}) before it was ready") from None
            continue
        return said[2]
    raise CannotServe("the server was not ready in time")
