"""Mapping: rows of a source become the raw record of a permit, each value with its cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters.national.attachments import RawAttachment
from adapters.national.csv_records import LINE_PREFIX
from adapters.national.fields import PERMIT, POSITION, RecordField
from adapters.national.raw import RawObject, RawRecord, Value
from adapters.national.sources.formats import date_text, number_text, plain_text, shown
from adapters.national.sources.grouping import Grouping, RowGroup
from adapters.national.sources.known_fields import known_field
from adapters.national.sources.words import WordTable, folded, word_table
from adapters.national.values import UnexpectedValue, cleaned
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import Cell, MappedValue, SourceCell, SourceRow, UnreadableCell
from gateway.settings.national import Condition, FieldMapping, SourceDescription

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MAX_QUOTED = 40


@dataclass(frozen=True, slots=True)
class RawPermit:
    """A raw record with its values. national: whether no row of it is of CITES."""

    raw: RawRecord
    values: tuple[MappedValue, ...]
    national: bool


@dataclass(frozen=True)
class PermitMapping:
    """Mapping of one description."""

    description: SourceDescription

    @cached_property
    def grouping(self) -> Grouping:
        """Grouping by the columns of number and authority."""
        authority = self.description.permit.get("authority")
        return Grouping(
            self.description.permit["number"].column, authority.column if authority else None
        )

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every column that the description names, in its order."""
        source = self.description.source
        conditions = [*source.only, *source.national]
        mappings = [*self.description.permit.values(), *self.description.line.values()]
        conditions += [mapping.when for mapping in mappings if mapping.when]
        named = [mapping.column for mapping in mappings if mapping.column]
        return tuple(dict.fromkeys([*named, *(each.column for each in conditions)]))

    @cached_property
    def _tables(self) -> Mapping[str, WordTable]:
        mappings = [*self.description.permit.values(), *self.description.line.values()]
        names = {mapping.words for mapping in mappings if mapping.words}
        return {name: word_table(name, self.description.words) for name in names}

    @cached_property
    def _absent(self) -> frozenset[str]:
        return frozenset(folded(text) for text in self.description.source.absent)

    def filled(self, row: SourceRow) -> SourceRow:
        """A row with its filled cells alone, their outer white space taken off."""
        cells = {
            column: cell if isinstance(cell, UnreadableCell) or not isinstance(cell, str) else text
            for column, cell in row.cells.items()
            if not isinstance(cell, str)
            or ((text := cleaned(cell)) and folded(text) not in self._absent)
        }
        return SourceRow(row.row, cells, row.record, row.problem)

    def wanted(self, row: SourceRow) -> bool:
        """Whether a row is one that the description reads."""
        return row.problem is not None or all(
            _holds(condition, row) for condition in self.description.source.only
        )

    def permit(self, file: str, group: RowGroup) -> RawPermit:
        """The raw record of a permit. file: as problems name it."""
        work = _Work(file, self.description, self._tables)
        for row, text, expected in group.problems:
            work.problem(row, "number", text, expected)
        whole = [row for row in group.rows if row.problem is None]
        national = [row for row in whole if self._is_national(row)]
        if national and len(national) < len(whole):
            text = "The permit has lines of CITES and lines of national species."
            work.problem(national[0], None, text, "a permit of its own for national species")
        permit = work.permit(whole)
        attachments = tuple(RawAttachment(name) for name in _names(permit.pop("attachments", ())))
        lines = tuple(work.line(row, number) for number, row in enumerate(whole, 1))
        head = group.rows[0].row
        whole_permit = RawObject(head, permit, refused=frozenset(work.refused))
        record = RawRecord(whole_permit, lines, attachments, tuple(work.problems))
        return RawPermit(record, tuple(work.values), bool(national) and len(national) == len(whole))

    def _is_national(self, row: SourceRow) -> bool:
        conditions = self.description.source.national
        return bool(conditions) and all(_holds(condition, row) for condition in conditions)


