"""A desk whose settings name an authority that is asked by mail, with and without a mail server."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, build
from gateway.settings import load_settings
from gateway.web.people import application
from tests.web.people.conftest import Clock, Desk

NOW = datetime.now(UTC)
"""Sealing certificates of a working directory are valid from its making on."""
ADDRESS = "cites@na.example.org"
PARTNERS = f"""
[[mail_partner]]
country = "NA"
name = "Office <of> Namibia"
mail = "{ADDRESS}"
language = "fr"
"""

MakeMailDesk = Callable[[int], Desk]


@pytest.fixture(scope="session")
def asking(tmp_path_factory: pytest.TempPathFactory, peopled: Path) -> Path:
    """Working directory with an authority that is asked by mail; to be copied, never changed."""
    directory = tmp_path_factory.mktemp("asking") / "mz"
    shutil.copytree(peopled, directory, symlinks=True)
    (directory / "conf/partners.toml").write_text(PARTNERS, encoding="utf-8")
    return directory


@pytest.fixture
def make_mail_desk(
    tmp_path: Path, asking: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeMailDesk]:
    """Makes a desk by the port of its mail server."""
    monkeypatch.setattr(application, "SLOT_SECONDS", 0.001)
    opened: list[Gateway] = []

    def made(port: int) -> Desk:
        database = tmp_path / f"{len(opened)}.db"
        shutil.copy(asking / "data/gateway.sqlite", database)
        environment = {
            "EPIX_DATABASE__URL": f"sqlite:///{database}",
            "EPIX_WEB__ENABLED": "true",
            "EPIX_WEB__SECOND_FACTOR": "offered",
            "EPIX_MAIL__HOST": "127.0.0.1",
            "EPIX_MAIL__PORT": str(port),
            "EPIX_MAIL__SENDER": "epix@mz.example.org",
        }
        clock = Clock(NOW)
        opened.append(build(load_settings(asking, environment), clock))
        return Desk(opened[-1], clock)

    yield made
    for gateway in opened:
        gateway.close()
