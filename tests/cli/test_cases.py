"""Permits that were published, or refused, wrongly: each is judged as it should be."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call
from tests.programs import unavailable
from tests.reference_data import TABLES

CASES = Path(__file__).parents[3] / "shared" / "cases" / "permits.jsonl"
Remarks = set[tuple[str, str]]
"""Rule and box."""

RIGHT: dict[str, tuple[str, str] | None] = {
    "MZT0014": ("T01", "10"),
    "MZT0021": ("T01", "10"),
    "MZT0033": ("T02", "5a"),
    "MZT0035": ("F06", "3"),
    "MZT0039": ("C18", "5"),
    "MZT0061": None,
    "MZT0107": None,
    "MZT0115": None,
    "MZT0148": None,
    "MZT0169": None,
    "MZT0174": None,
    "MZU0001": None,
    "MZU0002": ("F10", "7"),
    "MZU0021": None,
    "MZU0026": ("C11", "12"),
    "MZU0030": None,
}
"""Number -> rule and box of the error; None: it is right and has none."""

BY_LISTINGS = {"MZT0013": ("C14", "12b"), "MZU0011": ("C08", "10")}
"""As RIGHT, where listings are loaded."""

LESSER = {
    "MZT0169": ("warning", "F08", "5"),
    "MZU0001": ("warning", "K01", "11a"),
    "MZU0021": ("risk", "V06", "5"),
}
"""Number -> finding that does not refuse the permit."""


def case(number: str) -> dict[str, Any]:
    if not CASES.is_file():
        unavailable("the cases are not beside this checkout")
    records = map(json.loads, CASES.read_text(encoding="utf-8").splitlines())
    (record,) = (each for each in records if each["number"] == number)
    return dict(record)


def remarks(
    record: dict[str, Any], folder: Path, call: Call, *options: str | Path
) -> list[dict[str, Any]]:
    file = folder / "one.jsonl"
    file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return list(call("validate", file, "--json", *options).json["remarks"])


def of(severity: str, found: list[dict[str, Any]]) -> Remarks:
    ruled = (each for each in found if each.get("rule") and each["severity"] == severity)
    return {(each["rule"], each["box"]) for each in ruled}


@pytest.fixture(scope="module")
def listed(made_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory into which a test loads the tables of the listings."""
    folder = tmp_path_factory.mktemp("listed") / "mz"
    return Path(shutil.copytree(made_directory, folder, symlinks=True))


@pytest.mark.parametrize("number", RIGHT)
def test_a_permit_is_judged_as_it_should_be(number: str, tmp_path: Path, call: Call) -> None:
    expected = RIGHT[number]
    found = remarks(case(number), tmp_path, call)
    assert of("error", found) == ({expected} if expected else set())


@pytest.mark.parametrize("number", LESSER)
def test_a_permit_that_is_published_is_remarked_on(number: str, tmp_path: Path, call: Call) -> None:
    severity, *expected = LESSER[number]
    assert tuple(expected) in of(severity, remarks(case(number), tmp_path, call))


@pytest.mark.slow
@pytest.mark.parametrize("number", BY_LISTINGS)
def test_a_permit_is_judged_by_the_listings(
    number: str, listed: Path, tmp_path: Path, call: Call
) -> None:
    by = ("--person", "Ana Langa", "--reason", "CoP20 is in force")
    loaded = call("listings", "import", *sorted(TABLES.glob("*.csv")), *by, "--dir", listed)
    assert loaded.status == 0, loaded.err
    found = remarks(case(number), tmp_path, call, "--dir", listed)
    assert BY_LISTINGS[number] in of("error", found)


DECLARED: dict[str, dict[str, Any]] = {
    "MZT0035": {"partially_completed": {"boxes": ["3", "11"], "shipments": 100}},
    "MZT0039": {
        "replacement": {
            "number": "MZT0038",
            "issued": "2026-09-01",
            "reason": "Lost by the courier",
        }
    },
    "MZU0021": {
        "import_permit": {"number": "ZA26IM1", "issued": "2026-09-01", "country": "ZA"},
    },
}
"""Number -> fields that make the permit right."""


