"""A sandbox with its people, and fixtures of the pages for people."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap import SANDBOX_PASSWORD, Gateway, add_sandbox_people, build
from gateway.bootstrap.web.serving import application_of
from gateway.cli.sandbox.directory import make_sandbox
from gateway.cli.sandbox.options import SandboxOptions
from gateway.settings import ListenAddress, load_settings
from gateway.web.people import application
from tests.web.people.conftest import (  # noqa: F401 - fixtures
    cheap_hash,
    desk,
    make_desk,
    peopled,
)
from tests.web.people.visitor import Visitor


@dataclass(frozen=True)
class Course:
    """A sandbox and its pages."""

    gateway: Gateway
    application: Any

    def signed_in(self, name: str) -> Visitor:
        """A person who has signed in. name: of the role."""
        visitor = Visitor(self.application)
        answer = visitor.sign_in(name, SANDBOX_PASSWORD)
        assert answer.status == 303, answer.words
        visitor.get(answer.headers["location"])
        return visitor


@pytest.fixture(scope="session")
def made_sandbox(tmp_path_factory: pytest.TempPathFactory, cheap_hash: None) -> Path:  # noqa: F811
    """Directory of a sandbox; to be copied, never changed."""
    folder = tmp_path_factory.mktemp("training")
    options = SandboxOptions(ListenAddress("127.0.0.1", 9), False, "http://127.0.0.1:9", None)
    settings = make_sandbox(folder, options)
    with build(settings) as gateway:
        add_sandbox_people(gateway)
    return settings.directory


@pytest.fixture
def course(made_sandbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    monkeypatch.setattr(application, "SLOT_SECONDS", 0.001)
    copy = Path(shutil.copytree(made_sandbox, tmp_path / "sandbox", symlinks=True))
    with build(load_settings(copy, {"EPIX_WEB__SECOND_FACTOR": "offered"})) as gateway:
        yield Course(gateway, application_of(gateway))
