"""CSV file of reference data: its kind is told by its columns, and every cell is checked.

The text is UTF-8 with or without byte order mark, columns are separated by commas.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence

from adapters.listings.reading import Reading, combined
from adapters.listings.tables import TABLES, Table
from adapters.listings.values import UnexpectedValue, in_brackets
from adapters.national.values import cleaned
from gateway.domain.errors import ReferenceDataInvalid
from gateway.exchange.ports.listings.files import PlacedRow

_ADVANCE_ROWS = 1000
_MOST_COLUMNS = 100
_LIMITS = ("terms", "sources", "purposes")
IN_WORDS = " in words"
"""After the name of a column: what the cell says in words, where it gives no codes."""


def read_csv(name: str, text: str, advance: Callable[[int], None]) -> Reading:
    """Read a file whole. name: of the file.  advance: is called with the number of rows read since.

    Raises ReferenceDataInvalid where its columns are of no kind.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    reading = CsvReading(name)
    try:
        columns = [cleaned(column) for column in next(reader, [])]
        table = _table_of(name, columns)
        for count, cells in enumerate(reader, start=1):
            reading.add(table, columns, cells, reader.line_num)
            if reading.is_hopeless:
                break
            if count % _ADVANCE_ROWS == 0:
                advance(_ADVANCE_ROWS)
    except csv.Error as error:
        reading.refuse(reader.line_num, None, f"The line is no CSV: {error}.", "a table in CSV")
    return reading


class CsvReading(Reading):
    """Rows of a CSV file."""

    def add(self, table: Table, columns: Sequence[str], cells: Sequence[str], line: int) -> None:
        """Read the cells of a line; a line without any is skipped."""
        if not any(map(cleaned, cells)):
            return
        if len(cells) != len(columns):
            text = f"The line has {len(cells)} cells."
            self.refuse(line, None, text, f"{len(columns)}, as in the first line")
            return
        raw = dict(zip(columns, map(cleaned, cells), strict=True))
        before = len(self.problems)
        values = dict(self._values(table, raw, line))
        if len(self.problems) > before:
            return
        row = table.make(values)
        if row is None:
            self.left_out += 1
        else:
            self.rows.append(PlacedRow(row, line, raw.get(table.taxon_column, "")))

    def _values(
        self, table: Table, raw: Mapping[str, str], line: int
    ) -> Iterator[tuple[str, object]]:
        for column, read in table.columns.items():
            if column not in raw:
                continue
            try:
                yield column, read(raw[column])
            except UnexpectedValue as problem:
                shown = f"{raw[column][:70]!r} cannot be used." if raw[column] else "It is empty."
                self.refuse(line, column, shown, problem.expected)
        for column in _LIMITS:
            yield column + IN_WORDS, in_brackets(raw.get(column, ""))


def _table_of(name: str, columns: Sequence[str]) -> Table:
    """The kind of table that has these columns. Raises ReferenceDataInvalid."""
    if len(columns) > _MOST_COLUMNS:
        raise ReferenceDataInvalid(
            f"The first line has {len(columns):,} cells.",
            file=name,
            row=1,
            expected=f"names of columns, at most {_MOST_COLUMNS}",
        )
    found = set(columns)
    by_fit = sorted(TABLES, key=lambda table: _misfit(table, found))
    nearest = by_fit[0]
    expected = ", ".join(nearest.required)
    problems = [
        ReferenceDataInvalid(
            f"A table of {nearest.kind} has no column of this name.",
            file=name,
            row=1,
            field=column[:70],
            expected=", ".join((*nearest.columns, *sorted(nearest.unread))),
        )
        for column in columns
        if column not in nearest.columns and column not in nearest.unread
    ]
    problems += [
        ReferenceDataInvalid(
            f"The column is missing, if this is a table of {nearest.kind}.",
            file=name,
            row=1,
            field=column,
            expected=expected,
        )
        for column in nearest.required
        if column not in found
    ]
    problems += [
        ReferenceDataInvalid(
            "The column stands twice.", file=name, row=1, field=column, expected="each column once"
        )
        for column in dict.fromkeys(columns)
        if columns.count(column) > 1
    ]
    if problems:
        raise combined(problems)
    return nearest


def _misfit(table: Table, found: set[str]) -> int:
    known = set(table.columns) | table.unread
    return len(set(table.required) - found) + len(found - known)
