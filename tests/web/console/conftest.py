"""The console of a gateway of Mozambique with the partners South Africa and Switzerland."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, add_sandbox_people, build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.ports import Direction, Exchange, OutgoingConfirmation
from gateway.settings import load_settings
from gateway.web.people import application
from tests.web.people.conftest import Clock, Desk, cheap_hash  # noqa: F401 - a fixture

TOKEN = "SECRET-7KQ4-TOKEN"
NUMBER = "ZA26EX000417"
REQUEST = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    '<GetFinalCertificateRequest xmlns="urn:CitesDataExchange/v2/">'
    f"<CertificateNumber>MZ26EX000001</CertificateNumber><TokenId>{TOKEN}</TokenId>"
    "<IsoCountryCode>MZ</IsoCountryCode></GetFinalCertificateRequest></soap:Body></soap:Envelope>"
).encode()
PARTNERS = """
[[partner]]
key = "za"
country = "ZA"
address = "http://127.0.0.1:{port}/epix/v2"

[[partner]]
key = "ch"
country = "CH"
"""
MakeConsole = Callable[..., Desk]


def directory_with(folder: Path, port: int) -> Path:
    """A working directory with one person of each role, whose partner ZA has this port."""
    directory = folder / "mz"
    make(directory, Plan(IsoCountryCode("MZ")), DevelopmentCa(), PARTNERS.format(port=port))
    with build(load_settings(directory), Clock()) as gateway:
        add_sandbox_people(gateway)
    return directory


@pytest.fixture(scope="session")
def configured(tmp_path_factory: pytest.TempPathFactory, cheap_hash: None) -> Path:  # noqa: F811
    """Working directory; to be copied, never changed. Nothing answers at the port."""
    return directory_with(tmp_path_factory.mktemp("configured"), 9)


@pytest.fixture
def make_console(
    tmp_path: Path, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeConsole]:
    """Makes the pages of a gateway with a database of its own."""
    monkeypatch.setattr(application, "SLOT_SECONDS", 0.001)
    opened: list[Gateway] = []

    def made(directory: Path = configured, **environment: str) -> Desk:
        database = tmp_path / f"{len(opened)}.db"
        database.write_bytes((directory / "data/gateway.sqlite").read_bytes())
        clock = Clock()
        found = {
            "EPIX_DATABASE__URL": f"sqlite:///{database}",
            "EPIX_WEB__SECOND_FACTOR": "offered",
            **environment,
        }
        gateway = build(load_settings(directory, found), clock)
        opened.append(gateway)
        return Desk(gateway, clock)

    yield made
    for gateway in opened:
        gateway.close()


@pytest.fixture
def console(make_console: MakeConsole) -> Desk:
    return make_console()


def exchanged(desk: Desk, **changes: object) -> Exchange:
    """Record an exchange of the present moment."""
    now = desk.clock()
    values = {
        "id": identity(desk),
        "direction": Direction.IN,
        "began_at": now,
        "ended_at": now + timedelta(milliseconds=120),
        "operation": "GetFinalCertificate",
        "caller": "za",
        "callee": "MZ",
        "fingerprint": None,
        "permit_number": "MZ26EX000001",
        "outcome": "ok",
        "request": REQUEST,
        "answer": b"<html><body>token " + TOKEN.encode() + b"</body></html>",
    }
    exchange = Exchange(**{**values, **changes})  # type: ignore[arg-type]
    desk.gateway.store.journal.record(exchange)
    return exchange


def booked(desk: Desk, number: str = NUMBER) -> OutgoingConfirmation:
    """Book a confirmation for South Africa."""
    seen = [SeenQuantity("A", "5")]
    return desk.gateway.outbox.book.book("ZA", number, TOKEN, seen, "T. Nkosi")


_places = count(1)


def identity(desk: Desk) -> str:
    """A UUIDv7 of the moment of the test's clock."""
    digits = f"{int(desk.clock().timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-{next(_places):012x}"
