"""A desk of an authority with invented permits, two confirmations, and partners that asked."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, add_sandbox_people, build
from gateway.bootstrap.sandbox.beginning import moved
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.people.roles import Grant, Role
from gateway.exchange.people.administer import Actor
from gateway.exchange.ports import Direction, Exchange
from gateway.identity.password_hash import Argon2Hasher
from gateway.settings import load_settings
from gateway.web.people import application
from tests.web.people.conftest import PASSWORD, Clock, Desk, _copy

NOW = datetime.now(UTC) + timedelta(hours=12)
"""After the making of the working directory, which is long after this line: its sealing certificate
is valid from then on."""
FILE = Path(__file__).parents[4] / "adapters/national/examples/sandbox.json"
NUMBER = "MZ26EX000001"
OTHER = "MZ26EX000002"
PARTNERS = """
[[partner]]
key = "za"
country = "ZA"
certificate_sha256 = ["{za}"]

[partner.contact]
name = "Duty officer <b>"
mail = "duty@za.example.org"

[[partner]]
key = "bw"
country = "BW"
certificate_sha256 = ["{bw}"]
mismatch_address = "https://bw.example.org/epix/mismatches"
"""

OTHER_AUTHORITY = """
[[gateway.authorities]]
country = "MZ"
code = "FOREST"
name = "Forest Authority"
time_zone = "Africa/Maputo"
"""

MakeAuthority = Callable[..., Desk]


@pytest.fixture(scope="session")
def issuing(tmp_path_factory: pytest.TempPathFactory, cheap_hash: None) -> Path:
    """Working directory with permits and people; to be copied, never changed."""
    directory = tmp_path_factory.mktemp("issuing") / "mz"
    make(directory, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    partners = PARTNERS.format(za="a" * 64, bw="b" * 64)
    (directory / "conf/partners.toml").write_text(partners, encoding="utf-8")
    settings = directory / "conf/gateway.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + OTHER_AUTHORITY, encoding="utf-8")
    file = directory / "sandbox.json"
    file.write_text(moved(FILE.read_text(encoding="utf-8"), NOW.date()), encoding="utf-8")
    with build(load_settings(directory), Clock(NOW)) as gateway:
        for record in gateway.permits.source_of(file).records(file):
            if not isinstance(record, RecordInvalid) and not record.attachments:
                gateway.permits.publish.publish(record)
        add_sandbox_people(gateway)
        _add_stranger(gateway)
        for place, caller in enumerate(("za", "bw", "za")):
            gateway.store.journal.record(asked(caller, place))
    return directory


def _add_stranger(gateway: Gateway) -> None:
    """An officer of the other authority, with the password of all."""
    people, grant = gateway.people, Grant(Role.AUTHORITY, "MZ/FOREST")
    person, _ = people.administer.add(Actor("Sandbox"), "stranger", "Sonia Stranger", [grant])
    with people.accounts.begin() as work:
        account = work.account(person.id)
        assert account is not None
        work.change(replace(account, password_hash=Argon2Hasher().hash(PASSWORD)))
        work.commit()


def asked(caller: str, place: int) -> Exchange:
    """The record of a partner that was given the permit."""
    at = datetime(2026, 11, 1, 9, place, tzinfo=UTC)
    identity = f"019a0000-0000-7000-8000-00000000000{place}"
    operation = "GetNonFinalCitesCertificate"
    return Exchange(
        identity, Direction.IN, at, at, operation, caller, "MZ", None, NUMBER, "ok", b"<q/>", b""
    )


@pytest.fixture
def make_authority(
    tmp_path: Path, issuing: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeAuthority]:
    """Makes a desk by variables of the environment."""
    monkeypatch.setattr(application, "SLOT_SECONDS", 0.001)
    opened: list[Gateway] = []

    def made(**variables: str) -> Desk:
        source = issuing / "data/gateway.sqlite"
        environment = {
            "EPIX_DATABASE__URL": f"sqlite:///{_copy(source, tmp_path / f'{len(opened)}.db')}",
            "EPIX_WEB__SECOND_FACTOR": "offered",
            **variables,
        }
        clock = Clock(NOW)
        opened.append(build(load_settings(issuing, environment), clock))
        return Desk(opened[-1], clock)

    yield made
    for gateway in opened:
        gateway.close()


@pytest.fixture
def desk(make_authority: MakeAuthority) -> Desk:
    """A desk without a mail server."""
    return make_authority()


def place_of(desk: Desk, number: str = NUMBER) -> str:
    """Address of the page of a permit."""
    authority = desk.gateway.permits.served.authorities[0]
    place = desk.gateway.store.permit_search.place(authority, CertificateNumber(number))
    return f"/authority/permits/{place}"


def status_of(desk: Desk, number: str = NUMBER) -> str:
    """Status of a permit in the store."""
    authority = desk.gateway.permits.served.authorities[0]
    with desk.gateway.store.begin_work() as work:
        stored = work.permits.get(authority, CertificateNumber(number))
    assert stored is not None
    return stored.published.status.value
