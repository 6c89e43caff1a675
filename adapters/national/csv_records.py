"""CSV source: an export with a row for each line of a permit.

The rows of a permit follow each other; each holds the permit's number. Other columns of the permit
are repeated in every row or left empty after the first. The separator is `,` or `;`; a first line
`sep=;`, as spreadsheets write it, says which. The text is UTF-8 with or without byte order mark.
Columns without a name, which spreadsheets leave at the edge, have to be empty. Rows are read one by
one, so the file may have any size.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.national.attachments import RawAttachment
from adapters.national.context import RecordContext
from adapters.national.encoding import UTF_16, utf_16
from adapters.national.fields import PERMIT, POSITION, RecordField
from adapters.national.json_records import unreadable
from adapters.national.raw import RawObject, RawRecord, Value
from adapters.national.source import combined, expected_field, read_record
from adapters.national.usual_names import nearest
from adapters.national.values import cleaned
from adapters.spreadsheets.formula_escape import unescape_formula
from gateway.domain.errors import RecordInvalid
from gateway.domain.white_space import XML_WHITE_SPACE
from gateway.exchange.ports import NationalRecord

LINE_PREFIX = "position."
"""Beginning of the columns that describe a line."""
_SEPARATOR_LINE = re.compile(r'"?sep=([,;])"?\r?\n?', re.IGNORECASE)
_COLUMNS: dict[str, RecordField] = {
    **PERMIT,
    **{LINE_PREFIX + name: known for name, known in POSITION.items()},
}


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row of the file: the number of its first line in the file (1-based), and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class RowGroup:
    """The rows of one permit. problems: of the rows as such, not of their values."""

    key: tuple[str, str] | None
    rows: list[CsvRow]
    problems: list[RecordInvalid] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CsvTable:
    """An open file: names of its columns (`""`: none), its separator, its rows, read once."""

    file: Path
    columns: tuple[str, ...]
    separator: str
    rows: Iterator[CsvRow]

    def groups(self) -> Iterator[RowGroup]:
        """The rows, permit by permit.

        A row without a permit number spoils the permits before and after it, because it may be a
        line of either.
        """
        group: RowGroup | None = None
        unassigned: list[CsvRow] = []
        seen: set[tuple[str, str]] = set()
        for row in self.rows:
            problem = self._row_problem(row)
            if problem:
                group = group or RowGroup(None, [])
                group.rows.append(row)
                group.problems.append(problem)
                unassigned.append(row)
                continue
            key = self._key(row)
            if not group or key != group.key:
                if group:
                    yield group
                group = RowGroup(key, [], [self._may_belong(row, lost) for lost in unassigned])
                if key in seen:
                    text = (
                        "The permit stands further up already; the rows of one permit must follow"
                        " each other."
                    )
                    group.problems.append(
                        self._problem(row, "number", text, "a number not used before in this file")
                    )
                seen.add(key)
            group.rows.append(row)
            unassigned.clear()
        if group:
            yield group

    def _may_belong(self, row: CsvRow, lost: CsvRow) -> RecordInvalid:
        text = f"Line {lost.line} just before may belong to this permit."
        return self._problem(row, None, text, "rows that all say to which permit they belong")

    def _row_problem(self, row: CsvRow) -> RecordInvalid | None:
        if len(row.cells) != len(self.columns):
            text = f"The row has {len(row.cells)} cells."
            return self._problem(row, None, text, f"{len(self.columns)} cells, as in the first row")
        if any(
            cleaned(cell) for name, cell in zip(self.columns, row.cells, strict=True) if not name
        ):
            text = "A cell of a column without a name is filled in."
            return self._problem(row, None, text, "a name for the column, or an empty one")
        if not self._key(row)[0]:
            return self._problem(
                row, "number", "The row does not say to which permit it belongs.", "a permit number"
            )
        return None

    def _key(self, row: CsvRow) -> tuple[str, str]:
        cells = dict(zip(self.columns, row.cells, strict=True))
        return cleaned(cells["number"]), cleaned(cells.get("authority", ""))

    def _problem(self, row: CsvRow, name: str | None, text: str, expected: str) -> RecordInvalid:
        return RecordInvalid(text, file=self.file.name, row=row.line, field=name, expected=expected)


@dataclass(frozen=True, slots=True)
class CsvRecords:
    """NationalSource for CSV."""

    context: RecordContext = field(default_factory=RecordContext)

    def count(self, file: Path) -> int:
        """How many permits the file holds. Raises RecordInvalid for an unreadable file."""
        with open_csv(file) as table:
            return sum(1 for _ in table.groups())

    def records(self, file: Path) -> Iterator[NationalRecord | RecordInvalid]:
        """Each permit, or why it is refused. Raises RecordInvalid for an unreadable file."""
        with open_csv(file) as table:
            for group in table.groups():
                yield (
                    read_record(file, _raw(table, group), self.context)
                    if group.key
                    else combined(group.problems)
                )


@contextmanager
def open_csv(file: Path) -> Iterator[CsvTable]:
    """Open a file and check the names of its columns.

    Raises RecordInvalid; also while rows are read, where the file is no CSV any more.
    """
    try:
        _require_bytes_of_text(file)
        with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as handle:
            first, before = handle.readline(), 1
            stated = _SEPARATOR_LINE.fullmatch(first)
            if stated:
                first, before = handle.readline(), 2
            separator = stated[1] if stated else _separator(file, first)
            columns = _columns(file, first, before, separator)
            reader = csv.reader(handle, delimiter=separator, strict=True)
            yield CsvTable(file, columns, separator, _rows(file, reader, before))
    except OSError as problem:
        raise unreadable(file, problem) from None


def _require_bytes_of_text(file: Path) -> None:
    with file.open("rb") as handle:
        if utf_16(handle.read(400)):
            text, expected = UTF_16
            raise RecordInvalid(text, file=file.name, row=1, expected=expected)


def _separator(file: Path, first: str) -> str:
    found = [separator for separator in ",;" if separator in first]
    if len(found) != 1:
        text = "The first row does not show by what columns are separated."
        raise RecordInvalid(
            text, file=file.name, row=1, expected="names of columns, separated by either , or ;"
        )
    return found[0]


def _columns(file: Path, first: str, row: int, separator: str) -> tuple[str, ...]:
    names = tuple(name.strip(XML_WHITE_SPACE + '"') for name in first.split(separator))
    problems: list[RecordInvalid] = []

    def refuse(name: str, text: str, expected: str) -> None:
        box = _COLUMNS[name].box if name in _COLUMNS else None
        problems.append(
            RecordInvalid(text, file=file.name, row=row, field=name, box=box, expected=expected)
        )

    for name in filter(None, dict.fromkeys(names)):
        if name not in _COLUMNS:
            refuse(name[:70], "There is no column of this name.", expected_field(name, _COLUMNS))
        if names.count(name) > 1:
            refuse(name, "This column stands twice.", "each column once")
    meant = {nearest(name, _COLUMNS) for name in names if name and name not in _COLUMNS}
    for name, known in _COLUMNS.items():
        if known.required and name not in names and name not in meant:
            refuse(name, "This column is missing.", known.value_type.expected)
    if problems:
        raise combined(problems)
    return names


def _rows(file: Path, reader: Iterator[list[str]], head: int) -> Iterator[CsvRow]:
    """head: lines of the file before those that the reader reads."""
    before = head
    try:
        for cells in reader:
            line, before = before + 1, head + int(getattr(reader, "line_num", 0))
            if any(cleaned(cell) for cell in cells):
                yield CsvRow(line, tuple(cells))
    except csv.Error as problem:
        text = f"The file stops being CSV: {problem}."
        expected = "quotation marks closed and doubled inside a cell"
        raise RecordInvalid(text, file=file.name, row=before + 1, expected=expected) from None


# From cells to named values


def _raw(table: CsvTable, group: RowGroup) -> RawRecord:
    """A raw record: values of the permit from the first row with each, a line from each row."""
    problems = list(group.problems)
    permit: dict[str, str] = {}
    lines: list[RawObject] = []
    for row in group.rows:
        if len(row.cells) != len(table.columns):
            continue
        cells = {name: cleaned(cell) for name, cell in zip(table.columns, row.cells, strict=True)}
        filled = {
            name: text
            for name, cell in cells.items()
            if name and (text := cleaned(unescape_formula(cell)))
        }
        for name in (name for name in filled if name in PERMIT):
            if permit.setdefault(name, filled[name]) != filled[name]:
                text = "The rows of the permit do not agree in this column."
                expected = f"what line {group.rows[0].line} says, or nothing"
                problems.append(
                    RecordInvalid(
                        text,
                        file=table.file.name,
                        row=row.line,
                        field=name,
                        box=PERMIT[name].box,
                        expected=expected,
                    )
                )
        line = {
            name.removeprefix(LINE_PREFIX): cell
            for name, cell in filled.items()
            if name.startswith(LINE_PREFIX)
        }
        lines.append(RawObject(row.line, _split(line, POSITION), LINE_PREFIX))
    attachments = tuple(
        RawAttachment(cleaned(name))
        for name in permit.pop("attachments", "").split("|")
        if cleaned(name)
    )
    return RawRecord(
        RawObject(group.rows[0].line, _split(permit, PERMIT)),
        tuple(lines),
        attachments,
        tuple(problems),
    )


def _split(cells: dict[str, str], fields: Mapping[str, RecordField]) -> dict[str, Value]:
    return {
        name: tuple(cleaned(part) for part in cell.split("|")) if fields[name].many else cell
        for name, cell in cells.items()
    }
