"""Nodes under test: a single node, or two nodes behind nginx that share a database and keys."""

import os
import shutil
import signal
import socket
import ssl
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway import bootstrap
from gateway.bootstrap import build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode, TokenId
from gateway.domain.permit.position import CitesPosition
from gateway.exchange.ports import NationalRecord
from gateway.serving import RunningServer
from gateway.settings import Settings, load_settings
from tests.builders import a_permit
from tests.forked.commands import running
from tests.nginx import NAME, nginx_before_nodes
from tests.pki import SERVER, Authority, Identity

SECRET = "only nginx and the nodes know this sentence"  # of this run


def number(place: int) -> str:
    return f"MZ26EX{place:06d}"


def token(place: int) -> str:
    return f"NODES-{place * 7919 % 1_000_003:06d}"


@dataclass
class Node:
    """The gateway of a machine: its own working directory, and a port that stays the same."""

    directory: Path
    port: int
    environment: Mapping[str, str]
    program: str = "gateway"
    _running: ExitStack = field(default_factory=ExitStack)
    server: RunningServer | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        return load_settings(self.directory, self.environment)

    def start(self) -> None:
        command = [sys.executable, "-m", self.program, "serve", "--dir", str(self.directory)]
        self.server = self._running.enter_context(running(command, self.environment))

    def kill(self) -> None:
        """End all processes at once by SIGKILL, as when the machine loses its power."""
        os.killpg(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait(10)

    def stop(self) -> int:
        """Graceful shutdown. Returns the exit status."""
        return self.server.stop()

    def close(self) -> None:
        self._running.close()


@dataclass(frozen=True)
class Service:
    """address: of nginx.  tls: of the partner."""

    address: str
    tls: ssl.SSLContext
    nodes: tuple[Node, Node]


@contextmanager
def two_nodes(folder: Path, database: str, permits: int) -> Iterator[Service]:
    """database: URL of one that is empty."""
    authority = Authority(folder, "partners")
    partner, server = (
        authority.issue("partner", country="ZA"),
        authority.issue("server", SERVER, hosts=[NAME]),
    )
    _work_directory(folder, [partner])
    shutil.copytree(folder / "one", folder / "two", symlinks=True)
    nodes = tuple(_node(folder, each, database, authority) for each in ("one", "two"))
    _publish(nodes[0], permits)
    tls = ssl.create_default_context(cafile=str(authority.pem))
    tls.load_cert_chain(partner.pem)
    (folder / "nginx").mkdir()
    try:
        for node in nodes:
            node.start()
        addresses = [node.address for node in nodes]
        with nginx_before_nodes(
            folder / "nginx", addresses, SECRET, server.pem, authority.pem
        ) as address:
            yield Service(address, tls, nodes)
    finally:
        for node in nodes:
            node.close()


@contextmanager
def node_of(
    folder: Path,
    database: str,
    permits: int,
    positions: Sequence[CitesPosition],
    partners: int = 1,
    *,
    in_parts: bool = False,
) -> Iterator[tuple[Node, Sequence[Identity]]]:
    """A node without a proxy, and its partners. A caller with the secret may speak for any of them.

    in_parts: export permits may be used up in several shipments.
    """
    authority = Authority(folder, "partners")
    registered = [authority.issue(f"partner{place}", country="ZA") for place in range(partners)]
    _work_directory(folder, registered)
    if in_parts:
        file = folder / "one/conf/gateway.toml"
        file.write_text(
            file.read_text().replace("# partial_shipments = []", 'partial_shipments = ["EXPORT"]')
        )
    node = _node(folder, "one", database, authority)
    _publish(node, permits, positions=tuple(positions))
    try:
        node.start()
        yield node, registered
    finally:
        node.close()


def _work_directory(folder: Path, partners: Sequence[Identity]) -> None:
    registered = "".join(
        f'\n[[partner]]\nkey = "za{place or ""}"\ncountry = "ZA"\ncertificate_sha256 ='
        f' ["{partner.sha256}"]\n'
        for place, partner in enumerate(partners)
    )
    (folder / "proxy-secret").write_text(SECRET)
    make(folder / "one", Plan(IsoCountryCode("MZ")), DevelopmentCa(), registered)


def _publish(node: Node, permits: int, **changes: Any) -> None:
    bootstrap.migrate(node.settings)
    with build(node.settings) as gateway:
        for place in range(permits):
            record = NationalRecord(
                "nodes", place + 1, a_permit(number(place), **changes), TokenId.parse(token(place))
            )
            gateway.permits.publish.publish(record)


@contextmanager
def plain_node(
    folder: Path,
    country: str,
    database: str,
    partners: str = "",
    permits: int = 0,
    operations: int = 0,
    more: Mapping[str, str] | None = None,
    program: str = "gateway",
    **changes: Any,
) -> Iterator[Node]:
    """A gateway of a country without authentication of callers, on this machine alone.

    partners: for its conf/partners.toml.  operations: port for operators.
    more: of its environment.  program: module with its command line.
    changes: of the permits.
    """
    make(folder / country, Plan(IsoCountryCode(country)), DevelopmentCa(), partners)
    port = _free_port()
    environment = {
        "EPIX_SERVER__MODE": "plain-loopback",
        "EPIX_SERVER__LISTEN": f"127.0.0.1:{port}",
        "EPIX_DATABASE__URL": database,
        **(more or {}),
    }
    if operations:
        environment |= {
            "EPIX_OPERATIONS__ENABLED": "true",
            "EPIX_OPERATIONS__LISTEN": f"127.0.0.1:{operations}",
        }
    node = Node(folder / country, port, environment, program)
    _publish(node, permits, **changes)
    try:
        node.start()
        yield node
    finally:
        node.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _node(folder: Path, name: str, database: str, authority: Authority) -> Node:
    port = _free_port()
    environment = {
        "EPIX_SERVER__MODE": "behind-proxy",
        "EPIX_SERVER__LISTEN": f"127.0.0.1:{port}",
        "EPIX_SERVER__PROXY_SECRET_FILE": str(folder / "proxy-secret"),
        "EPIX_SERVER__CLIENT_CA_FILE": str(authority.pem),
        "EPIX_DATABASE__URL": database,
    }
    return Node(folder / name, port, environment)
