"""Port of national sources: rows of a national system as it keeps them, and permits made of them.

A source is described as data (docs/national-sources.md). Rows come from a file or a database; a
mapping makes records of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports.national.records import NationalRecord

Cell = str | Decimal | date | bool
"""Value of a cell. A datetime is a date too. An empty cell is not among the cells of its row."""


class UnreadableCell(str):
    """A cell that must not be read, such as a formula. Its text says what is expected instead."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a source.

    row: in the file, sheet or answer of the database, 1-based.  cells: by column or path.
    record: number of the record that the row is a line of, 1-based, where the source says so; None
    where the rows of a permit are known by its number.
    problem: what is wrong with the row as such.
    """

    row: int
    cells: Mapping[str, Cell]
    record: int | None = None
    problem: str | None = None


class SourceRows(Protocol):
    """Rows of a source. name: of file or database, without folders.  sheet: of an Excel file."""

    @property
    def name(self) -> str:
        """Name of the file or database, without folders."""

    @property
    def sheet(self) -> str | None:
        """Name of the sheet; None where there is none."""

    def rows(self) -> Iterator[SourceRow]:
        """Yield each row, in the order of the source.

        Raises RecordInvalid for a source that cannot be read, or lacks a column.
        """


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell behind a value. column: name or path.  text: as written; None for a secret one."""

    row: int
    column: str
    text: str | None


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """A problem of a record, with the cell that it comes from, where one is known."""

    problem: RecordInvalid
    sheet: str | None
    cell: SourceCell | None


@dataclass(frozen=True, slots=True)
class MappedValue:
    """A value of a record, by its field. line: number of the line, from 1; None for the permit.

    cell: None for a constant.  value: None for a secret one.
    """

    field: str
    box: str | None
    line: int | None
    cell: SourceCell | None
    value: str | None


@dataclass(frozen=True, slots=True)
class MappedRecord:
    """A permit of a source. number: as written.  row: its first.

    outcome: its record, or why it is refused; None for a permit of national species alone, which is
    not for partners.
    """

    number: str
    row: int
    sheet: str | None
    outcome: NationalRecord | RecordInvalid | None
    values: tuple[MappedValue, ...]

    @property
    def national(self) -> bool:
        """Whether it is of national species alone."""
        return self.outcome is None

    def located(self, refusal: RecordInvalid) -> tuple[LocatedProblem, ...]:
        """Each problem of a refusal of this record, with its cell."""
        return tuple(
            LocatedProblem(problem, self.sheet, self._cell(problem)) for problem in refusal.problems
        )

    def _cell(self, problem: RecordInvalid) -> SourceCell | None:
        if problem.field is not None:
            cells = [value.cell for value in self.values if value.field == problem.field]
            in_row = (cell for cell in cells if cell and cell.row == problem.row)
            # Problems of the permit as a whole are said of its first row.
            return next(in_row, cells[0] if cells and problem.row == self.row else None)
        if problem.box is None:
            return None
        line = self._line(problem.position)
        of_box = (value for value in self.values if value.box == problem.box)
        return next((value.cell for value in of_box if line in (None, value.line)), None)

    def _line(self, letter: str | None) -> int | None:
        ids = (value for value in self.values if value.line and value.field == "position.id")
        return next((value.line for value in ids if value.value == letter), None)


class NationalSourceRecords(Protocol):
    """Permits of a described source."""

    def count(self) -> int:
        """Number of permits; reads the whole source.

        Raises RecordInvalid for a source that cannot be read to its end.
        """

    def records(self) -> Iterator[MappedRecord]:
        """Yield each permit, in the order of the source. Raises RecordInvalid likewise."""
