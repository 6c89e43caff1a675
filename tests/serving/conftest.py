"""Servers under test: real ones, in processes of their own, on loopback."""

import pickle
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from gateway.serving import RunningServer, ServingOptions, TcpAddress, Tls, running
from tests.pki import NOW, SERVER, Authority, Identity
from tests.serving.limits import SHORT, USUAL

HERE = Path(__file__).parent
MIRROR = "mirror_site:site_from_environment"

Start = Callable[..., AbstractContextManager[RunningServer]]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """A function that runs a server for the length of a with block.

    start(environment={...}, **options of ServingOptions)
    """

    @contextmanager
    def started(
        environment: dict[str, str] | None = None, **settings: object
    ) -> Iterator[RunningServer]:
        options = ServingOptions(
            **{"site": MIRROR, "address": TcpAddress(port=0), "limits": USUAL, **settings}
        )
        file = tmp_path_factory.mktemp("server") / "options"
        file.write_bytes(pickle.dumps(options))
        paths = {"PYTHONPATH": f"{HERE}:{HERE.parent.parent}"}
        with running(
            [sys.executable, HERE / "start_mirror.py", file], {**paths, **(environment or {})}
        ) as server:
            yield server

    return started


@pytest.fixture(scope="session")
def server(start: Start) -> Iterator[str]:
    """The address of a plain server with usual limits."""
    with start() as plain:
        yield plain.address


@pytest.fixture(scope="session")
def short_limits(start: Start) -> Iterator[str]:
    """The address of a server with limits of a second for head, body, answer and idleness."""
    with start(limits=SHORT) as plain:
        yield plain.address


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    folder = tmp_path_factory.mktemp("pki")
    ours, strangers = Authority(folder, "ours"), Authority(folder, "strangers")
    return SimpleNamespace(
        authority=ours,
        gateway=ours.issue("gateway", SERVER, hosts=["epix.example.org"]),
        partner=ours.issue("partner"),
        neighbour=ours.issue("neighbour"),
        expired=ours.issue("expired", until=NOW),
        server_only=ours.issue("server-only", SERVER),
        stranger=strangers.issue("stranger"),
    )


@pytest.fixture(scope="session")
def tls(pki: SimpleNamespace) -> Tls:
    return Tls(pki.gateway.pem, pki.gateway.pem, (pki.authority.pem,))


@pytest.fixture(scope="session")
def as_client(pki: SimpleNamespace) -> Callable[[Identity | None], ssl.SSLContext]:
    """The TLS side of a partner that presents this certificate, or none."""

    def context(identity: Identity | None) -> ssl.SSLContext:
        chosen = ssl.create_default_context(cafile=str(pki.authority.pem))
        if identity:
            chosen.load_cert_chain(identity.pem)
        return chosen

    return context
