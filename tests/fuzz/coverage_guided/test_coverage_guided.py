"""Fuzz targets as ordinary tests: seeds and saved finds of each, and tests of the tools.

A find is saved, minimised, as `finds/TARGET/WHAT-IT-WAS`.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided import results
from tests.fuzz.coverage_guided.engine import TooMuch, bounded, load, signature
from tests.fuzz.coverage_guided.lines import ROOT, lines_of
from tests.fuzz.coverage_guided.minimise import minimised
from tests.fuzz.coverage_guided.targets import NAMES

pytestmark = pytest.mark.slow

FINDS = Path(__file__).parent / "finds"


@pytest.mark.parametrize("name", NAMES)
def test_seeds_and_finds_keep_the_rules(name: str, tmp_path: Path) -> None:
    target = load(name, tmp_path)
    finds = [file.read_bytes() for file in sorted((FINDS / name).glob("*"))]
    outcomes = {bounded(target.attempt, data) for data in (*target.seeds, *finds, b"", b"\0")}
    assert len(outcomes) > 1
    assert lines_of(target.modules)


def test_every_find_belongs_to_a_target() -> None:
    assert {folder.name for folder in FINDS.glob("*")} <= {*NAMES, "README.md"}


@pytest.mark.parametrize("name", ["ws_security", "permit_seal", "evidence"])
def test_a_kept_input_still_verifies_in_another_process(name: str, tmp_path: Path) -> None:
    """Keys are the same in every run: else a corpus would be refused from its second day on."""
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    first, second = load(name, tmp_path / "first"), load(name, tmp_path / "second")
    outcomes = [first.attempt(seed) for seed in first.seeds]
    assert [second.attempt(seed) for seed in first.seeds] == outcomes


def test_a_verifier_that_believes_everything_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = load("evidence", tmp_path)
    monkeypatch.setattr("gateway.evidence.verify.verify", lambda *_: None)
    forged = target.seeds[0].replace(b"InvalidRequest", b"ok")
    with pytest.raises(Broken, match="never signed"):
        target.attempt(forged)


def test_too_much_memory_and_time_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooMuch, match="MiB"):
        bounded(lambda _: str(len(bytearray(b"x") * (1 << 29))), b"")

    monkeypatch.setattr("tests.fuzz.coverage_guided.engine.MOST_SECONDS", 0.1)

    def toils(_: bytes) -> str:
        return str(sum(range(20_000_000)))

    with pytest.raises(TooMuch, match="of the processor"):
        bounded(toils, b"")


def test_a_find_is_made_smaller_and_keeps_failing_alike() -> None:
    def word(data: bytes) -> str:
        return "bad" if b"<" in data and b"&" in data else ""

    assert minimised(b"x" * 50 + b"<" + b"y" * 77 + b"&" + b"z" * 9, word) == b"<&"


def test_finds_are_told_apart_by_where_they_come_from() -> None:
    def fail(what: str) -> str:
        try:
            raise ValueError(what)
        except ValueError as error:
            return signature(error)

    assert fail("a: 1") == fail("a: 2") != fail("b")


def test_figures_add_up_and_stand_in_the_table(tmp_path: Path) -> None:
    figures = results.Figures(tmp_path / "results.json")
    piece = {"executions": 1_000, "seconds": 60.0, "processor_seconds": 20.0, "finds": ["a"]}
    figures.add("mtom", piece, 10, 20)
    figures.add("mtom", piece, 15, 20)
    document = tmp_path / "page.md"
    document.write_text(f"before\n{results.BEGIN}old\n{results.END}\nafter\n")
    results.write_table(results.Figures(tmp_path / "results.json"), document)
    told = document.read_text()
    assert "| mtom | 2,000 | 120 | 40 | 2 | 15 of 20 | 1 |" in told
    assert told.startswith("before\n")
    assert told.endswith("\nafter\n")
    assert "old" not in told


@pytest.mark.long_haul  # three seconds of a processor; the short form runs each target
def test_the_engine_runs_and_reports(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="needs atheris, so Python 3.12 on Linux")
    report = tmp_path / "report.json"
    words = ["-m", "tests.fuzz.coverage_guided.engine", "mtom", "3", str(tmp_path / "c"), report]
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True)
    piece = json.loads(report.read_text())
    assert piece["executions"] > 100
    assert piece["finds"] == {}
    assert len(list((tmp_path / "c").iterdir())) > len(piece["outcomes"])
