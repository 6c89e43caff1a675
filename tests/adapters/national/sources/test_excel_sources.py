"""Excel sources: typed cells, formulas refused, bounds that hold before anything is parsed."""

import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adapters.national.sources.rows import excel_rows, workbook
from gateway.domain.errors import RecordInvalid
from tests.adapters.national.sources.described import (
    COLUMNS,
    MAPPING,
    ROW,
    opened,
    problems,
    taken,
)

EXCEL = '[source]\nkind = "excel"\nfile = "data.xlsx"\nsheet = "Permits"\n'
TYPED: dict[str, Any] = {
    "Issued": date(2026, 11, 2),
    "Until": datetime.fromisoformat("2027-05-01"),
    "Qty": 1200.5,
    "No": 2601,
}


def made(folder: Path, **changed: Any) -> Path:
    """A workbook of one permit, with other cells by column."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Permits"
    sheet.append(list(COLUMNS))
    values = dict(zip(COLUMNS, ROW, strict=True)) | TYPED | changed
    sheet.append([values[name] for name in COLUMNS])
    book.save(folder / "data.xlsx")
    return folder / "data.xlsx"


def refusal(folder: Path) -> RecordInvalid:
    with pytest.raises(RecordInvalid) as caught:
        opened(folder, EXCEL + MAPPING).count()
    return caught.value


def test_typed_cells_are_read_as_what_they_are(tmp_path: Path) -> None:
    made(tmp_path)
    (record,) = opened(tmp_path, EXCEL + MAPPING).records()
    permit = taken(record).permit
    assert (permit.number.text, str(permit.issued_at)[:10]) == ("2601", "2026-11-02")
    assert permit.positions[0].quantity.amount == Decimal("1200.5")
    assert record.sheet == "Permits"


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("Qty", "=2*600", "the cell holds a formula"),
        ("Exporter", '=A1&"x"', "the cell holds a formula"),
        ("Exporter", date(2026, 1, 2), "the cell holds a date"),
        ("Issued", 46328, "the cell holds a number"),
        ("No", 12345678901234567, "rounds a number"),
        ("Exporter", time(9, 30), "a time of day"),
        ("Qty", "1.200,5", "decimal sign"),
    ],
)
def test_cells_that_could_mean_something_else_are_refused(
    tmp_path: Path, column: str, cell: Any, expected: str
) -> None:
    made(tmp_path, **{column: cell})
    (record,) = opened(tmp_path, EXCEL + MAPPING).records()
    said = problems(record) if column != "No" else problems(record)[:1]
    assert [(each[0], each[1] or column) for each in said] == [(2, column)]
    assert expected in said[0][3] or column == "No"


def test_stored_results_of_formulas_are_read_where_that_is_declared(tmp_path: Path) -> None:
    file = made(tmp_path, Qty="=2*600")
    _replace(file, "<f>2*600</f><v />", "<f>2*600</f><v>1200</v>")
    _replace(file, "<f>2*600</f><v></v>", "<f>2*600</f><v>1200</v>")
    source = opened(tmp_path, EXCEL + 'formulas = "results"\n' + MAPPING)
    (record,) = source.records()
    assert taken(record).permit.positions[0].quantity.amount == Decimal(1200)


def test_an_error_of_a_formula_is_refused_always(tmp_path: Path) -> None:
    file = made(tmp_path, Qty="#DIV/0!")
    assert 't="e"' in _sheet(file)
    source = opened(tmp_path, EXCEL + 'formulas = "results"\n' + MAPPING)
    (record,) = source.records()
    assert [each[1] for each in problems(record)] == ["Qty"]


def _sheet(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def _replace(file: Path, old: str, new: str) -> None:
    """Change the text of the sheet."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(old.encode(), new.encode())
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    made(tmp_path)
    with pytest.raises(RecordInvalid) as caught:
        opened(tmp_path, EXCEL.replace("Permits", "Other") + MAPPING).count()
    assert caught.value.expected == "Permits"


def test_only_xlsx_is_read(tmp_path: Path) -> None:
    made(tmp_path).rename(tmp_path / "data.xls")
    with pytest.raises(RecordInvalid, match=r"\.xlsx"):
        opened(tmp_path, EXCEL.replace("data.xlsx", "data.xls") + MAPPING).count()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a;b\n1;2\n", b"\xd0\xcf\x11\xe0" * 200])
def test_files_that_are_no_workbook_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data.xlsx").write_bytes(content)
    assert "no .xlsx" in refusal(tmp_path).text


@pytest.mark.slow
def test_a_zip_bomb_is_refused_by_its_stated_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_PART_BYTES", 20_000_000)
    file = made(tmp_path)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(workbook.MAX_PART_BYTES))
    assert file.stat().st_size < 100_000
    assert "Unpacked" in refusal(tmp_path).text


def test_a_part_that_is_longer_than_it_states_is_refused(tmp_path: Path) -> None:
    file = made(tmp_path)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/liar.bin", b"\0" * 1_000_003)
    content = file.read_bytes()
    stated = (1_000_003).to_bytes(4, "little")
    assert content.count(stated) == 2
    file.write_bytes(content.replace(stated, (10).to_bytes(4, "little")))
    assert "damaged" in refusal(tmp_path).text


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    file = made(tmp_path)
    with (
        zipfile.ZipFile(file, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert "two parts" in refusal(tmp_path).text


def test_a_document_type_in_a_sheet_is_refused(tmp_path: Path) -> None:
    file = made(tmp_path)
    _replace(file, "<worksheet", '<!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet')
    assert "document type" in refusal(tmp_path).text


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path)
    monkeypatch.setattr(excel_rows, "MAX_ROWS", 1)
    assert "2 rows" in refusal(tmp_path).text
