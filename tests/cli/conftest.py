"""The command line as a person calls it: words in, exit status and two streams out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.cli.main import app

NUMBER = "MZ26EX000101"
"""One of the example records of Mozambique."""


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
        result = CliRunner().invoke(app, [str(word) for word in words], input=typed, env=environment)
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


@pytest.fixture
def directory(tmp_path: Path, call: Call) -> Path:
    """A working directory as `init` makes it, of Mozambique."""
    answer = call("init", "--country", "MZ", "--authority", "ANAC", tmp_path / "mz")
    assert answer.status == 0, answer.err
    return tmp_path / "mz"
