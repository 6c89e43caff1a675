"""The JSON API of a gateway with permits of its own, called without a socket."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from typer.testing import CliRunner

from gateway.bootstrap import Gateway, build
from gateway.bootstrap.web.api_routes import api_desk
from gateway.cli.main import app
from gateway.domain.api.key import Scope
from gateway.exchange.api.acts import CALLED
from gateway.exchange.api.administer_keys import KeyWish
from gateway.exchange.ports import JournalFilter
from gateway.settings import load_settings
from gateway.web.api.application import api_routes
from gateway.web.api.desk import ApiDesk
from tests.web.people.conftest import Clock
from tests.web.people.visitor import Answer, Visitor

ALL = tuple(Scope)
NUMBER = "MZ26EX000101"
ESCAPED = "MZ/26 EX.0.7-1"
PARTNER = f"""
[[partner]]
key = "za"
country = "ZA"
address = "https://127.0.0.1:9/epix/v2"
certificate_sha256 = ["{"ab" * 32}"]
"""


def application_of(desk: ApiDesk) -> Starlette:
    """The API alone, as an ASGI application."""
    return Starlette(routes=list(api_routes(desk)))


@dataclass
class Api:
    """A gateway and its API. key: of the requests."""

    gateway: Gateway
    clock: Clock
    desk: ApiDesk = field(init=False)
    application: Any = field(init=False)
    key: str = ""

    def __post_init__(self) -> None:
        self.desk = api_desk(self.gateway, lambda *_: None)
        self.application = application_of(self.desk)

    def new_key(self, *scopes: Scope, **wish: Any) -> str:
        """Make a key for a system; return it as shown."""
        wanted = KeyWish("Single Window", scopes or ALL, **wish)
        return self.gateway.api.administer.add(wanted, "T. Sitoe")[1]

    def get(self, path: str, query: str = "", **headers: str) -> Answer:
        """Ask with the key."""
        return self.send("GET", path, b"", query, **headers)

    def post(self, path: str, body: object, idempotency_key: str = "", **headers: str) -> Answer:
        """Send JSON with the key. body: bytes as they are; anything else as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": "application/json", "idempotency-key": idempotency_key} | headers
        return self.send("POST", path, content, **sent)

    def send(self, method: str, path: str, body: bytes, query: str = "", **headers: str) -> Answer:
        """Send any request. headers: `_` stands for `-`; an empty one is left out."""
        fields = {"authorization": f"Bearer {self.key}"} if self.key else {}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        visitor = Visitor(self.application, fields.pop("address", "192.0.2.1"))
        return visitor.send(method, f"/api/v1{path}", body, query=query, headers=fields)

    def calls(self) -> list[dict[str, Any]]:
        """Records of the journal about calls, oldest first."""
        found = self.gateway.store.journal.search(JournalFilter(operation=CALLED), 1000)
        return [json.loads(record.request) for record in reversed(found)]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Working directory with two permits and the partner ZA, which is not reached; never changed.

    The second permit has a number that a URL must escape.
    """
    folder = tmp_path_factory.mktemp("api")
    directory = folder / "mz"
    made = CliRunner().invoke(
        app, ["init", "--country", "MZ", "--authority", "ANAC", str(directory)]
    )
    assert made.exit_code == 0, made.stderr
    with (directory / "conf/partners.toml").open("a", encoding="utf-8") as file:
        file.write(PARTNER)
    example = resources.files("adapters.national.examples") / "mozambique.json"
    record = json.loads(example.read_text(encoding="utf-8"))[0]
    records = folder / "records.json"
    records.write_text(json.dumps([record, record | {"number": ESCAPED}]), encoding="utf-8")
    words = ("publish", str(records), "--person", "T. Sitoe", "--dir", str(directory))
    published = CliRunner().invoke(app, list(words))
    assert published.exit_code == 0, published.output
    return directory


MakeApi = Callable[..., Api]


def _opened(prepared: Path, database: Path, environment: dict[str, str]) -> Api:
    database.write_bytes((prepared / "data/gateway.sqlite").read_bytes())
    settings = load_settings(
        prepared, {"EPIX_DATABASE__URL": f"sqlite:///{database}", **environment}
    )
    clock = Clock()
    api = Api(build(settings, clock), clock)
    api.key = api.new_key()
    return api


@pytest.fixture
def make_api(tmp_path: Path, prepared: Path) -> Iterator[MakeApi]:
    """Makes APIs, each with a database of its own."""
    opened: list[Api] = []

    def made(**environment: str) -> Api:
        opened.append(_opened(prepared, tmp_path / f"{len(opened)}.db", environment))
        return opened[-1]

    yield made
    for api in opened:
        api.gateway.close()


@pytest.fixture
def api(make_api: MakeApi) -> Api:
    """The API, with a key that opens everything."""
    return make_api()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Api]:
    """The API for requests that change nothing: one for all tests of a module."""
    made = _opened(prepared, tmp_path_factory.mktemp("shared") / "gateway.db", {})
    made.key = made.new_key(calls_per_minute=60_000)
    yield made
    made.gateway.close()
