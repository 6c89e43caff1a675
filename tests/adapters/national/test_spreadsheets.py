"""Files as spreadsheets and small authorities make them: taken, or refused with what is meant."""

from pathlib import Path

import pytest

from adapters.national.csv_records import CsvRecords
from adapters.national.registry import national_source
from adapters.national.usual_names import nearest
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import NationalRecord
from tests.programs import unavailable

CASES = Path(__file__).parents[4] / "shared" / "cases"
EXAMPLES = Path(__file__).parents[3] / "adapters" / "national" / "examples"


@pytest.fixture
def cases() -> Path:
    if not CASES.is_dir():
        unavailable("the cases are not beside this checkout")
    return CASES


@pytest.fixture
def lines() -> list[str]:
    (example,) = EXAMPLES.glob("*.csv")
    return example.read_text(encoding="utf-8-sig").splitlines()


def taken(file: Path) -> list[NationalRecord]:
    found = list(CsvRecords().records(file))
    assert all(isinstance(each, NationalRecord) for each in found), found
    return found  # type: ignore[return-value]


def written(folder: Path, lines: list[str]) -> Path:
    file = folder / "export.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def separator_of(lines: list[str]) -> str:
    return ";" if ";" in lines[0] else ","


def test_empty_columns_without_a_name_are_left_aside(cases: Path) -> None:
    assert len(taken(cases / "records" / "trailing-columns.csv")) == 2


@pytest.mark.parametrize("edge", ["right", "left", "both"])
def test_so_they_are_at_either_edge(tmp_path: Path, lines: list[str], edge: str) -> None:
    separator = separator_of(lines)
    before = separator * (edge != "right")
    after = 2 * separator * (edge != "left")
    with_columns = [before + line + after for line in lines]
    assert [each.permit for each in taken(written(tmp_path, with_columns))] == [
        each.permit for each in taken(written(tmp_path, lines))
    ]


def test_a_cell_without_a_name_is_named_with_its_row(tmp_path: Path, lines: list[str]) -> None:
    separator = separator_of(lines)
    one = [lines[0] + separator, lines[1] + separator + "who knows"]
    (refused,) = CsvRecords().records(written(tmp_path, one))
    assert isinstance(refused, RecordInvalid)
    assert (refused.row, "without a name" in refused.text) == (2, True)


@pytest.mark.parametrize("first", ["sep={}", "SEP={}", '"sep={}"'])
def test_the_line_of_a_spreadsheet_that_names_the_separator(
    tmp_path: Path, lines: list[str], first: str
) -> None:
    stated = [first.format(separator_of(lines)), *lines]
    found = taken(written(tmp_path, stated))
    assert [each.row for each in found] == [
        each.row + 1 for each in taken(written(tmp_path, lines))
    ], "the line counts"


def test_a_line_that_names_the_wrong_separator_is_refused(tmp_path: Path, lines: list[str]) -> None:
    wrong = "," if separator_of(lines) == ";" else ";"
    with pytest.raises(RecordInvalid):
        list(CsvRecords().records(written(tmp_path, [f"sep={wrong}", *lines])))


def test_columns_of_ones_own_are_all_named_at_once_with_what_they_may_mean(cases: Path) -> None:
    with pytest.raises(RecordInvalid) as refused:
        list(CsvRecords().records(cases / "records" / "own-columns.csv"))
    unknown = [each for each in refused.value.problems if "no column of this name" in each.text]
    assert len(unknown) == 23
    assert all("perhaps" in (each.expected or "") for each in unknown)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Permit No.", "number"),
        ("EXPIRY DATE", "valid_until"),
        ("qty", "position.quantity"),
        ("Country_of_Origin", "position.origin.country"),
        ("Purposes", "purpose"),
        ("ATA Carnet", "carnet.number"),
        ("Replaces", "replacement.number"),
        ("positon.quantity", "position.quantity"),
        ("zzzzz", None),
    ],
)
def test_the_field_that_a_name_may_mean(name: str, meant: str | None) -> None:
    known = ["number", "valid_until", "purpose", "position.quantity", "position.origin.country"]
    known += ["carnet.number", "replacement.number"]
    assert nearest(name, known) == meant


def test_the_header_of_a_pdf_may_follow_a_line_break(cases: Path) -> None:
    file = cases / "attachments" / "pdf_with_leading_line_break.json"
    (found,) = national_source(file).records(file)
    assert isinstance(found, NationalRecord), found


def test_a_wrong_name_is_compared_once_however_many_records_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def none_like(name: str, *_: object, **__: object) -> list[str]:
        compared.append(name)
        return []

    monkeypatch.setattr("difflib.get_close_matches", none_like)
    file = tmp_path / "wrong.jsonl"
    file.write_text('{"nummer-of-the-permit-7q": "1"}\n' * 50)
    assert len(list(national_source(file).records(file))) == 50
    assert 0 < len(compared) <= 3  # as a field, in words, and as the field of a line
