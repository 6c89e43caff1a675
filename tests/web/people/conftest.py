"""The pages for people of a gateway with one person of each role."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap import SANDBOX_PASSWORD, Gateway, add_sandbox_people, build
from gateway.bootstrap.web.serving import application_of
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.people.acts import OPERATION
from gateway.exchange.ports import JournalFilter
from gateway.identity import password_hash
from gateway.settings import load_settings
from gateway.web.people import application
from tests.web.people.visitor import Visitor

PASSWORD = SANDBOX_PASSWORD
BEGIN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        """Let time pass. time: as timedelta takes it."""
        self.now += timedelta(**time)


@dataclass
class Desk:
    """A gateway with people, and its pages."""

    gateway: Gateway
    clock: Clock
    application: Any = field(init=False)

    def __post_init__(self) -> None:
        self.application = application_of(self.gateway)

    def visitor(self, address: str = "192.0.2.1") -> Visitor:
        """Somebody with a browser that was never here."""
        return Visitor(self.application, address)

    def signed_in(self, name: str, address: str = "192.0.2.1") -> Visitor:
        """A person who has signed in."""
        visitor = self.visitor(address)
        answer = visitor.sign_in(name, PASSWORD)
        assert answer.status == 303, answer.words
        visitor.get(answer.headers["location"])
        return visitor

    def acts(self) -> list[dict[str, Any]]:
        """Records of the journal about people, oldest first."""
        found = self.gateway.store.journal.search(JournalFilter(operation=OPERATION), 1000)
        return [json.loads(record.request) for record in reversed(found)]


MakeDesk = Callable[..., Desk]


@pytest.fixture(scope="session", autouse=True)
def cheap_hash() -> Iterator[None]:
    """The same hash with less memory: a test tries dozens of passwords."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(password_hash, "MEMORY_KIB", 64)
        yield


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory, cheap_hash: None) -> Path:
    """Working directory with one person of each role; to be copied, never changed."""
    directory = tmp_path_factory.mktemp("peopled") / "mz"
    make(directory, Plan(IsoCountryCode("MZ")), DevelopmentCa())
    with build(load_settings(directory), Clock()) as gateway:
        add_sandbox_people(gateway)
    return directory


@pytest.fixture
def make_desk(tmp_path: Path, peopled: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeDesk]:
    """Makes a desk by settings of [web]."""
    monkeypatch.setattr(application, "SLOT_SECONDS", 0.001)
    opened: list[Gateway] = []

    def made(**web: str) -> Desk:
        source = peopled / "data/gateway.sqlite"
        environment = {
            "EPIX_DATABASE__URL": f"sqlite:///{_copy(source, tmp_path / f'{len(opened)}.db')}",
            "EPIX_WEB__SECOND_FACTOR": "offered",
            **{f"EPIX_WEB__{name.upper()}": value for name, value in web.items()},
        }
        clock = Clock()
        gateway = build(load_settings(peopled, environment), clock)
        opened.append(gateway)
        return Desk(gateway, clock)

    yield made
    for gateway in opened:
        gateway.close()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk that offers a second factor and does not require it."""
    return make_desk()


def _copy(source: Path, target: Path) -> Path:
    target.write_bytes(source.read_bytes())
    return target
