"""First tries of `publish`: own columns, templates, dry runs, defaults, encodings."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call

OWN_COLUMNS = {
    "Permit No": "number",
    "Permit type": "type",
    "Date of issue": "issued_at",
    "Expiry date": "valid_until",
    "Exporter": "exporter.name",
    "Exporter address": "exporter.street",
    "Exporter country": "exporter.country",
    "Importer": "importer.name",
    "Importer address": "importer.street",
    "Importer country": "importer.country",
    "Purpose code": "purpose",
    "Remarks": "special_conditions",
    "Security stamp": "stamp",
    "Security code": "token",
    "Issued by": "issuer.name",
    "Line": "position.id",
    "Species": "position.scientific_name",
    "Common name": "position.common_names",
    "Description of specimens": "position.description",
    "App": "position.appendix",
    "Source code": "position.sources",
    "Qty": "position.quantity",
    "UOM": "position.unit",
}
"""Column of an invented national system -> the field that it means."""


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    """An example record of Mozambique."""
    example = resources.files("adapters.national.examples") / "mozambique.json"
    found: dict[str, Any] = json.loads(example.read_text(encoding="utf-8"))[0]
    return found


def written(folder: Path, *records: dict[str, Any]) -> Path:
    file = folder / "permits.json"
    file.write_text(json.dumps(records), encoding="utf-8")
    return file


def test_one_run_names_all_columns_of_ones_own_with_what_each_means(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    assert len(OWN_COLUMNS) == 23
    file = tmp_path / "own.csv"
    file.write_text(",".join(OWN_COLUMNS) + "\n" + ",".join("x" * 23) + "\n", encoding="utf-8")
    answer = call("publish", file, "--dir", directory)
    assert answer.status == 61
    problems = [line for line in answer.err.splitlines() if line.startswith("Error: ")]
    assert len(problems) == 23
    for column, field in OWN_COLUMNS.items():
        assert any(f"field {column}: " in each and f" {field}." in each for each in problems)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_template_is_a_file_that_can_be_published(
    directory: Path, tmp_path: Path, call: Call, kind: str
) -> None:
    file = tmp_path / f"mine.{kind}"
    file.write_text(call("publish", "--template", kind).out, encoding="utf-8")
    answer = call("publish", "--dry-run", file, "--dir", directory, "--json")
    assert (answer.status, answer.json[0]["published"]) == (0, 1), answer.err


@pytest.mark.slow
def test_a_dry_run_says_what_would_be_done_and_does_none_of_it(
    directory: Path, tmp_path: Path, record: dict[str, Any], call: Call
) -> None:
    file = written(tmp_path, record, record | {"number": "MZ26EX000999", "purpose": "X"})
    for _ in range(2):
        rehearsed = call("publish", "--dry-run", file, "--dir", directory, "--json")
        (tally,) = rehearsed.json
        assert (tally["dry_run"], tally["published"], tally["refused"]) == (True, 1, 1)
        assert (rehearsed.status, tally["refused_file"]) == (1, None)
    assert [each.name for each in tmp_path.glob("*.refused*")] == []
    assert call("publish", file, "--dir", directory, "--json").json[0]["published"] == 1
    again = call("publish", "--dry-run", file, "--dir", directory)
    assert "A dry run: nothing was stored." in again.out


def test_a_problem_that_many_records_share_is_one_line(
    directory: Path, tmp_path: Path, record: dict[str, Any], call: Call
) -> None:
    wrong = [
        record | {"number": f"MZ26EX0008{place:02}", "issued_at": f"{place:02}.10.2026"}
        for place in range(10, 30)
    ]
    answer = call("publish", "--dry-run", written(tmp_path, *wrong), "--dir", directory)
    (line,) = (each for each in answer.err.splitlines() if each.startswith("Error: "))
    assert line.startswith("Error: 20 times, first in permits.json, row 1, field issued_at, box 13")
    assert '"10.10.2026" is not what this field holds.' in line


@pytest.mark.slow
def test_a_rule_names_the_fields_of_its_box(
    directory: Path, tmp_path: Path, record: dict[str, Any], call: Call
) -> None:
    importer = {name: value for name, value in record["importer"].items() if name != "street"}
    line = record["positions"][0] | {"appendix": "I/II"}
    file = written(tmp_path, record | {"purpose": "X", "importer": importer, "positions": [line]})
    for command in ("publish", "validate"):
        answer = call(command, file, "--dir", directory)
        said = answer.err + answer.out
        assert "box 5a (purpose, purpose_text): " in said
        assert "box 10 (position.appendix, position.sources, position.annotation): " in said


@pytest.mark.slow
def test_box_6_and_the_time_zone_are_those_of_the_authority(
    directory: Path, tmp_path: Path, record: dict[str, Any], call: Call
) -> None:
    path = directory / "conf/gateway.toml"
    text = path.read_text(encoding="utf-8").replace('# time_zone = "Z"', 'time_zone = "+02:00"')
    path.write_text(text, encoding="utf-8")
    bare = {
        name: value
        for name, value in record.items()
        if name not in ("management_authority", "time_zone")
    }
    file = written(tmp_path, bare)
    answer = call("publish", file, "--dir", directory)
    assert answer.status == 0, answer.err
    shown = call("permits", "show", "MZ", record["number"], "--dir", directory, "--json").json
    (box_6,) = [row["value"] for row in shown["boxes"] if row["box"] == "6"]
    assert text.partition('\nname = "')[2].partition('"')[0] in box_6
    assert shown["valid_until"].endswith("+02:00")


@pytest.mark.parametrize("ending", ["json", "csv"])
@pytest.mark.parametrize(
    ("encoding", "named", "command"),
    [("utf-16", "UTF-16", "-f UTF-16"), ("cp1252", "Windows-1252", "-f WINDOWS-1252")],
)
def test_another_encoding_is_named_with_the_way_to_utf_8(
    directory: Path,
    tmp_path: Path,
    call: Call,
    ending: str,
    encoding: str,
    named: str,
    command: str,
) -> None:
    text = call("publish", "--template", ending).out.replace("Paarl", "Päärl")
    assert "ä" in text
    file = tmp_path / f"own.{ending}"
    file.write_bytes(text.encode(encoding, errors="replace"))
    answer = call("publish", file, "--dir", directory)
    assert answer.status != 0
    assert named in answer.err
    assert f"`iconv {command} -t UTF-8 FILE > NEW`" in answer.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 0),
        ({"management_authority": None}, 0),
        ({"authority": "NONE"}, 1),
        ({"purpose": "X"}, 1),
    ],
)
def test_validate_and_publish_accept_the_same(
    directory: Path,
    tmp_path: Path,
    record: dict[str, Any],
    call: Call,
    change: dict[str, Any],
    status: int,
) -> None:
    file = written(tmp_path, record | change)
    validated = call("validate", file, "--dir", directory)
    assert (validated.status, call("publish", file, "--dir", directory).status) == (status, status)
    if change.get("authority"):
        assert "names no authority that is served here (ANAC)" in validated.out


@pytest.mark.slow
def test_refused_records_hold_no_token_in_clear_and_are_published_from_their_file(
    directory: Path, tmp_path: Path, record: dict[str, Any], call: Call
) -> None:
    file = written(tmp_path, record | {"purpose": "X"})
    first, again = (call("publish", file, "--dir", directory, "--json").json[0] for _ in range(2))
    assert first["refused_file"] == again["refused_file"]
    aside = Path(first["refused_file"])
    text = aside.read_text(encoding="utf-8")
    assert record["token"] not in text
    aside.write_text(text.replace('"X"', json.dumps(record["purpose"])), encoding="utf-8")
    assert call("publish", aside, "--dir", directory).status == 0
    same = call("publish", written(tmp_path, record), "--dir", directory, "--json").json[0]
    assert same["unchanged"] == 1, "the token is the one as issued"
