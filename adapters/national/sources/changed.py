"""Changed permits: pages of a national database by change mark, as records of its mapping."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from adapters.national.sources.formats import shown
from adapters.national.sources.grouping import RowGroup
from adapters.national.sources.source import DescribedSource
from gateway.domain.errors import RecordInvalid
from gateway.exchange.canonical_json import canonical
from gateway.exchange.ports import Cell, SourceRow, UnreadableCell
from gateway.exchange.ports.national.sync import (
    ChangedPage,
    ChangedRecord,
    Mark,
    QueriedChanges,
    RecordKey,
    SourcePosition,
)
from gateway.settings.national import SyncSettings

_LONGEST_KEY = 200
"""Characters."""
_FIRST_ZONE, _LAST_ZONE = timedelta(hours=14), timedelta(hours=12)
"""Zones of the earth, ahead of UTC and behind it."""


@dataclass(frozen=True, slots=True)
class ChangedSource:
    """The port `ChangedPermits`. mapped_by: makes records of rows; its own rows are not read."""

    changes: QueriedChanges
    mapped_by: DescribedSource
    settings: SyncSettings

    def begin(self) -> None:
        """See the port."""
        self.changes.require_marks()

    def since(self, mark: Mark | None, now: datetime) -> Mark | None:
        """See the port."""
        if mark is None:
            return None
        try:
            return _earlier(_reached(mark, now), self.settings.overlap)
        except OverflowError:  # before the first day of the calendar
            return None

    def count(self, since: Mark | None) -> int:
        """See the port."""
        return self.changes.count(since)

    def page(self, since: Mark | None, after: SourcePosition | None) -> ChangedPage:
        """See the port."""
        found = self.changes.page(since, after, self.settings.page)
        numbers = [self._text(number) for number in found.numbers]
        if "" in numbers:
            # Its rows would be taken for rows of the permit beside them, which is refused then.
            raise RecordInvalid(
                "A row has no permit number: it is blank, or a word of `absent`.",
                file=self.changes.name,
                row=1,
                field=self.mapped_by.mapping.grouping.number,
                expected="a query that leaves such rows out, by a WHERE",
            )
        records = [self._record(group) for group in self.mapped_by.groups_of(found.rows)]
        there = {record.key[1] for record in records}
        return ChangedPage(records, [each for each in numbers if each not in there], found.last)

    def _record(self, group: RowGroup) -> ChangedRecord:
        """A permit. A key of a row that says none is refused by the mapping."""
        first = group.rows[0]
        content = canonical({"rows": [_content(row) for row in group.rows]})
        mapped = partial(self.mapped_by.record_of, self.changes.name, group)
        return ChangedRecord(self._key(first), content, mapped)

    def _key(self, row: SourceRow) -> RecordKey:
        grouping = self.mapped_by.mapping.grouping
        authority = row.cells.get(grouping.authority) if grouping.authority else None
        number = row.cells.get(grouping.number) if grouping.number else None
        return _key_of(authority), _key_of(number)

    def _text(self, cell: Cell) -> str:
        """A number as the key of its record has it."""
        column = self.mapped_by.mapping.grouping.number or ""
        return _key_of(
            self.mapped_by.mapping.filled(SourceRow(1, {column: cell})).cells.get(column)
        )


def _reached(mark: Mark, now: datetime) -> Mark:
    """A mark, or the earliest time of day of any zone where it is later than that of every zone.

    One row with a mistaken year would hide each later change for ever.
    """
    if isinstance(mark, int):
        return mark
    moment = mark if isinstance(mark, datetime) else datetime.fromisoformat(mark)
    clock = now.astimezone(UTC) if moment.tzinfo else now.astimezone(UTC).replace(tzinfo=None)
    if moment <= clock + _FIRST_ZONE:
        return mark
    reached = clock - _LAST_ZONE
    if isinstance(mark, datetime):
        return reached
    return reached.replace(tzinfo=None).isoformat(sep=mark[10], timespec="seconds")


def _earlier(mark: Mark, overlap: int) -> Mark:
    """A mark less the overlap. That of a text has whole seconds, so it sorts before the others."""
    if isinstance(mark, int):
        return mark - overlap
    if isinstance(mark, datetime):
        return mark - timedelta(seconds=overlap)
    earlier = datetime.fromisoformat(mark).replace(tzinfo=None) - timedelta(seconds=overlap)
    return earlier.isoformat(sep=mark[10], timespec="seconds")


def _content(row: SourceRow) -> dict[str, list[str]]:
    return {
        name: [type(cell).__name__, _shown(cell)]
        for name, cell in row.cells.items()
        if not isinstance(cell, UnreadableCell)
    }


def _key_of(cell: Cell | None) -> str:
    """A cell as a key that both databases can hold. Longer numbers are refused anyway."""
    return _shown(cell)[:_LONGEST_KEY].replace("\0", "\N{REPLACEMENT CHARACTER}")


def _shown(cell: Cell | None) -> str:
    return "" if cell is None else shown(cell)
