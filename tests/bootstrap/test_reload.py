"""A reload with a broken file changes nothing, and is one sentence of the log."""

import logging
from pathlib import Path

import pytest

from gateway.bootstrap.serving import _reload_problem
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.serving.shutdown import Supervisor


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    make(tmp_path / "mz", Plan(IsoCountryCode("MZ")), DevelopmentCa())
    return tmp_path / "mz"


def test_files_in_order_are_no_problem(directory: Path) -> None:
    assert _reload_problem(directory) is None


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("conf/partners.toml", "[[partner]\n", "conf/partners.toml, line 1"),
        ("conf/partners.toml", '[[partner]]\nkey = "za"\n', "country is missing"),
        ("keys/server/current/key.pem", "no key", "key.pem"),
        ("keys/dev-ca.pem", "no certificate", "dev-ca.pem"),
    ],
)
def test_a_broken_file_is_named_in_one_line(
    directory: Path, file: str, content: str, said: str
) -> None:
    (directory / file).write_text(content)
    problem = _reload_problem(directory)
    assert problem
    assert said in problem
    assert len(problem.splitlines()) == 1


@pytest.mark.parametrize(("problem", "restarts"), [(None, 1), ("conf/gateway.toml, line 3", 0)])
def test_workers_go_on_where_new_ones_could_not_start(
    problem: str | None,
    restarts: int,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    restarted: list[bool] = []
    monkeypatch.setattr(Supervisor, "restart_all", lambda _: restarted.append(True))
    supervisor = Supervisor.__new__(Supervisor)
    supervisor.reload_problem = lambda: problem
    with caplog.at_level(logging.ERROR):
        supervisor.handle_hup()
    assert len(restarted) == restarts
    assert [record.getMessage() for record in caplog.records] == (
        [f"reload refused, everything stays as it was: {problem}"] if problem else []
    )
