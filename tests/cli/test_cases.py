"""Permits that were published, or refused, wrongly: each is judged as it should be."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.programs import unavailable

CASES = Path(__file__).parents[3] / "shared" / "cases" / "permits.jsonl"

RIGHT: dict[str, tuple[str, str] | None] = {
    "MZT0014": ("T01", "10"),
    "MZT0021": ("T01", "10"),
    "MZT0033": ("T02", "5a"),
    "MZT0061": None,
    "MZT0107": None,
    "MZT0115": None,
    "MZT0148": None,
    "MZT0174": None,
    "MZU0002": ("F10", "7"),
    "MZU0026": ("C11", "12"),
}
"""Number -> rule and box of the error; None: it is right and has none."""


@pytest.mark.parametrize("number", RIGHT)
def test_a_permit_is_judged_as_it_should_be(number: str, tmp_path: Path, call: Call) -> None:
    if not CASES.is_file():
        unavailable("the cases are not beside this checkout")
    lines = CASES.read_text(encoding="utf-8").splitlines()
    (record,) = (line for line in lines if json.loads(line)["number"] == number)
    file = tmp_path / "one.jsonl"
    file.write_text(record + "\n", encoding="utf-8")
    answer = call("validate", file, "--json")
    errors = {
        (each.get("rule"), each["box"])
        for each in json.loads(answer.out)["remarks"]
        if each["severity"] == "error"
    }
    expected = RIGHT[number]
    assert errors == ({expected} if expected else set())
