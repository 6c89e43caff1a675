"""Refusals of wrong records: file, row, field, box, line and expected value are named."""

import csv
from pathlib import Path

import pytest

from adapters.national.registry import national_source
from gateway.domain.errors import RecordInvalid

DOCUMENTS = Path(__file__).parents[2] / "documents" / "national"
EXPECTED = list(
    csv.DictReader((DOCUMENTS / "EXPECTED").read_text(encoding="utf-8").splitlines(), delimiter=";")
)


def refusal(file: Path) -> RecordInvalid:
    """The first refusal, whether one record or the whole file is wrong."""
    try:
        return next(
            record
            for record in national_source(file).records(file)
            if isinstance(record, RecordInvalid)
        )
    except RecordInvalid as whole:
        return whole


def test_every_document_is_expected_to_say_something() -> None:
    listed = {row["file"] for row in EXPECTED}
    assert listed == {
        file.name for file in DOCUMENTS.iterdir() if file.suffix in {".json", ".jsonl", ".csv"}
    }


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: row["file"])
def test_a_wrong_record_says_where_it_is_wrong_and_what_is_expected(
    expected: dict[str, str],
) -> None:
    error = refusal(DOCUMENTS / expected["file"])
    assert error.file == expected["file"]
    assert str(error.row) == expected["row"]
    assert (error.field or "", error.box or "", error.position or "") == (
        expected["field"],
        expected["box"],
        expected["position"],
    )
    assert expected["words"] in f"{error.text} {error.expected}"


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: row["file"])
def test_no_refusal_shows_a_token_a_path_or_an_inside_name(expected: dict[str, str]) -> None:
    for problem in refusal(DOCUMENTS / expected["file"]).problems:
        said = f"{problem.text} {problem.expected} {problem.field}"
        assert "5KQ2" not in said
        assert (
            str(DOCUMENTS) not in said
            and "Error" not in said
            and "/etc" not in said.replace('"/etc/passwd"', "")
        )


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: row["file"])
def test_each_document_has_one_anomaly(expected: dict[str, str]) -> None:
    problems = refusal(DOCUMENTS / expected["file"]).problems
    assert len(problems) <= (21 if "too-many" in expected["file"] else 2), [
        problem.text for problem in problems
    ]
