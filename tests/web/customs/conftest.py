"""The customs desk of a gateway of South Africa, which asks Mozambique: a partner in memory."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap import SANDBOX_PASSWORD, Gateway, add_sandbox_people, build
from gateway.bootstrap.web.serving import application_of
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.people.acts import OPERATION
from gateway.exchange.permits.foreign.ask_partner import PartnerDirectory
from gateway.exchange.ports import JournalFilter
from gateway.settings import load_settings
from gateway.web.people import application
from tests.crypto.permit_seal.seal_pki import NOON
from tests.exchange.asking_acts import Booked, Journal, Partner, a_partner, ask_partner
from tests.web.people.conftest import cheap_hash  # noqa: F401 - a fixture
from tests.web.people.visitor import Visitor


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Desk:
    """The gateway, its partner, and what the partner answered before. country: of the partner."""

    gateway: Gateway
    clock: Clock
    partner: Partner = field(default_factory=a_partner)
    earlier: Journal = field(default_factory=Journal)
    country: str = "MZ"
    application: Any = field(init=False)

    def __post_init__(self) -> None:
        self.partner.longest_seconds = 12.0  # type: ignore[attr-defined]
        parts, booked = self.gateway.partners.__dict__, Booked()
        asks = ask_partner(journal=self.earlier, booked=booked, **{self.country: self.partner})
        booked.of_permit = self.gateway.store.outbox.of_permit  # type: ignore[method-assign]
        parts["directory"] = PartnerDirectory(asks.partners.partners)
        parts["ask"], parts["ask_within"] = asks, lambda _: asks
        self.application = application_of(self.gateway)

    def officer(self, name: str = "customs") -> Visitor:
        """A person who has signed in."""
        visitor = Visitor(self.application)
        assert visitor.sign_in(name, SANDBOX_PASSWORD).status == 303
        visitor.get("/")
        return visitor

    def acts(self, act: str) -> list[dict[str, Any]]:
        """Records of the journal about acts of this kind, newest first."""
        found = self.gateway.store.journal.search(JournalFilter(operation=OPERATION), 1000)
        records = [json.loads(record.request) for record in found]
        return [record for record in records if record["act"] == act]


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory, cheap_hash: None) -> Path:  # noqa: F811
    """Working directory with one person of each role; to be copied, never changed."""
    directory = tmp_path_factory.mktemp("customs") / "za"
    make(directory, Plan(IsoCountryCode("ZA")), DevelopmentCa())
    with build(load_settings(directory), Clock()) as gateway:
        add_sandbox_people(gateway)
    return directory


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(tmp_path: Path, peopled: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeDesk]:
    """Makes a desk. environment: further settings."""
    monkeypatch.setattr(application, "SLOT_SECONDS", 0.001)
    opened: list[Gateway] = []

    def made(environment: dict[str, str] | None = None, **changes: Any) -> Desk:
        database = tmp_path / f"{len(opened)}.db"
        database.write_bytes((peopled / "data/gateway.sqlite").read_bytes())
        values = {
            "EPIX_DATABASE__URL": f"sqlite:///{database}",
            "EPIX_WEB__SECOND_FACTOR": "offered",
            **(environment or {}),
        }
        clock = Clock()
        opened.append(build(load_settings(peopled, values), clock))
        return Desk(opened[-1], clock, **changes)

    yield made
    for gateway in opened:
        gateway.close()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk whose partner answers with a permit against which nothing is found."""
    return make_desk()
