"""`national check`, `preview` and `publish`: wrong cells are named, right permits taken once."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.national.sources.described import row
from tests.cli.conftest import Call
from tests.cli.national.conftest import Write

RIGHT = row(To="South Africa", Qty="20", Unit="specimens")
COUNTS = ("published", "changed", "unchanged", "national", "refused")
Publish = Callable[[], dict[str, object]]


def changed(**cells: str) -> tuple[str, ...]:
    return row(**{"To": "South Africa", "Qty": "20", "Unit": "specimens", **cells})


def counts(result: dict[str, object]) -> tuple[object, ...]:
    return tuple(result[name] for name in COUNTS)


def refused_rows(result: dict[str, object]) -> list[dict[str, str]]:
    file = Path(str(result["refused_file"]))
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.slow
def test_an_unchanged_permit_is_not_published_again(write: Write, publish: Publish) -> None:
    assert counts(publish()) == (1, 0, 0, 0, 0)
    assert counts(publish()) == (0, 0, 1, 0, 0)
    write(changed(Exporter="Another name"))
    assert counts(publish()) == (0, 1, 0, 0, 0)


@pytest.mark.slow
def test_a_refused_permit_is_kept_with_its_reason_until_it_is_mended(
    write: Write, publish: Publish
) -> None:
    write(RIGHT, changed(No="LK/26/2", Qty="12,5", Unit="kg"), changed(No="LK/26/3", App=""))
    result = publish()
    assert counts(result) == (1, 0, 0, 0, 2)
    rows = refused_rows(result)
    assert [
        (each["number"], each["row"], each["column"], each["value"], each["box"]) for each in rows
    ] == [("LK/26/2", "3", "Qty", "12,5", "11"), ("LK/26/3", "4", "", "", "10")]
    assert Path(str(result["refused_file"])).stat().st_mode & 0o077 == 0
    write(RIGHT, changed(No="LK/26/2", Qty="12.5", Unit="kg"), changed(No="LK/26/3", App=""))
    assert [each["number"] for each in refused_rows(publish())] == ["LK/26/3"]
    write(RIGHT)
    assert publish()["refused_file"] is None


@pytest.mark.slow
def test_a_rule_names_the_cell_behind_its_box(write: Write, publish: Publish) -> None:
    write(changed(), changed(Species="Vanda testacea", App="IV"))
    result = publish()
    (found,) = refused_rows(result)
    assert (found["row"], found["column"], found["value"], found["line"]) == ("3", "App", "IV", "B")
    assert found["rule"] == "F11"


def test_cells_of_refused_permits_are_no_formulas(write: Write, publish: Publish) -> None:
    write(changed(To="=cmd|' /C calc'!A0"))
    assert refused_rows(publish())[0]["value"].startswith("'=cmd")


def test_nothing_is_published_of_a_source_that_breaks_off(
    write: Write, directory: Path, call: Call
) -> None:
    write(RIGHT, changed(No="LK/26/2"), changed(No='"LK/26/3'))
    answer = call("national", "publish", "register", "--dir", directory)
    assert answer.status == 61
    assert "stops being CSV" in answer.err
    assert call("permits", "list", "--dir", directory, "--json").json == []


@pytest.mark.slow
def test_a_check_groups_findings_and_stores_nothing(
    write: Write, directory: Path, call: Call
) -> None:
    wrong = [changed(No=f"LK/26/{number}", Issued="31/11/2026") for number in range(2, 9)]
    write(RIGHT, *wrong)
    answer = call("national", "check", "register", "--dir", directory)
    assert answer.status == 1
    assert "7 times, first: register.csv, row 3" in answer.out
    assert 'column "Issued", value "31/11/2026"' in answer.out
    assert call("permits", "list", "--dir", directory, "--json").json == []
    found = call("national", "check", "register", "--dir", directory, "--json").json
    assert counts(found) == (1, 0, 0, 0, 7)
    (group,) = [each for each in found["findings"] if each["severity"] == "error"]
    assert (group["rule"], group["times"], group["box"], group["column"]) == (
        *("cell", 7, "13"),
        "Issued",
    )
    assert group["first"]["row"] == 3


@pytest.mark.slow
def test_a_preview_shows_cell_value_and_box(write: Write, directory: Path, call: Call) -> None:
    write(RIGHT, changed(No="LK/26/2", Unit="crates"))
    shown = call("national", "preview", "register", "--dir", directory, "--json")
    assert shown.status == 0, shown.err
    values = {each["field"]: each for each in shown.json["values"]}
    assert values["importer.country"] == {
        "box": "3",
        "line": None,
        "field": "importer.country",
        "row": 2,
        "column": "To",
        "cell": "South Africa",
        "value": "ZA",
    }
    assert values["token"]["cell"] is None
    assert "SECRET" not in shown.out
    wrong = call("national", "preview", "register", "LK/26/2", "--dir", directory)
    assert wrong.status == 1
    assert "crates" in wrong.out
    assert call("national", "preview", "register", "LK/26/9", "--dir", directory).status == 1


@pytest.mark.slow
def test_the_journal_says_who_published_a_source(write: Write, directory: Path, call: Call) -> None:
    call("national", "publish", "register", "--person", "M. Example", "--dir", directory)
    found = call("journal", "search", "--dir", directory, "--json").json
    assert "Published" in json.dumps(found)


def test_every_mistake_of_a_description_is_said_in_one_run(
    write: Write, directory: Path, call: Call
) -> None:
    file = directory / "conf/national/register.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("utf-8", "utf-9").replace("number =", "numbr ="), encoding="utf-8")
    answer = call("national", "check", "register", "--dir", directory)
    assert answer.status == 60
    assert answer.err.count("register.toml, line") == 3
    assert call("national", "check", "other", "--dir", directory).status == 60
    whole = call("check-config", "--dir", directory)
    assert whole.status == 60
    assert whole.err.count("register.toml, line") == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("customs-csv", (), (6, 0, 0, 0, 0)),
        ("small-authority-excel", (), (3, 0, 0, 1, 0)),
        ("ecites-database", ("--permits", "150"), (48, 0, 0, 2, 0)),
    ],
)
def test_an_example_is_published_by_one_command(
    tmp_path: Path, call: Call, name: str, options: tuple[str, ...], expected: tuple[int, ...]
) -> None:
    answer = call("national", "example", name, tmp_path / "new", *options, "--json")
    assert answer.status == 0, answer.err
    assert counts(answer.json) == expected
    again = call("national", "publish", name, "--dir", tmp_path / "new", "--json").json
    assert counts(again) == (0, 0, expected[0], *expected[3:])


@pytest.mark.slow
def test_permits_of_national_species_are_kept_and_not_offered(tmp_path: Path, call: Call) -> None:
    made = call("national", "example", "small-authority-excel", tmp_path / "new", "--json").json
    kept = Path(made["national_file"]).read_text(encoding="utf-8")
    assert "Santalum austrocaledonicum" in kept
    listed = call("permits", "list", "--dir", tmp_path / "new", "--json").out
    assert "2601" in listed
    assert "2604" not in listed
