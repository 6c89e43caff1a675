"""`publish` accepts valid records, reports the others, and sets its exit status accordingly."""

import json
from importlib import resources
from pathlib import Path

import pytest

from tests.cli.conftest import Call


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A copy of the example records of Mozambique."""
    example = resources.files("adapters.national.examples") / "mozambique.json"
    copy = tmp_path / "mozambique.json"
    copy.write_bytes(example.read_bytes())
    return copy


@pytest.mark.slow
def test_right_records_are_published_once_and_then_stay(
    directory: Path, records: Path, call: Call
) -> None:
    count = len(json.loads(records.read_text(encoding="utf-8")))
    first = call("publish", records, "--dir", directory, "--json")
    assert first.status == 0, first.err
    assert (first.json[0]["published"], first.json[0]["refused"]) == (count, 0)
    again = call("publish", records, "--dir", directory, "--json")
    assert (again.status, again.json[0]["published"], again.json[0]["unchanged"]) == (0, 0, count)


@pytest.mark.slow
def test_one_wrong_record_is_named_and_does_not_hold_up_the_others(
    directory: Path, records: Path, call: Call
) -> None:
    content = json.loads(records.read_text(encoding="utf-8"))
    content[1]["positions"][0]["quantity"] = "twelve"
    records.write_text(json.dumps(content), encoding="utf-8")
    answer = call("publish", records, "--dir", directory, "--json")
    assert answer.status == 1
    assert (answer.json[0]["published"], answer.json[0]["refused"]) == (len(content) - 1, 1)
    (problem,) = answer.json[0]["problems"]
    assert (problem["row"], problem["box"], problem["line"]) == (
        2,
        "11",
        content[1]["positions"][0]["id"],
    )
    assert "mozambique.json, row 2" in answer.err
    assert "box 11" in answer.err


@pytest.mark.slow
def test_a_finding_that_many_permits_share_is_one_line_and_each_is_data(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    example = resources.files("adapters.national.examples") / "mozambique.json"
    record = json.loads(example.read_text(encoding="utf-8"))[0]
    line = record["positions"][0] | {"unit": "KGM", "quantity": "25.5"}
    line["quota"] = {"used": 30, "annual": 100}
    numbers = [f"MZ26EX0005{place:02}" for place in range(20)]
    records = [record | {"number": each, "positions": [line]} for each in numbers]
    file = tmp_path / "quota.json"
    file.write_text(json.dumps(records), encoding="utf-8")
    answer = call("publish", file, "--dir", directory)
    assert answer.status == 0, answer.err
    (said,) = (each for each in answer.out.splitlines() if "[K01]" in each)
    first = (
        f"! 20 times, first on {numbers[0]}: Box 11a, line {line['id']}: The quota states no unit"
    )
    assert said.startswith(first)
    again = call("publish", file, "--dir", directory)
    assert "[K01]" not in again.out, "nothing is judged again"
    assert "20 permits are unchanged and not judged again: `epix-gateway publish --dry-run`" in (
        again.out
    )
    data = call("publish", file, "--dir", directory, "--dry-run", "--json").json[0]["findings"]
    found = [each for each in data if each["rule"] == "K01"]
    assert [each["number"] for each in found] == numbers
    assert {(each["severity"], each["box"], each["line"]) for each in found} == {
        ("warning", "11a", line["id"])
    }


def test_what_a_rule_refuses_is_data_and_a_line_of_each_language(
    directory: Path, records: Path, call: Call
) -> None:
    content = json.loads(records.read_text(encoding="utf-8"))[:1]
    content[0]["purpose"] = "X"
    content[0]["positions"][0]["appendix"] = "I/II"
    records.write_text(json.dumps(content), encoding="utf-8")
    answer = call("publish", records, "--dir", directory, "--lang", "fr", "--json")
    assert answer.status == 1
    purpose, appendix = answer.json[0]["problems"]
    letter = content[0]["positions"][0]["id"]
    assert (purpose["rule"], purpose["box"], purpose["line"]) == ("F07", "5a", None)
    assert (appendix["rule"], appendix["box"], appendix["line"]) == ("F11", "10", letter)
    assert (appendix["value"], appendix["expected"]) == ("I/II", "I II III")
    assert appendix["severity"] == "error"
    assert appendix["source"].startswith("50 CFR 23.23")
    assert appendix["text"].startswith("I/II n'est pas une annexe")
    assert f"{content[0]['number']}: X n'est pas un but" in answer.err
    assert "[F11]" in answer.err


@pytest.mark.slow
def test_refused_records_are_written_aside_mended_and_published(
    directory: Path, records: Path, call: Call
) -> None:
    content = json.loads(records.read_text(encoding="utf-8"))
    right = content[0]["positions"][0]["quantity"]
    content[0]["positions"][0]["quantity"] = "twelve"
    records.write_text(json.dumps(content), encoding="utf-8")
    aside = Path(call("publish", records, "--dir", directory, "--json").json[0]["refused_file"])
    aside.write_text(
        aside.read_text(encoding="utf-8").replace('"twelve"', json.dumps(right)), encoding="utf-8"
    )
    answer = call("publish", aside, "--dir", directory, "--json")
    assert answer.status == 0, answer.err
    assert answer.json[0]["published"] == 1


@pytest.mark.slow
def test_a_person_gets_a_summary(directory: Path, records: Path, call: Call) -> None:
    answer = call("publish", records, "--dir", directory)
    assert answer.status == 0
    assert "mozambique.json" in answer.out
    assert "Refused" in answer.out


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("records.xlsx", "", 61, "a file that ends in"),
        ("records.json", "{", 61, "records.json"),
        ("records.json", '[{"number": "X"}]', 1, "row 1"),
    ],
)
def test_a_file_that_holds_no_records_is_said_to_hold_none(
    directory: Path, tmp_path: Path, call: Call, name: str, content: str, status: int, said: str
) -> None:
    (tmp_path / name).write_text(content)
    answer = call("publish", tmp_path / name, "--dir", directory)
    assert answer.status == status
    assert said in answer.err


@pytest.mark.slow
def test_a_missing_file_is_named_before_anything_is_published(
    directory: Path, records: Path, call: Call
) -> None:
    answer = call("publish", records, records.parent / "none.json", "--dir", directory)
    assert answer.status == 1
    assert "none.json is not a file" in answer.err
    assert call("publish", records, "--dir", directory, "--json").json[0]["unchanged"] == 0


@pytest.mark.slow
def test_no_token_is_ever_shown(directory: Path, records: Path, call: Call) -> None:
    content = json.loads(records.read_text(encoding="utf-8"))
    content[0]["type"] = "NONSENSE"
    records.write_text(json.dumps(content), encoding="utf-8")
    shown = call("publish", records, "--dir", directory, "--json")
    tokens = [record["token"] for record in content if record.get("token")]
    assert tokens
    assert not any(token in shown.out + shown.err for token in tokens)


def test_without_a_working_directory_one_is_asked_for(
    tmp_path: Path, records: Path, call: Call
) -> None:
    answer = call("publish", records, "--dir", tmp_path / "nothing")
    assert answer.status == 60
    assert "epix-gateway init" in answer.err
