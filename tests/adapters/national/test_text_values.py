"""Text of national records: ends of lines, unseen characters at the ends and inside of names."""

import json
from pathlib import Path

import pytest

from adapters.national.registry import national_source
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import NationalRecord
from tests.programs import unavailable

CASES = Path(__file__).parents[4] / "shared" / "cases"
EXAMPLES = Path(__file__).parents[3] / "adapters" / "national" / "examples"


def published(folder: Path, **changed: object) -> NationalRecord | RecordInvalid:
    """The first record of an example, with other values in its permit or first line."""
    example = sorted(EXAMPLES.glob("*.json"))[0]
    whole = json.loads(example.read_text(encoding="utf-8"))
    record = whole[0] if isinstance(whole, list) else whole
    for name, value in changed.items():
        target = record if name in ("importer", "special_conditions") else record["positions"][0]
        target[name] = value
    file = folder / "one.json"
    file.write_text(json.dumps([record]), encoding="utf-8")
    (found,) = national_source(file).records(file)
    return found


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_ends_of_lines_are_line_feeds(tmp_path: Path, end: str) -> None:
    found = published(tmp_path, description=f"one{end}two{end}")
    assert isinstance(found, NationalRecord), found
    assert found.permit.positions[0].description == "one\ntwo"


def test_so_they_are_in_the_case() -> None:
    file = CASES / "records" / "crlf_in_description.json"
    if not file.is_file():
        unavailable("the cases are not beside this checkout")
    (found,) = national_source(file).records(file)
    assert isinstance(found, NationalRecord)
    assert "\r" not in repr(found.permit)


@pytest.mark.parametrize("unseen", ["\u00a0", "\u200b", "\ufeff", " \u00a0\t"])
def test_unseen_characters_at_the_ends_go(tmp_path: Path, unseen: str) -> None:
    found = published(tmp_path, scientific_name=f"{unseen}Loxodonta africana{unseen}")
    assert isinstance(found, NationalRecord), found
    assert found.permit.positions[0].scientific_name == "Loxodonta africana"


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e", "\u2066", "\u00ad", "\u200d", "\u2028"])
def test_inside_of_a_name_they_are_refused_with_their_place(tmp_path: Path, unseen: str) -> None:
    refused = published(tmp_path, scientific_name=f"Loxo{unseen}donta africana")
    assert isinstance(refused, RecordInvalid)
    assert refused.box == "7"
    assert f"U+{ord(unseen):04X}, its character 5" in (refused.expected or "")


@pytest.mark.parametrize("written", ["T\n", " T", "T\r\n"])
def test_a_code_is_on_one_line(tmp_path: Path, written: str) -> None:
    found = published(tmp_path, appendix=written.replace("T", "II"))
    assert isinstance(found, NationalRecord), found
    assert found.permit.positions[0].appendix == "II"


def test_a_name_of_several_lines_is_one(tmp_path: Path) -> None:
    found = published(tmp_path, common_names=["crocodilo\r\ndo  Nilo"])
    assert isinstance(found, NationalRecord), found
    assert found.permit.positions[0].common_names == ("crocodilo do Nilo",)


@pytest.mark.parametrize(
    "name",
    [
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3 \u0dbd\u0d82\u0d9a\u0dcf",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "Nguy\u1ec5n Th\u1ecb",
        "O\u2019Brien & S\u00f8n \u2013 Ltd",
    ],
)
def test_what_a_script_needs_stays(tmp_path: Path, name: str) -> None:
    found = published(tmp_path, common_names=[name])
    assert isinstance(found, NationalRecord), found
    assert found.permit.positions[0].common_names == (name,)
