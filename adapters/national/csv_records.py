"""What does a CSV export hold? One row per line of a permit; the rows of one permit follow each other under its number.

Columns of the permit are repeated in every row or left empty after the first. The separator is `,` or `;`, the text
UTF-8 with or without byte order mark. Rows are read one after the other, whatever the size of the file.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.national.attachments import Enclosed
from adapters.national.fields import PERMIT, POSITION, Field
from adapters.national.json_records import unreadable
from adapters.national.source import RawObject, RawRecord, Value, assemble, together, unknown
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import NationalRecord

LINE = "position."
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_COLUMNS: dict[str, Field] = {**PERMIT, **{LINE + name: known for name, known in POSITION.items()}}
_SPACE = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file: the file's line on which it begins (1-based), and its cells as written."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Group:
    """The rows of one permit. problems: what is wrong with the rows themselves."""

    key: tuple[str, str] | None
    rows: list[Row]
    problems: list[RecordInvalid] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An opened file: its columns, the separator it is written with, and its rows still to be read."""

    file: Path
    columns: tuple[str, ...]
    separator: str
    rows: Iterator[Row]

    def groups(self) -> Iterator[Group]:
        """The rows permit by permit.

        A row that does not say which permit it belongs to spoils both neighbours: either may have lost a line.
        """
        group: Group | None = None
        stray: list[Row] = []
        seen: set[tuple[str, str]] = set()
        for row in self.rows:
            problem = self._stray(row)
            if problem:
                group = group or Group(None, [])
                group.rows.append(row)
                group.problems.append(problem)
                stray.append(row)
                continue
            key = self._key(row)
            if not group or key != group.key:
                if group:
                    yield group
                group = Group(key, [], [self._may_belong(row, lost) for lost in stray])
                if key in seen:
                    text = "The permit stands further up already; the rows of one permit must follow each other."
                    group.problems.append(self._problem(row, "number", text, "a number not used before in this file"))
                seen.add(key)
            group.rows.append(row)
            stray.clear()
        if group:
            yield group

    def _may_belong(self, row: Row, lost: Row) -> RecordInvalid:
        text = f"Line {lost.line} just before may belong to this permit."
        return self._problem(row, None, text, "rows that all say to which permit they belong")

    def _stray(self, row: Row) -> RecordInvalid | None:
        if len(row.cells) != len(self.columns):
            text = f"The row has {len(row.cells)} cells."
            return self._problem(row, None, text, f"{len(self.columns)} cells, as in the first row")
        if not self._key(row)[0]:
            return self._problem(row, "number", "The row does not say to which permit it belongs.", "a permit number")
        return None

    def _key(self, row: Row) -> tuple[str, str]:
        cells = dict(zip(self.columns, row.cells, strict=True))
        return cells["number"].strip(_SPACE), cells.get("authority", "").strip(_SPACE)

    def _problem(self, row: Row, name: str | None, text: str, expected: str) -> RecordInvalid:
        return RecordInvalid(text, file=self.file.name, row=row.line, field=name, expected=expected)


class CsvRecords:
    """NationalSource for CSV."""

    def count(self, file: Path) -> int:
        """How many permits the file holds. Raises RecordInvalid for an unreadable file."""
        with opened(file) as sheet:
            return sum(1 for _ in sheet.groups())

    def records(self, file: Path) -> Iterator[NationalRecord | RecordInvalid]:
        """Each permit, or why it is refused. Raises RecordInvalid for an unreadable file."""
        with opened(file) as sheet:
            for group in sheet.groups():
                yield assemble(file, _raw(sheet, group)) if group.key else together(group.problems)


@contextmanager
def opened(file: Path) -> Iterator[Sheet]:
    """Open a file and check its first row. Raises RecordInvalid, also later, where the file stops being CSV."""
    try:
        with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as handle:
            first = handle.readline()
            separator = _separator(file, first)
            columns = _columns(file, first, separator)
            yield Sheet(file, columns, separator, _rows(file, csv.reader(handle, delimiter=separator, strict=True)))
    except OSError as problem:
        raise unreadable(file, problem) from None


def _separator(file: Path, first: str) -> str:
    found = [separator for separator in ",;" if separator in first]
    if len(found) != 1:
        text = "The first row does not show by what columns are separated."
        raise RecordInvalid(text, file=file.name, row=1, expected="names of columns, separated by either , or ;")
    return found[0]


def _columns(file: Path, first: str, separator: str) -> tuple[str, ...]:
    names = tuple(name.strip(_SPACE + '"') for name in first.split(separator))
    problems: list[RecordInvalid] = []

    def refuse(name: str, text: str, expected: str) -> None:
        box = _COLUMNS[name].box if name in _COLUMNS else None
        problems.append(RecordInvalid(text, file=file.name, row=1, field=name, box=box, expected=expected))

    for name in dict.fromkeys(names):
        if name not in _COLUMNS:
            refuse(name[:70], "There is no column of this name.", unknown(name, _COLUMNS))
        if names.count(name) > 1:
            refuse(name, "This column stands twice.", "each column once")
    for name, known in _COLUMNS.items():
        if known.required and name not in names:
            refuse(name, "This column is missing.", known.kind.expected)
    if problems:
        raise together(problems)
    return names


def _rows(file: Path, reader: Iterator[list[str]]) -> Iterator[Row]:
    before = 1
    try:
        for cells in reader:
            line, before = before + 1, 1 + int(getattr(reader, "line_num", 0))
            if any(cell.strip(_SPACE) for cell in cells):
                yield Row(line, tuple(cells))
    except csv.Error as problem:
        text = f"The file stops being CSV: {problem}."
        expected = "quotation marks closed and doubled inside a cell"
        raise RecordInvalid(text, file=file.name, row=before + 1, expected=expected) from None


# -- from cells to named values ---------------------------------------------------------------------------------------


def _raw(sheet: Sheet, group: Group) -> RawRecord:
    """The permit from the first row that fills a column, its lines from every row."""
    problems = list(group.problems)
    permit: dict[str, str] = {}
    lines: list[RawObject] = []
    for row in group.rows:
        if len(row.cells) != len(sheet.columns):
            continue
        cells = {name: cell.strip(_SPACE) for name, cell in zip(sheet.columns, row.cells, strict=True)}
        filled = {name: unguarded(cell) for name, cell in cells.items() if cell}
        for name in (name for name in filled if name in PERMIT):
            if permit.setdefault(name, filled[name]) != filled[name]:
                text = "The rows of the permit do not agree in this column."
                expected = f"what line {group.rows[0].line} says, or nothing"
                problems.append(RecordInvalid(
                    text, file=sheet.file.name, row=row.line, field=name, box=PERMIT[name].box, expected=expected
                ))  # fmt: skip
        line = {name.removeprefix(LINE): cell for name, cell in filled.items() if name.startswith(LINE)}
        lines.append(RawObject(row.line, _split(line, POSITION), LINE))
    enclosed = tuple(Enclosed(name.strip()) for name in permit.pop("attachments", "").split("|") if name.strip())
    return RawRecord(RawObject(group.rows[0].line, _split(permit, PERMIT)), tuple(lines), enclosed, tuple(problems))


def _split(cells: dict[str, str], fields: Mapping[str, Field]) -> dict[str, Value]:
    return {
        name: tuple(part.strip(_SPACE) for part in cell.split("|")) if fields[name].many else cell
        for name, cell in cells.items()
    }


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before `= + - @`, tab and carriage return."""
    return "'" + cell if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
