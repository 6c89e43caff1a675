"""Grouping of rows: the rows that follow each other with one permit number are one permit.

A row without a permit number spoils the permits before and after it, because it may be a line of
either. A permit that stands further up already is refused: its lines would be lost.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.exchange.ports import SourceRow


@dataclass(slots=True)
class RowGroup:
    """Rows of one permit. problems: row, text, and what is expected."""

    rows: list[SourceRow]
    problems: list[tuple[SourceRow, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Grouping by columns. number: column of the permit number.  authority: its column, if any."""

    number: str | None
    authority: str | None = None

    def groups(self, rows: Iterable[SourceRow]) -> Iterator[RowGroup]:
        """The rows, permit by permit."""
        group: RowGroup | None = None
        before: tuple[object, ...] | None = None
        lost: list[SourceRow] = []
        seen: set[tuple[object, ...]] = set()
        for row in rows:
            key = self._key(row)
            if row.problem is not None or key is None:
                group = group or RowGroup([])
                group.rows.append(row)
                text = row.problem or "The row does not say to which permit it belongs."
                expected = "as many cells as the first row" if row.problem else "a permit number"
                group.problems.append((row, text, expected))
                lost.append(row)
                continue
            if group is None or key != before:
                if group:
                    yield group
                group, before = RowGroup([], [_may_belong(row, each) for each in lost]), key
                if key in seen:
                    group.problems.append((row, _REPEATED, "a number not used before"))
                seen.add(key)
            group.rows.append(row)
            lost.clear()
        if group:
            yield group

    def _key(self, row: SourceRow) -> tuple[object, ...] | None:
        if row.record is not None:
            return (row.record,)
        if self.number is None or self.number not in row.cells:
            return None
        authority = row.cells.get(self.authority) if self.authority else None
        return row.cells[self.number], authority


_REPEATED = (
    "The permit stands further up already; the rows of one permit must follow each other. Sort the"
    " source by permit number."
)


def _may_belong(row: SourceRow, lost: SourceRow) -> tuple[SourceRow, str, str]:
    text = f"Row {lost.row} just before may belong to this permit."
    return row, text, "rows that all say to which permit they belong"