@dataclass
class _Work:
    file: str
    description: SourceDescription
    tables: Mapping[str, WordTable]
    problems: list[RecordInvalid] = field(default_factory=list)
    values: list[MappedValue] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Fields of the permit, and of the line that is read, whose cell is a problem."""

    def problem(self, row: SourceRow, name: str | None, text: str, expected: str) -> None:
        self.problems.append(
            RecordInvalid(
                text,
                file=self.file,
                row=row.row,
                field=name,
                box=_field(name).box if name else None,
                expected=expected,
            )
        )

    def permit(self, rows: list[SourceRow]) -> dict[str, Value]:
        """Values of the permit: each from the first row that has it; the others have to agree."""
        found: dict[str, Value] = {}
        for name, mapping in self.description.permit.items():
            for row in rows:
                if row.record is not None and name in self.refused:
                    break  # the lines of a record share one cell
                value = self._value(name, mapping, row, None, noted=name in found)
                if value is not None and name not in found:
                    found[name] = value
                elif value is None:
                    continue
                elif found[name] != value:
                    text = "The rows of the permit do not agree in this column."
                    self.problem(row, name, text, f"what row {rows[0].row} says, or nothing")
        return found

    def line(self, row: SourceRow, number: int) -> RawObject:
        """A line of the permit. Without a letter of its own it has that of its place."""
        found: dict[str, Value] = {}
        of_permit, self.refused = self.refused, set()
        for name, mapping in self.description.line.items():
            value = self._value(LINE_PREFIX + name, mapping, row, number)
            if value is not None:
                found[name] = value
        refused, self.refused = frozenset(self.refused), of_permit
        if "id" not in self.description.line:
            found["id"] = letters(number)
            self.values.append(MappedValue("position.id", "7", number, None, letters(number)))
        return RawObject(row.row, found, LINE_PREFIX, refused)

    def _value(
        self,
        name: str,
        mapping: FieldMapping,
        row: SourceRow,
        line: int | None,
        *,
        noted: bool = False,
    ) -> Value | None:
        """The value of a field; None where the row has none, or one that is refused.

        noted: whether the value of an earlier row is noted already.
        """
        value = self._read_or_refuse(name, mapping, row, line)
        if value is not None and not noted:
            self._note(name, mapping, row, line, value)
        return value

    def _read_or_refuse(
        self, name: str, mapping: FieldMapping, row: SourceRow, line: int | None
    ) -> Value | None:
        if mapping.when is not None and not _holds(mapping.when, row):
            return None
        if mapping.column is None:
            return mapping.constant
        cell = row.cells.get(mapping.column)
        if cell is None:
            return None
        try:
            if isinstance(cell, UnreadableCell):
                raise UnexpectedValue(str(cell))
            return self._read(name, mapping, cell)
        except UnexpectedValue as problem:
            self._note(name, mapping, row, line, None)
            self.refused.add(name.removeprefix(LINE_PREFIX))
            secret = _field(name).value_type.secret or isinstance(cell, UnreadableCell)
            quoted = "The value" if secret else f'"{one_line(shown(cell))}"'
            text = f"{quoted} is not what this column holds."
            self.problem(row, name, text, problem.expected)
            return None

    def _read(self, name: str, mapping: FieldMapping, cell: Cell) -> Value:
        known = known_field(name)
        if known.date:
            pattern = mapping.date or self.description.source.date
            return date_text(cell, pattern, self.description.source.time_zone)
        if known.amount:
            return number_text(cell, self.description.number_format(mapping))
        text = plain_text(cell)
        parts = [cleaned(part) for part in text.split(mapping.split)] if mapping.split else [text]
        parts = [part for part in parts if part]
        if mapping.words is not None:
            parts = [self.tables[mapping.words].code(part) for part in parts]
        return tuple(parts) if known.many else parts[0]

    def _note(
        self,
        name: str,
        mapping: FieldMapping,
        row: SourceRow,
        line: int | None,
        value: Value | None,
    ) -> None:
        known = _field(name)
        secret = known.value_type.secret
        cell = None
        if mapping.column is not None:
            found = row.cells[mapping.column]
            text = None if secret or isinstance(found, UnreadableCell) else shown(found)
            cell = SourceCell(row.row, mapping.column, text)
        written = " | ".join(map(str, value)) if isinstance(value, tuple) else value
        said = None if secret or written is None else str(written)
        self.values.append(MappedValue(name, known.box, line, cell, said))


def _names(value: Value) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def _field(name: str) -> RecordField:
    if name.startswith(LINE_PREFIX):
        return POSITION[name.removeprefix(LINE_PREFIX)]
    return PERMIT[name]


def one_line(text: str) -> str:
    """A value in a message: printable, and not long."""
    printable = "".join(sign if sign.isprintable() else "?" for sign in text[:_MAX_QUOTED])
    return printable + ("..." if len(text) > _MAX_QUOTED else "")


def letters(number: int) -> str:
    """The letter of a line by its place, from 1: A to Z, then AA, AB, as spreadsheets count."""
    text = ""
    while number:
        number, place = divmod(number - 1, len(_LETTERS))
        text = _LETTERS[place] + text
    return text


def _holds(condition: Condition, row: SourceRow) -> bool:
    cell = row.cells.get(condition.column)
    text = folded("" if cell is None else shown(cell))
    if condition.one_of:
        return text in {folded(word) for word in condition.one_of}
    return text not in {folded(word) for word in condition.none_of}


def paths(description: SourceDescription) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths of a source with records: those of the permit, and those of its lines.

    Conditions on rows look at the line first, then at the record.
    """
    source = description.source
    conditions = [each.column for each in (*source.only, *source.national)]
    return (
        tuple(dict.fromkeys([*_columns(description.permit), *conditions])),
        tuple(dict.fromkeys([*_columns(description.line), *conditions])),
    )


def _columns(mappings: Mapping[str, FieldMapping]) -> Iterator[str]:
    for mapping in mappings.values():
        if mapping.column:
            yield mapping.column
        if mapping.when:
            yield mapping.when.column
