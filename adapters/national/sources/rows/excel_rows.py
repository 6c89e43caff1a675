"""Excel rows: a sheet of an .xlsx file.

python-calamine reads the values; it keeps what Excel stored beside a formula and says nothing of
the formula. Formula cells are therefore found in the sheet itself and refused, unless the
description takes their stored results. The file is checked for a zip bomb before it is read.
Source: ECMA-376, part 1, section 18.3.1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import python_calamine
from lxml import etree

from adapters.national.json_records import unreadable
from adapters.national.sources.rows.headers import MAX_COLUMNS, header
from adapters.national.sources.rows.workbook import Workbook, cell_place, open_workbook
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import Cell, SourceRow, UnreadableCell

MAX_ROWS = 200_000
_MAX_DIGITS = 15
"""Digits that a number of a sheet holds exactly (IEEE 754 binary64)."""
_FORMULA = UnreadableCell(
    'a value; the cell holds a formula (source.formulas = "results" reads what Excel stored)'
)
_ERROR = UnreadableCell("a value; the cell holds an error of a formula")


@dataclass(frozen=True, slots=True)
class ExcelRows:
    """SourceRows of a sheet. columns: named by the mapping."""

    file: Path
    sheet: str
    header_row: int
    columns: Sequence[str]
    formulas: Literal["refuse", "results"]

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.file.name

    def rows(self) -> Iterator[SourceRow]:
        """Yield each row. Raises RecordInvalid for a file that is no workbook within bounds."""
        try:
            with open_workbook(self.file) as workbook:
                unread = self._unreadable_cells(workbook)
                values = self._values()
        except OSError as problem:
            raise unreadable(self.file, problem) from None
        if len(values) < self.header_row:
            raise self._refused(self.header_row, "There is no row with names of columns here.")
        head = [str(cell_of(cell)) for cell in values[self.header_row - 1]]
        names = header(self.name, self.header_row, head, self.columns, self.sheet)
        for number, cells in enumerate(values[self.header_row :], self.header_row + 1):
            marks = unread.get(number, {})
            if marks or any(cell != "" for cell in cells):
                yield SourceRow(number, _named(names, cells, marks))

    def _values(self) -> list[list[Any]]:
        try:
            workbook = python_calamine.CalamineWorkbook.from_path(self.file)
            if self.sheet not in workbook.sheet_names:
                raise self._refused(1, f"There is no sheet {self.sheet!r}.", workbook.sheet_names)
            sheet = workbook.get_sheet_by_name(self.sheet)
            last_row, last_column = sheet.end or (0, 0)
            if last_row >= MAX_ROWS or last_column >= MAX_COLUMNS:
                text = f"The sheet has {last_row + 1} rows and {last_column + 1} columns."
                raise self._refused(1, text, [f"at most {MAX_ROWS} and {MAX_COLUMNS}"])
            return sheet.to_python(skip_empty_area=False)
        except python_calamine.CalamineError as problem:
            raise self._refused(1, f"The file cannot be read as a workbook: {problem}.") from None

    def _unreadable_cells(self, workbook: Workbook) -> dict[int, dict[int, UnreadableCell]]:
        """Cells that must not be read: row, from 1 -> column, from 0 -> why."""
        found: dict[int, dict[int, UnreadableCell]] = {}
        try:
            for element in workbook.cells_of(self.sheet):
                has_formula = any(_local(child) == "f" for child in element)
                mark = _ERROR if element.get("t") == "e" else None
                if mark is None and has_formula and self.formulas == "refuse":
                    mark = _FORMULA
                if mark is not None and (place := cell_place(element.get("r", ""))):
                    found.setdefault(place[0], {})[place[1]] = mark
        except etree.XMLSyntaxError as problem:
            raise self._refused(1, f"The sheet is not XML: {problem.msg}.") from None
        return found

    def _refused(self, row: int, text: str, expected: Sequence[str] = ()) -> RecordInvalid:
        there = ", ".join(expected) or "an .xlsx file as Excel saves it"
        place = f"{self.name}, sheet {self.sheet}"
        return RecordInvalid(text, file=place, row=row, expected=there)


def _named(
    names: dict[int, str], cells: Sequence[Any], marks: dict[int, UnreadableCell]
) -> dict[str, Cell]:
    filled = {place: cell for place, cell in enumerate(cells) if cell != ""}
    return {
        name: marks[place] if place in marks else cell_of(filled[place])
        for place, name in names.items()
        if place in marks or place in filled
    }


def cell_of(cell: Any) -> Cell:
    """A value of python-calamine as a cell."""
    if isinstance(cell, bool | str | date):
        return cell
    if isinstance(cell, float | int):
        number = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
        number = number.quantize(Decimal(1)) if number == number.to_integral_value() else number
        if len(number.as_tuple().digits) > _MAX_DIGITS:
            return UnreadableCell("a text; a sheet rounds a number of more than 15 digits")
        return number
    return UnreadableCell("a date, a number or a text; the cell holds a time of day or a duration")


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
