"""nginx as reverse proxy of tests: the files of conf/ as published, with other paths and ports."""

import getpass
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs import program

CONF = Path(__file__).parent.parent / "conf"
NAME = "epix.example.org"
"""The name in conf/nginx.conf."""
PEOPLE = "desk.example.org"
"""The name of the pages for people there."""


@contextmanager
def nginx(folder: Path, gateway: str, server_pem: Path, authorities: Path) -> Iterator[str]:
    """Run nginx for the length of the block. Yields its address.

    Skips the test where nginx is not installed, but fails in CI.

    gateway: `unix:/...`.  server_pem: certificate and key in one file.
    """
    with _running(
        "nginx.conf",
        {r"unix:/run/epix-gateway/http\.sock": gateway},
        folder,
        server_pem,
        authorities,
    ) as at:
        yield at


@contextmanager
def nginx_for_people(
    folder: Path, pages: str, server_pem: Path, authorities: Path
) -> Iterator[str]:
    """As `nginx`, in front of the pages for people. pages: `unix:/...`."""
    moved = {r"unix:/run/epix-gateway/web\.sock": pages}
    with _running("nginx.conf", moved, folder, server_pem, authorities) as at:
        yield at


@contextmanager
def nginx_before_nodes(
    folder: Path, nodes: Sequence[str], secret: str, server_pem: Path, authorities: Path
) -> Iterator[str]:
    """As `nginx`, in front of two nodes, each HOST:PORT, that know the secret.

    A dead node is tried again after a second.
    """
    (folder / "secret.conf").write_text(f'proxy_set_header X-EPIX-Proxy-Secret "{secret}";\n')
    first, second = nodes
    moved = {
        r"10\.20\.0\.11:8080": first,
        r"10\.20\.0\.12:8080": second,
        r"fail_timeout=5s": "fail_timeout=1s",
        r"/etc/nginx/epix-gateway(-web)?-secret\.conf": f"{folder}/secret.conf",
    }
    with _running("nginx-nodes.conf", moved, folder, server_pem, authorities) as at:
        yield at


@contextmanager
def _running(
    name: str, moved: Mapping[str, str], folder: Path, server_pem: Path, authorities: Path
) -> Iterator[str]:
    binary = program("nginx", "nginx-light")
    port = _free_port()
    (folder / "nginx.conf").write_text(_placed(name, moved, folder, port, server_pem, authorities))
    command = [
        binary,
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "error.log"),
    ]
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        _wait_for(port, process)
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _placed(
    name: str,
    moved: Mapping[str, str],
    folder: Path,
    port: int,
    server_pem: Path,
    authorities: Path,
) -> str:
    conf = (CONF / name).read_text()
    everywhere = {
        r"/run/nginx\.pid": f"{folder}/nginx.pid",
        r"/var/log/nginx/error\.log": f"{folder}/error.log",
        r"/etc/epix-gateway/tls/server\.(pem|key)": str(server_pem),
        r"/etc/epix-gateway/tls/partners-ca\.pem": str(authorities),
        r"listen 443": f"listen 127.0.0.1:{port}",
        r"worker_processes auto": "worker_processes 1",
        r"user www-data": f"user {getpass.getuser()}",
    }
    for was, now in {**moved, **everywhere}.items():
        conf, found = re.subn(was, now, conf)
        assert found, f"conf/{name} no longer says {was}"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return conf.replace("http {\n", "http {\n" + temporary, 1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    latest = time.monotonic() + 10
    while time.monotonic() < latest and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("nginx did not start with the file of conf/")
