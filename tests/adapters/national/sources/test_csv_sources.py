"""CSV sources: declared encoding and separator; a file that breaks off is refused whole."""

from pathlib import Path

import pytest

from gateway.domain.errors import RecordInvalid
from tests.adapters.national.sources.described import (
    COLUMNS,
    CSV,
    MAPPING,
    csv_text,
    opened,
    problems,
    row,
    taken,
)


def refusal(folder: Path, content: bytes, source: str = CSV) -> RecordInvalid:
    (folder / "data.csv").write_bytes(content)
    with pytest.raises(RecordInvalid) as caught:
        opened(folder, source + MAPPING).count()
    return caught.value


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16", "utf-8", "iso-8859-15"])
def test_the_declared_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    text = csv_text(row(Exporter="Orquídeas São João"))
    (tmp_path / "data.csv").write_bytes(text.encode(encoding))
    source = opened(tmp_path, CSV.replace("utf-8", encoding) + MAPPING)
    assert source.count() == 1
    assert taken(next(source.records())).permit.exporter.name == "Orquídeas São João"


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(csv_text(row()).encode("utf-8-sig"))
    assert opened(tmp_path, CSV + MAPPING).count() == 1


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    refused = refusal(tmp_path, csv_text(row(), row(Exporter="São João")).encode("windows-1252"))
    assert "utf-8" in refused.text
    assert refused.file == "data.csv"


def test_utf_8_is_not_read_as_an_encoding_of_one_byte_a_letter(tmp_path: Path) -> None:
    source = CSV.replace("utf-8", "windows-1252")
    refused = refusal(tmp_path, csv_text(row(Exporter="São João")).encode(), source)
    assert refused.expected == 'source.encoding = "utf-8"'


def test_every_missing_column_is_named_at_once(tmp_path: Path) -> None:
    columns = tuple({"Qty": "Quantity", "To": "No"}.get(name, name) for name in COLUMNS)
    refused = refusal(tmp_path, csv_text(row(), columns=columns).encode())
    assert [problem.field for problem in refused.problems] == ["No", "To", "Qty"]


def test_quotation_marks_that_do_not_close_are_refused_before_anything(tmp_path: Path) -> None:
    refused = refusal(tmp_path, csv_text(row(), row(No='"LK')).encode())
    assert "stops being CSV" in refused.text


def test_a_short_row_is_a_problem_of_its_permit(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(csv_text(row(), row()[:-2], row(No="LK/26/2")))
    first, second = opened(tmp_path, CSV + MAPPING).records()
    assert [each[0] for each in problems(first)] == [3]
    assert [each[3] for each in problems(second)] == [
        "rows that all say to which permit they belong"
    ]


def test_names_of_columns_may_stand_lower(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("A title;;\n\n" + csv_text(row()), encoding="utf-8")
    source = opened(tmp_path, CSV + "header_row = 3\n" + MAPPING)
    assert [record.row for record in source.records()] == [4]


def test_an_apostrophe_before_a_formula_is_taken_off(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(csv_text(row(Exporter="'=Example Ltd")), encoding="utf-8")
    (record,) = opened(tmp_path, CSV + MAPPING).records()
    assert taken(record).permit.exporter.name == "=Example Ltd"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordInvalid, match=r"data\.csv|cannot be read"):
        opened(tmp_path, CSV + MAPPING).count()
