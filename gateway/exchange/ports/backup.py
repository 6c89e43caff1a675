"""Port of the backup: a consistent snapshot, and an empty database to restore into."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

Value = str | int | bool | bytes | None
TableRow = Sequence[Value]


class ColumnType(StrEnum):
    """Type of the values in a column; every value may also be NULL."""

    INTEGER = "integer"
    TEXT = "text"
    TRUTH = "truth"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table of a backup.

    columns: in the order of the values in a row.  rows: number of rows.
    """

    name: str
    columns: Mapping[str, ColumnType]
    rows: int


class Snapshot(Protocol):
    """The database as it stood at one moment, isolated from later writes."""

    @property
    def revision(self) -> str:
        """Schema revision, as the migrations name it."""

    @property
    def tables(self) -> Sequence[TableSchema]:
        """All tables, ordered so that foreign keys point to earlier tables only."""

    def rows(self, table: TableSchema) -> Iterator[TableRow]:
        """Yield rows in the order of the primary key, which is the same on every database.

        Raises ServiceUnavailable.
        """


class EmptyDatabase(Protocol):
    """A database that is being restored; no other process sees it yet."""

    def fill(self, table: TableSchema, rows: Iterable[TableRow]) -> None:
        """Insert the rows unchanged.

        Raises BackupInvalid where they do not fit, ServiceUnavailable.
        """
