"""A desk with a national sign-on, and the provider behind it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from gateway.bootstrap import Gateway, build
from gateway.settings import load_settings
from gateway.web.people.sign_on.logout_route import LOGOUT
from tests.identity.openid_provider import CLIENT, SECRET, Provider, query, running_provider
from tests.web.people.conftest import BEGIN, Clock, Desk
from tests.web.people.visitor import Answer, Visitor

FORM = "application/x-www-form-urlencoded"
ROLES = """
[[web.sign_on.role]]
value = "cites-border"
role = "customs"
authority = "MZ/MA"

[[web.sign_on.role]]
claim = "realm_access.roles"
value = "audit"
role = "auditor"
authority = "MZ/MA"
"""


@dataclass
class National:
    """A desk, its provider, and what a browser does between them."""

    desk: Desk
    provider: Provider

    def asked(self, visitor: Visitor, next_: str = "") -> str:
        """The address that the browser is sent to."""
        answer = visitor.get("/sign-in/national", f"next={next_}" if next_ else "")
        assert answer.status == 303
        return answer.headers["location"]

    def came_back(self, visitor: Visitor, fields: dict[str, str]) -> Answer:
        """The answer of the callback."""
        return visitor.get("/sign-in/national/callback", query(fields))

    def sent_logout(self, token: str, media_type: str = FORM, **fields: str) -> Answer:
        """The answer to a logout token of the provider, which is no browser and has no cookie."""
        body = query({"logout_token": token, **fields}).encode()
        visitor = self.desk.visitor("198.51.100.1")
        answer = visitor.send("POST", LOGOUT, body, headers={"content-type": media_type})
        assert answer.cookies == {}
        return answer

    def sign_on(self, visitor: Visitor, subject: str, next_: str = "", **claims: Any) -> Answer:
        """The whole way. claims: put over those of an honest provider."""
        self.provider.claims = claims
        fields = self.provider.authorise(self.asked(visitor, next_), subject)
        return self.came_back(visitor, fields)


MakeNational = Callable[..., National]


@pytest.fixture
def make_national(
    tmp_path: Path, peopled: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeNational]:
    """Makes one. settings: further lines of [web.sign_on]; roles: its tables."""
    monkeypatch.setattr("gateway.web.people.application.SLOT_SECONDS", 0.001)
    # The JSON API is a third of the time that the pages take to be made.
    monkeypatch.setattr("gateway.bootstrap.web.serving.api_of", lambda *_: ())
    clock = Clock(BEGIN)
    opened: list[Gateway] = []

    def made(
        settings: str = "", roles: str = ROLES, factor: str = "required", issuer: str = ""
    ) -> National:
        directory = _copied(peopled, tmp_path / str(len(opened)))
        (directory / "keys/sign-on-secret").write_text(f"{SECRET}\n")
        with (directory / "conf/gateway.toml").open("a") as file:
            file.write(
                f'\n[web]\nsecond_factor = "{factor}"\n\n[web.sign_on]\nname = "SSO Moçambique"\n'
                f'issuer = "{issuer or provider.issuer}"\nclient_id = "{CLIENT}"\n'
                f'client_secret_file = "keys/sign-on-secret"\n{settings}\n{roles}'
            )
        gateway = build(load_settings(directory), clock)
        opened.append(gateway)
        return National(Desk(gateway, clock), provider)

    with running_provider(lambda: clock().timestamp()) as provider:
        yield made
    for gateway in opened:
        gateway.close()


@pytest.fixture
def national(make_national: MakeNational) -> National:
    return make_national()


def _copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target


def path_of(answer: Answer) -> str:
    """Where an answer sends the browser; a path of ours."""
    location = answer.headers["location"]
    assert urlsplit(location).netloc == ""
    return location
