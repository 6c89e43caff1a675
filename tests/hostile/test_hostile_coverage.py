"""Security classes: docs/security-classes.md names guards and tests that exist, for every class."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.fuzz.coverage_guided.targets import NAMES

ROOT = Path(__file__).parents[2]
CLASSES, _, FIGURES = (
    (ROOT / "docs" / "security-classes.md").read_text(encoding="utf-8").partition("## Fuzzing")
)
ROWS = [
    line.strip("| ").split(" | ")
    for line in CLASSES.splitlines()
    if line.startswith("| ") and not line.startswith(("| class |", "| --- |"))
]
EACH = pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])


@cache
def names_in(file: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef)
    }


def test_every_fuzz_target_has_its_figures() -> None:
    told = set(re.findall(r"^\| ([a-z_]+) \| [\d,]+ \|", FIGURES, re.MULTILINE))
    assert told == set(NAMES)


def test_every_class_stands_once_with_guard_and_proof() -> None:
    assert len(ROWS) >= 45
    assert all(len(row) == 3 for row in ROWS)
    assert len({row[0] for row in ROWS}) == len(ROWS)


@EACH
def test_every_guard_is_there(row: list[str]) -> None:
    guards = re.findall(r"`([\w/.]+)`", row[1])
    assert guards
    assert not [guard for guard in guards if not (ROOT / guard).is_file()]


@EACH
def test_every_proof_is_there(row: list[str]) -> None:
    proofs = re.findall(r"`([\w/]+\.py)::(test_\w+)`", row[2])
    assert proofs
    assert not [
        (file, name) for file, name in proofs if name not in names_in(ROOT / "tests" / file)
    ]
