"""The command line as a person calls it: words in, exit status and two streams out."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.cli.demo.two_gateways import TwoGateways
from gateway.cli.main import app
from tests.pki import Authority

NUMBER = "MZ26EX000101"
"""One of the example records of Mozambique."""

PASSPHRASE = "correct horse battery"


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Answer]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call a command. typed: what stands on standard input."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("EPIX_DIR", raising=False)

    def run(*words: str | Path, typed: str = "", **environment: str) -> Answer:
        result = CliRunner().invoke(
            app, [str(word) for word in words], input=typed, env=environment
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    """The token of NUMBER."""
    example = resources.files("adapters.national.examples") / "mozambique.json"
    records = json.loads(example.read_text(encoding="utf-8"))
    path = tmp_path / "token"
    token = next(record["token"] for record in records if record["number"] == NUMBER)
    path.write_text(f"{token}\n")
    return path


def without_seal(configuration: str) -> str:
    """A gateway.toml whose [seal] is left out."""
    lines = configuration.splitlines()
    return "\n".join(line for line in lines if "keys/seal" not in line and line != "[seal]")


@pytest.fixture(scope="session")
def made_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory as `init` makes it, of Mozambique, to be copied."""
    path = tmp_path_factory.mktemp("made") / "mz"
    done = CliRunner().invoke(app, ["init", "--country", "MZ", "--authority", "ANAC", str(path)])
    assert done.exit_code == 0, done.stderr
    return path


@pytest.fixture(scope="session")
def published_directory(tmp_path_factory: pytest.TempPathFactory, made_directory: Path) -> Path:
    """The same with the example permits of Mozambique published, to be copied."""
    path = tmp_path_factory.mktemp("published") / "mz"
    shutil.copytree(made_directory, path, symlinks=True)
    example = resources.files("adapters.national.examples") / "mozambique.json"
    with resources.as_file(example) as file:
        done = CliRunner().invoke(app, ["publish", str(file), "--dir", str(path)])
    assert done.exit_code == 0, done.stderr
    return path


def copied(gateways: TwoGateways, folder: Path) -> TwoGateways:
    """The two gateways of the demonstration, in another folder; none of them serves."""
    return TwoGateways(
        *(
            replace(
                country,
                directory=shutil.copytree(
                    country.directory, folder / country.directory.name, symlinks=True
                ),
            )
            for country in gateways.both
        )
    )


@pytest.fixture
def directory(tmp_path: Path, made_directory: Path) -> Path:
    """A working directory as `init` makes it, of Mozambique."""
    return Path(shutil.copytree(made_directory, tmp_path / "mz", symlinks=True))


@pytest.fixture
def passphrase(directory: Path) -> Path:
    file = directory / "keys/server.passphrase"
    file.write_text(PASSPHRASE + "\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    """A national CA: an issuing authority below a root."""
    return Authority(tmp_path, "national", root=Authority(tmp_path, "national root"))
