"""`declarations`: a declaration is checked, reserved, written off, amended, released, listed."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import NUMBER, Answer, Call

BY = ("--officer", "T. Nkosi")


@pytest.fixture
def customs(tmp_path: Path, published_directory: Path) -> Path:
    return Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))


def declaration(folder: Path, quantity: str = "1200", number: str = "26MZ1", **changes) -> Path:
    """A file with a declaration of line A."""
    line = {"item": "1", "country": "MZ", "number": NUMBER, "position": "A"}
    document = {"declaration": number, "lines": [line | {"quantity": quantity} | changes]}
    path = folder / f"{number}-{quantity}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_declaration_from_check_to_amendment(customs: Path, tmp_path: Path, call: Call) -> None:
    def act(*words: str | Path) -> Answer:
        return call("declarations", *words, "--dir", customs)

    file = declaration(tmp_path)
    checked = act("check", "--file", file)
    assert (checked.status, "could not be compared" in checked.out) == (1, True), checked.err
    assert "1200 NAR is covered, as 1200 NAR is free." in " ".join(checked.out.split())
    assert json.loads(act("check", "--file", file, "--json").out)["verdict"] == "unknown"

    assert "1 of 1 lines changed" in act("reserve", "--file", file, *BY).out
    assert "Nothing is changed" in act("reserve", "--file", file, *BY).out
    over = act("reserve", "--file", declaration(tmp_path, "1", "26MZ2"), *BY)
    assert (over.status, "0 are free and 1200 reserved" in over.err) == (33, True)

    assert act("write-off", "26MZ1", *BY).status == 0
    less = declaration(tmp_path, "1100")
    amended = act("amend", "--file", less, *BY, "--reason", "recounted", "--json")
    assert amended.json["lines"][0]["holds"] == "1100"
    refused = act("release", "26MZ1", *BY)
    assert (refused.status, "Nothing is reserved" in refused.err) == (75, True)
    listed = act("list", "26MZ1")
    assert "recounted" in listed.out
    (held,) = act("list", "--permit", "mz", NUMBER, "--json").json
    assert [each["act"] for each in held["events"]] == ["reserved", "written-off", "amended"]
    assert [each["item"] for each in act("list", "--json").json] == ["1"]

    other = declaration(tmp_path, "100", "26MZ3")
    assert act("reserve", "--file", other, *BY).status == 0
    assert act("release", "26MZ3", *BY, "--item", "1").status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("write-off", *BY), "either the number"),
        (("write-off", "26MZ9", *BY), "Nothing is reserved"),
        (("confirm", "26MZ9", *BY), "Nothing of a foreign permit"),
        (("check", "--file", "absent.json"), "cannot be read"),
        (("reserve", "--file", "conf/gateway.toml", *BY), "one object in JSON"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    customs: Path, call: Call, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(customs)
    answer = call("declarations", *words)
    assert answer.status in (1, 75)
    assert said in answer.err


@pytest.mark.slow
def test_text_of_others_is_one_harmless_line(customs: Path, tmp_path: Path, call: Call) -> None:
    file = declaration(tmp_path, scientific_name="Python\u202e\nregius [red]")
    answer = call("declarations", "check", "--file", file, "--dir", customs)
    assert "\u202e" not in answer.out
    assert "[red]" in answer.out
