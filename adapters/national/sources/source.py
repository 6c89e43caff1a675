"""Described source: permits of a national system, made of its rows by its mapping."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters.national.context import RecordContext
from adapters.national.source import combined, read_record
from adapters.national.sources.grouping import RowGroup
from adapters.national.sources.mapping import PermitMapping, RawPermit
from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports import MappedRecord, NationalRecord, SourceRow, SourceRows


@dataclass(frozen=True, slots=True)
class DescribedSource:
    """NationalSourceRecords of rows and a mapping. context: of the gateway that publishes them."""

    source: SourceRows
    mapping: PermitMapping
    context: RecordContext

    def count(self) -> int:
        """Number of permits. Raises RecordInvalid for a source that cannot be read to its end."""
        return sum(1 for _ in self._groups())

    def records(self) -> Iterator[MappedRecord]:
        """Yield each permit. Raises RecordInvalid likewise."""
        file = self.source.name
        for group in self._groups():
            yield self.record_of(file, group)

    def groups_of(self, rows: Iterable[SourceRow]) -> Iterator[RowGroup]:
        """Rows that the description reads, permit by permit."""
        return self.mapping.grouping.groups(self._wanted(rows))

    def _groups(self) -> Iterator[RowGroup]:
        return self.groups_of(self.source.rows())

    def _wanted(self, rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
        for row in rows:
            filled = self.mapping.filled(row)
            if self.mapping.wanted(filled):
                yield filled

    def record_of(self, file: str, group: RowGroup) -> MappedRecord:
        """Map the rows of a permit. file: as problems name it."""
        permit = self.mapping.permit(file, group)
        number = permit.raw.permit.values.get("number")
        return MappedRecord(
            number if isinstance(number, str) else "",
            group.rows[0].row,
            self.source.sheet,
            self._outcome(file, permit),
            permit.values,
        )

    def _outcome(self, file: str, permit: RawPermit) -> NationalRecord | RecordInvalid | None:
        if permit.national or not permit.raw.lines:
            return combined(permit.raw.problems) if permit.raw.problems else None
        return read_record(Path(file), permit.raw, self.context)
