"""`permits show` and `publish`: loss notes of a permit of ours, and versions that are withheld."""

import json
from importlib import resources
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.document_kinds import KINDS, record_of

SANDBOX = resources.files("adapters.national.examples") / "sandbox.json"
CATEGORY = "MZ26EX000006"
"""A sample permit with a category of its operation, for which v1 has no element."""
NAME = "ApplicableCrossBorderGovernmentProcedure/PreviousReferencedDocument/Name"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """CATEGORY, and a permit that v1 would show untruly."""
    every = json.loads(SANDBOX.read_text(encoding="utf-8"))
    record = next(each for each in every if each["number"] == CATEGORY)
    line = {**record["positions"][0], "marks": ["MZ 1 to 5"]}
    del line["term"], line["description"]
    withheld = {
        **record,
        "number": "MZ26EX000900",
        "token": "SHOW-1",
        "partially_completed": {"boxes": ["9"]},
        "positions": [line],
    }
    file = tmp_path / "two.json"
    file.write_text(json.dumps([record, withheld]), encoding="utf-8")
    return file


def test_publish_names_each_loss_with_box_and_place(
    directory: Path, records: Path, call: Call
) -> None:
    answer = call("publish", records, "--dir", directory)
    assert answer.status == 0, answer.err
    assert f"· {CATEGORY}: Line A: Schema version 1 has no element for" in answer.out
    assert "operation.category_code (box 12b)" in answer.out
    assert "! MZ26EX000900: not in schema version 1, box 9" in answer.out


def test_publish_gives_each_loss_to_a_program(directory: Path, records: Path, call: Call) -> None:
    (told,) = call("publish", records, "--dir", directory, "--json").json
    (loss,) = (each for each in told["losses"] if each["number"] == CATEGORY)
    assert (loss["version"], loss["box"], loss["line"]) == ("v1", "12b", "A")
    assert (loss["field"], loss["value"]) == ("operation.category_code", "A")
    assert loss["path"].endswith(NAME)


@pytest.mark.slow
def test_a_permit_of_each_document_type_is_published_in_both_versions(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    records = [record_of(kind, f"MZ26EX0008{place:02}") for place, kind in enumerate(KINDS)]
    file = tmp_path / "kinds.json"
    file.write_text(json.dumps(records), encoding="utf-8")
    (told,) = call("publish", file, "--dir", directory, "--json").json
    assert (told["published"], told["refused"], told["remarks"]) == (len(KINDS), 0, [])
    lost = {(each["version"], each["field"]) for each in told["losses"]}
    assert lost == {
        ("v1", "applicant.signed_at"),
        ("v1", "examiner.signed_at"),
        ("v1", "operation.category_code"),
        *(
            (version, field)
            for version in ("v1", "v2")
            for field in (
                "annotation",
                "operation.acquired_before",
                "operation.acquired_statement",
                "examination.dead_on_arrival",
                "examination.seized",
            )
        ),
    }


@pytest.mark.slow
def test_a_loss_of_many_permits_is_one_line(directory: Path, tmp_path: Path, call: Call) -> None:
    every = json.loads(SANDBOX.read_text(encoding="utf-8"))
    record = next(each for each in every if each["number"] == CATEGORY)
    copies = [
        {**record, "number": f"MZ26EX00091{place}", "token": f"SHOW-{place}"} for place in range(3)
    ]
    file = tmp_path / "many.json"
    file.write_text(json.dumps(copies), encoding="utf-8")
    answer = call("publish", file, "--dir", directory, "--lang", "es")
    (said,) = (line for line in answer.out.splitlines() if "category_code" in line)
    assert said.startswith("· 3 veces, primero en MZ26EX000910: La versión 1 del esquema")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("en", ("Schema version 1 has no element", "Scientific name")),
        ("fr", ("La version 1 du schéma n'a pas", "Nom scientifique")),
        ("es", ("La versión 1 del esquema no tiene", "Nombre científico")),
    ],
)
def test_a_permit_of_ours_is_shown_with_its_losses(
    tag: str, words: tuple[str, str], directory: Path, records: Path, call: Call
) -> None:
    call("publish", records, "--dir", directory)
    answer = call("permits", "show", "MZ", CATEGORY, "--dir", directory, "--lang", tag)
    assert answer.status == 0, answer.err
    assert answer.out.startswith(f"{CATEGORY} of MZ/ANAC: issued")
    for word in words:
        assert word in answer.out


@pytest.mark.slow
def test_a_program_reads_losses_and_withheld_versions(
    directory: Path, records: Path, call: Call
) -> None:
    call("publish", records, "--dir", directory)
    shown = call("permits", "show", "MZ", CATEGORY, "--dir", directory, "--json").json
    assert (shown["number"], shown["status"], shown["withheld"]) == (CATEGORY, "issued", [])
    assert [loss["field"] for loss in shown["losses"]] == ["operation.category_code"]
    shown = call("permits", "show", "MZ", "MZ26EX000900", "--dir", directory, "--json").json
    (withheld,) = shown["withheld"]
    assert (withheld["version"], withheld["box"], withheld["line"]) == ("v1", "9", "A")
    assert shown["variants"]["partially_completed"] == {"boxes": ["9"], "shipments": None}


def test_an_unknown_permit_is_named_with_advice(directory: Path, call: Call) -> None:
    answer = call("permits", "show", "MZ", "MZ26EX000999", "--dir", directory)
    assert answer.status == 1
    assert "No permit of this number is published here." in answer.err


@pytest.mark.slow
def test_a_changed_permit_shows_its_former_documents(
    directory: Path, records: Path, call: Call
) -> None:
    assert call("publish", records, "--dir", directory).status == 0
    every = json.loads(records.read_text(encoding="utf-8"))
    every[0]["special_conditions"] = ["Corrected by the authority."]
    records.write_text(json.dumps(every), encoding="utf-8")
    assert call("publish", records, "--dir", directory).status == 0
    shown = call("permits", "show", "MZ", CATEGORY, "--dir", directory)
    assert "Former document, schema version 1, replaced" in shown.out
    former = call("permits", "show", "MZ", CATEGORY, "--dir", directory, "--json").json["former"]
    assert [each["version"] for each in former] == ["v1", "v2"]
    assert all(each["seal_sha256"] for each in former)
    record = call("journal", "show", former[0]["record"], "--dir", directory, "--json")
    assert record.status == 0, record.err
    assert "PermitVersion" in record.out


@pytest.mark.slow
def test_a_permit_is_shown_as_json_ld(directory: Path, records: Path, call: Call) -> None:
    call("publish", records, "--dir", directory)
    answer = call("permits", "show", "MZ", CATEGORY, "--as", "json-ld", "--dir", directory)
    assert answer.status == 0, answer.err
    shown = json.loads(answer.out)
    assert shown["epermitNumber"] == CATEGORY
    assert shown["@context"]["cargo"] == "https://onerecord.iata.org/ns/cargo#"
    assert "ONE Record has no name for" in answer.err
