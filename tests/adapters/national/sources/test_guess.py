"""Proposals of descriptions: what is sure stands there, what is not is marked and counts for
nothing."""

from pathlib import Path

import openpyxl
import pytest

from adapters.national.sources.guessing.guess import UNSURE, guess
from gateway.domain.errors import RecordInvalid
from tests.adapters.national.sources.described import opened, taken

TABLE = """\
Permit No;Type;Date of issue;Expiry;Exporter;Exporter Country;Importer;Importing Country;\
Species;App;Source;Qty;Unit;Officer's mood
LK/1;Export;02.11.2026;01.05.2027;Ex;Sri Lanka;Jardim;Moçambique;Vanda tessellata;II;A;1.200;kg;x
LK/2;Gift;28.11.2026;01.05.2027;Ex;Sri Lanka;Jardim;Suisse;Vanda tessellata;II;A;12,5;kg;x
"""


def proposed(folder: Path, text: str, encoding: str = "utf-8") -> list[str]:
    file = folder / "table.csv"
    file.write_bytes(text.encode(encoding))
    return guess(file).splitlines()


def test_names_formats_and_words_are_proposed(tmp_path: Path) -> None:
    lines = proposed(tmp_path, TABLE)
    for line in (
        'encoding = "utf-8"',
        'separator = ";"',
        'date = "dd.mm.yyyy"',
        'decimal = ","',
        'thousands = "."',
        'number = "Permit No"',
        'type = { column = "Type", words = "document_types" }',
        'importer.country = { column = "Importing Country", words = "countries" }',
        'quantity = "Qty"',
    ):
        assert line in lines
    assert any(line.startswith('# "Gift" = ""  ' + UNSURE) for line in lines)
    assert any(line.startswith('# "Moçambique" = "MZ"  ' + UNSURE) for line in lines)
    assert '# No field was found for the column "Officer\'s mood".' in lines


def test_a_proposal_reads_its_file_but_for_what_is_unsure(tmp_path: Path) -> None:
    lines = proposed(tmp_path, TABLE)
    first, second = opened(tmp_path, "\n".join(lines)).records()
    assert not isinstance(first.outcome, type(None))
    assert first.number == "LK/1"
    completed = [line.removeprefix("# ") if "Moçambique" in line else line for line in lines]
    first, second = opened(tmp_path, "\n".join(completed)).records()
    assert taken(first).permit.positions[0].quantity.amount == 1200
    assert isinstance(second.outcome, RecordInvalid)


@pytest.mark.parametrize(
    ("dates", "unsure"),
    [
        (("02/11/2026", "03/11/2026"), "may mean"),
        (("02/11/2026", "13/11/2026"), None),
        (("31/11/2026", "13/11/2026"), "do not fit"),
    ],
)
def test_dates_that_could_mean_two_days_are_unsure(
    tmp_path: Path, dates: tuple[str, str], unsure: str | None
) -> None:
    text = "Permit No;Type;Date of issue\n" + "".join(f"1;Export;{day}\n" for day in dates)
    (line,) = (line for line in proposed(tmp_path, text) if line.startswith("issued_at"))
    assert (UNSURE in line) is (unsure is not None)
    assert (unsure or "") in line


def test_an_encoding_that_is_not_utf_8_is_unsure(tmp_path: Path) -> None:
    lines = proposed(tmp_path, TABLE, "windows-1252")
    (line,) = (line for line in lines if line.startswith("encoding"))
    assert line.startswith(f'encoding = "windows-1252"  {UNSURE}')


def test_fields_that_no_column_fills_are_asked_for(tmp_path: Path) -> None:
    lines = proposed(tmp_path, "Permit No;Species\n1;Vanda tessellata\n")
    missing = [line.split(" ")[1] for line in lines if "no column was found" in line]
    assert missing == [
        *("type", "issued_at", "exporter.country", "importer.country"),
        *("appendix", "sources", "quantity"),
    ]


def test_a_workbook_is_proposed_with_its_sheet_and_header_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register"
    sheet.append(["Our register"])
    sheet.append(["Permit No", "Type", "Qty"])
    sheet.append([2601, "Export", 12.5])
    book.create_sheet("Notes")
    book.save(tmp_path / "table.xlsx")
    lines = guess(tmp_path / "table.xlsx").splitlines()
    assert any(line.startswith(f'sheet = "Register"  {UNSURE}') for line in lines)
    assert any(line.startswith(f"header_row = 2  {UNSURE}") for line in lines)
    assert 'number = "Permit No"' in lines


@pytest.mark.parametrize("name", ["table.json", "table.xls", "empty.csv"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(RecordInvalid):
        guess(tmp_path / name)


@pytest.mark.parametrize("text", ['a";b\n"x', "\0;\0\n", "a;b;c\n" + "x" * 200_000 + "\n"])
def test_hostile_tables_are_refused_or_proposed(tmp_path: Path, text: str) -> None:
    try:
        proposed(tmp_path, text)
    except RecordInvalid as refused:
        assert refused.file == "table.csv"
