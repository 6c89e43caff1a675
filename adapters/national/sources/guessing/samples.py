"""Samples of files: names of columns and the first rows, to propose a description from."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import python_calamine

from adapters.national.encoding import utf_16
from adapters.national.json_records import unreadable
from adapters.national.sources.rows.excel_rows import cell_of
from adapters.national.sources.rows.workbook import open_workbook
from adapters.national.values import cleaned
from gateway.domain.errors import RecordInvalid
from gateway.domain.white_space import collapsed
from gateway.exchange.ports import Cell

MAX_ROWS = 2_000
_MAX_BYTES = 8 * 1024 * 1024
_SEPARATORS = ";,\t|"
_MAX_HEADER_ROW = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample. settings: keys of [source], as values of TOML.  rows: with their numbers, from 1.

    unsure: key of [source] -> why.
    """

    settings: dict[str, str | int]
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Sequence[Cell]], ...]
    unsure: dict[str, str] = field(default_factory=dict)

    def cells(self, column: str) -> tuple[list[Cell], list[int]]:
        """The filled cells of a column, and their rows."""
        place = self.columns.index(column)
        found = [
            (cell, number)
            for number, row in self.rows
            if place < len(row) and (cell := row[place]) not in ("", None)
        ]
        return [cell for cell, _ in found], [number for _, number in found]


def sample_of(file: Path) -> Sample:
    """The sample of a CSV or Excel file. Raises RecordInvalid for any other one."""
    try:
        if file.suffix.lower() in (".csv", ".txt", ".tsv"):
            return _csv(file)
        if file.suffix.lower() == ".xlsx":
            return _excel(file)
    except OSError as problem:
        raise unreadable(file, problem) from None
    raise RecordInvalid(
        "A mapping is proposed for tables only.",
        file=file.name,
        row=1,
        expected="a .csv or .xlsx file; docs/national-sources.md describes the other kinds",
    )


def _csv(file: Path) -> Sample:
    with file.open("rb") as handle:
        content = handle.read(_MAX_BYTES)
    unsure = {}
    if utf_16(content):
        encoding = "utf-16"
    else:
        try:
            content[: content.rfind(b"\n") + 1 or None].decode("utf-8-sig")
            encoding = "utf-8"
        except UnicodeDecodeError:
            encoding = "windows-1252"
            unsure["encoding"] = "not UTF-8; it may be another one: look at names with accents"
    text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    separator = max(_SEPARATORS, key=lambda sign: text.partition("\n")[0].count(sign))
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    before = 0
    try:
        for cells in reader:
            rows.append((before + 1, [cleaned(cell) for cell in cells]))
            before = reader.line_num
            if len(rows) > MAX_ROWS:
                break
    except csv.Error as problem:
        raise RecordInvalid(
            f"The file stops being CSV: {problem}.", file=file.name, row=before + 1
        ) from None
    settings: dict[str, str | int] = {"encoding": encoding, "separator": separator}
    return _sample(file, settings, rows, unsure)


def _excel(file: Path) -> Sample:
    with open_workbook(file):
        pass  # its bounds hold
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(file)
        visible = [
            each.name
            for each in workbook.sheets_metadata
            if each.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        sheet = (visible or workbook.sheet_names)[0]
        found = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=MAX_ROWS)
    except python_calamine.CalamineError as problem:
        text = f"The file cannot be read as a workbook: {problem}."
        raise RecordInvalid(text, file=file.name, row=1) from None
    rows = [(number, [cell_of(cell) for cell in row]) for number, row in enumerate(found, 1)]
    others = [name for name in visible if name != sheet]
    unsure = {"sheet": f"there are others: {', '.join(others)}"} if others else {}
    return _sample(file, {"sheet": sheet}, rows, unsure)


def _sample(
    file: Path,
    settings: dict[str, str | int],
    rows: Sequence[tuple[int, Sequence[Cell]]],
    unsure: dict[str, str],
) -> Sample:
    """The header row is the first one in which most columns of the widest row have a name."""
    widest = max((sum(cell != "" for cell in row) for _, row in rows[:200]), default=0)
    for place, (number, cells) in enumerate(rows[:_MAX_HEADER_ROW]):
        named = [cell for cell in cells if cell != ""]
        if named and len(named) * 2 > widest and all(isinstance(cell, str) for cell in named):
            columns = tuple(collapsed(str(cell)) for cell in cells)
            if number > 1:
                settings["header_row"] = number
                unsure["header_row"] = "the rows above hold something else"
            return Sample(settings, columns, tuple(rows[place + 1 :]), unsure)
    raise RecordInvalid(
        "There is no row with names of columns.", file=file.name, row=1, expected="a table"
    )
