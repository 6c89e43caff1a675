"""Servers that are compared, each in processes of its own, as an operator starts it."""

import getpass
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gateway.serving import running
from tests.benchmarks import processes
from tests.benchmarks.floor import DATABASE_VARIABLE

_NGINX = Path(__file__).parent.parent.parent / "conf" / "nginx.conf"


@dataclass(frozen=True, slots=True)
class Server:
    """A server under load. connect: opens one connection to it.  sessions: of its processes."""

    name: str
    connect: Callable[[], socket.socket]
    sessions: tuple[int, ...]

    def processes(self) -> list[int]:
        """Everything that works for it."""
        return [process for session in self.sessions for process in processes.members(session)]


@contextmanager
def floor(database: Path, workers: int) -> Iterator[Server]:
    """The strict floor, over plain HTTP."""
    command = [sys.executable, "-m", "tests.benchmarks.floor", str(workers)]
    with running(command, {DATABASE_VARIABLE: str(database)}) as server:
        yield Server("floor", _plain(server.address), (server.process.pid,))


@contextmanager
def plain(directory: Path, name: str, settings: Mapping[str, str]) -> Iterator[Server]:
    """The gateway over plain HTTP. settings: environment variables."""
    with running(_serve(directory), settings) as server:
        yield Server(name, _plain(server.address), (server.process.pid,))


@contextmanager
def unwaiting(directory: Path, name: str, settings: Mapping[str, str]) -> Iterator[Server]:
    """The gateway over plain HTTP, where answers to questions do not wait for the disk."""
    with plain(directory, name, {**settings, "EPIX_JOURNAL__SYNC_READ_RECORDS": "false"}) as server:
        yield server


@contextmanager
def unjournalled(directory: Path, name: str, settings: Mapping[str, str]) -> Iterator[Server]:
    """The gateway over plain HTTP with a journal that keeps nothing."""
    command = [sys.executable, "-m", "tests.benchmarks.unjournalled", str(directory)]
    with running(command, settings) as server:
        yield Server(name, _plain(server.address), (server.process.pid,))


@contextmanager
def direct_tls(directory: Path, name: str, settings: Mapping[str, str]) -> Iterator[Server]:
    """The gateway that ends mutual TLS itself."""
    with running(_serve(directory), {**settings, "EPIX_SERVER__MODE": "direct-tls"}) as server:
        yield Server(name, _tls(directory, _port(server.address)), (server.process.pid,))


@contextmanager
def behind_nginx(directory: Path, name: str, settings: Mapping[str, str]) -> Iterator[Server]:
    """Mutual TLS ended by nginx as conf/nginx.conf sets it up, the gateway on a unix socket."""
    endpoint = directory / "http.sock"
    behind = {**settings, "EPIX_SERVER__MODE": "behind-proxy", "EPIX_SERVER__LISTEN": str(endpoint)}
    with running(_serve(directory), behind) as server, _nginx(directory, endpoint) as (port, proxy):
        yield Server(name, _tls(directory, port), (server.process.pid, proxy))


def _serve(directory: Path) -> list[str]:
    return [sys.executable, "-m", "gateway", "serve", "--dir", str(directory)]


@contextmanager
def _nginx(directory: Path, endpoint: Path) -> Iterator[tuple[int, int]]:
    """Run nginx with the published example, other paths and port. Yields port and process id."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    keys = directory / "keys"
    text = _NGINX.read_text(encoding="utf-8")
    for pattern, here in (
        (
            r"\nuser [^;]*;",
            f"\ndaemon off;\nuser {getpass.getuser()};",
        ),  # who may write to the socket
        (r"pid [^;]*;", f"pid {directory}/nginx.pid;"),
        (r"error_log [^;]*;", f"error_log {directory}/nginx.log warn;"),
        (r"listen 443 ", f"listen 127.0.0.1:{port} "),
        (r"server_name [^;]*;", "server_name localhost;"),
        (r"unix:[^ ;]*", f"unix:{endpoint}"),
        # One certificate asks for all partners there are.
        (r"zone=partners:10m rate=[^;]*;", "zone=partners:10m rate=100000r/s;"),
        (r"zone=partners burst=[^;]*;", "zone=partners burst=100000 nodelay;"),
        (r"ssl_certificate  [^;]*;", f"ssl_certificate {keys}/server/current/certificate.pem;"),
        (r"ssl_certificate_key [^;]*;", f"ssl_certificate_key {keys}/server/current/key.pem;"),
        (r"ssl_client_certificate [^;]*;", f"ssl_client_certificate {keys}/dev-ca.pem;"),
    ):
        text, changed = re.subn(pattern, here, text)
        assert changed, f"conf/nginx.conf says nothing of {pattern}"
    configuration = directory / "nginx.conf"
    configuration.write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        ["nginx", "-p", str(directory), "-c", str(configuration)], start_new_session=True
    )
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise ConnectionRefusedError(f"nobody listens on port {port}")


def _port(address: str) -> int:
    port = urlsplit(address).port
    assert port, address
    return port


def _plain(address: str) -> Callable[[], socket.socket]:
    port = _port(address)
    return lambda: socket.create_connection(("127.0.0.1", port))


def _tls(directory: Path, port: int) -> Callable[[], socket.socket]:
    keys = directory / "keys"
    context = ssl.create_default_context(cafile=str(keys / "dev-ca.pem"))
    context.load_cert_chain(keys / "partner.pem", keys / "partner.key.pem")
    return lambda: context.wrap_socket(
        socket.create_connection(("127.0.0.1", port)), server_hostname="localhost"
    )