@pytest.mark.parametrize("number", DECLARED)
def test_a_permit_is_right_with_the_field_that_declares_it(
    number: str, tmp_path: Path, call: Call
) -> None:
    found = remarks(case(number) | DECLARED[number], tmp_path, call)
    assert (of("error", found), of("risk", found)) == (set(), set())


def test_a_blank_box_names_the_field_that_would_declare_it(tmp_path: Path, call: Call) -> None:
    text = " ".join(each["text"] for each in remarks(case("MZT0035"), tmp_path, call))
    assert "partially_completed.boxes" in text


def test_a_quota_is_right_with_its_own_unit(tmp_path: Path, call: Call) -> None:
    record = case("MZU0001")
    record["positions"][0]["quota"]["unit"] = "NAR"
    warnings = of("warning", remarks(record, tmp_path, call))
    assert "K01" not in {rule for rule, _ in warnings}


@pytest.mark.slow
def test_a_date_of_the_applicant_is_a_loss_note_of_v1_alone(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text(json.dumps(case("MZT0174")) + "\n", encoding="utf-8")
    (told,) = call("publish", file, "--dir", directory, "--json").json
    assert (told["published"], told["remarks"]) == (1, [])
    (loss,) = told["losses"]
    assert (loss["version"], loss["box"], loss["field"]) == ("v1", "4", "applicant.signed_at")


RECORD: dict[str, Any] = {
    "number": "MZ26EX000950",
    "type": "EXPORT",
    "valid_until": "2027-03-31",
    "issued_at": "2026-10-05",
    "importer": {"name": "Importer Ltd", "street": ["Rua 1"], "city": "Paarl", "country": "ZA"},
    "exporter": {"name": "Exportador Lda", "street": ["Rua 1"], "city": "Tete", "country": "MZ"},
    "purpose": "T",
    "management_authority": {"name": "ANAC", "city": "Maputo", "country": "MZ"},
    "issuer": {"name": "Dr Alberto Nhantumbo"},
}
LINE: dict[str, Any] = {
    "id": "A",
    "scientific_name": "Crocodylus niloticus",
    "description": "Raw skins",
    "term": "SKI",
    "appendix": "II",
    "sources": ["R"],
    "quantity": "100",
    "unit": "NAR",
}
BLANK = {"importer": None}
OLD = {"scientific_name": "Loxodonta africana", "term": "CAR", "appendix": "I", "sources": ["O"]}
TROPHY = {"scientific_name": "Panthera pardus", "term": "TRO", "appendix": "I", "sources": ["W"]}
AGREED = {"agreement": "DFFE 2026/118", "agreed_at": "2026-09-28", "reason": "No form there"}
REPLACED = {"number": "MZ26EX000098", "issued": "2026-08-14", "reason": "Lost by the courier"}
RESTS = {"number": "ZA26IM1", "issued": "2026-09-01", "country": "ZA"}

FURTHER: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, str, str] | None]] = {
    "box 3 left to the holder": (BLANK | {"partially_completed": {"boxes": ["3"]}}, {}, None),
    "another box left to the holder": (
        BLANK | {"partially_completed": {"boxes": ["15"]}},
        {},
        ("error", "F06", "3"),
    ),
    "box 3a alone left to the holder": (
        BLANK | {"partially_completed": {"boxes": ["3a"]}},
        {},
        ("error", "F06", "3"),
    ),
    "box 3 left to the holder in words": (
        BLANK | {"special_conditions": ["Simplified procedure: box 3 by the holder"]},
        {},
        ("error", "F06", "3"),
    ),
    "replacement without a number": (
        {"replacement": {**REPLACED, "number": None}},
        {},
        ("error", "C18", "5"),
    ),
    "replacement without a date": (
        {"replacement": {**REPLACED, "issued": None}},
        {},
        ("error", "C18", "5"),
    ),
    "replacement without a reason": (
        {"replacement": {**REPLACED, "reason": None}},
        {},
        ("error", "C18", "5"),
    ),
    "whole replacement": ({"replacement": REPLACED}, {}, None),
    "retrospective without agreement": (
        {"retrospective": {**AGREED, "agreement": None}},
        {},
        ("error", "C17", "5"),
    ),
    "retrospective without a reason": (
        {"retrospective": {**AGREED, "reason": None}},
        {},
        ("error", "C17", "5"),
    ),
    "retrospective for Appendix I": ({"retrospective": AGREED}, TROPHY, ("error", "C17", "10")),
    "whole retrospective": ({"retrospective": AGREED}, {}, None),
    "acquired before a day, with a statement": (
        {"type": "PRECONV", "valid_until": None},
        OLD | {"operation": {"acquired_before": "1970-01-01", "acquired_statement": "By will"}},
        None,
    ),
    "acquired before a day, without a statement": (
        {"type": "PRECONV", "valid_until": None},
        OLD | {"operation": {"acquired_before": "1970-01-01"}},
        ("warning", "C14", "12b"),
    ),
    "acquired before a day that is still to come": (
        {"type": "PRECONV", "valid_until": None},
        OLD | {"operation": {"acquired_before": "2027-01-01", "acquired_statement": "By will"}},
        ("error", "C14", "12b"),
    ),
    "acquired on no day at all": (
        {"type": "PRECONV", "valid_until": None},
        OLD,
        ("error", "C14", "12b"),
    ),
    "export of Appendix I on an import permit": (
        {"import_permit": RESTS, "purpose": "H"},
        TROPHY,
        None,
    ),
    "import permit of another country": (
        {"import_permit": {**RESTS, "country": "CH"}, "purpose": "H"},
        TROPHY,
        ("risk", "V06", "5"),
    ),
    "import permit that is younger": (
        {"import_permit": {**RESTS, "issued": "2026-12-01"}, "purpose": "H"},
        TROPHY,
        ("risk", "V06", "5"),
    ),
    "quota in its own unit": (
        {},
        {"unit": "KGM", "quota": {"used": 2, "annual": 100, "unit": "NAR"}},
        None,
    ),
    "quota in the unit of box 11": (
        {},
        {"unit": "KGM", "quota": {"used": 200, "annual": 1000, "unit": "KGM"}},
        None,
    ),
    "quota in grams, less than the line in kilograms": (
        {},
        {"unit": "KGM", "quota": {"used": 200, "annual": 1000, "unit": "GRM"}},
        ("error", "K01", "11a"),
    ),
    "no last day where none is fixed": (
        {"type": "BREDCAPT", "valid_until": None},
        {"sources": ["C"]},
        None,
    ),
    "no last day of an export permit": ({"valid_until": None}, {}, ("error", "F04", "2")),
    "no last day of a certificate of origin": (
        {"type": "ORIGIN", "purpose": None, "valid_until": None},
        {"appendix": "III"},
        ("error", "F04", "2"),
    ),
}
"""Case -> changes on the record, on its line, and the finding; None: no error, no risk."""


@pytest.mark.parametrize("name", FURTHER)
def test_a_further_case_is_judged_as_it_should_be(name: str, tmp_path: Path, call: Call) -> None:
    changes, of_line, expected = FURTHER[name]
    found = remarks({**RECORD, **changes, "positions": [LINE | of_line]}, tmp_path, call)
    if expected is None:
        assert (of("error", found), of("risk", found)) == (set(), set())
        assert "cannot be written" not in " ".join(each["text"] for each in found)
    else:
        severity, *ruled = expected
        assert of(severity, found) == {tuple(ruled)}
