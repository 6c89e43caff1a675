"""What a backup needs of the database: all of it as it stood at one moment, and an empty one to fill."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

Value = str | int | bool | bytes | None
Row = Sequence[Value]


class Kind(StrEnum):
    """Of the values in a column; each may also be absent."""

    INTEGER = "integer"
    TEXT = "text"
    TRUTH = "truth"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class TableForm:
    """columns: in the order in which a row has them.  rows: how many there are."""

    name: str
    columns: Mapping[str, Kind]
    rows: int


class Snapshot(Protocol):
    """A database as it stood at one moment, whatever is written into it meanwhile."""

    @property
    def revision(self) -> str:
        """Of its tables, as the migrations name it."""

    @property
    def tables(self) -> Sequence[TableForm]:
        """All of them; none names rows of one that comes later."""

    def rows(self, table: TableForm) -> Iterator[Row]:
        """In the order of the primary key, the same on every database. Raises ServiceUnavailable."""


class EmptyDatabase(Protocol):
    """A database in the making; nobody else sees it yet."""

    def fill(self, table: TableForm, rows: Iterable[Row]) -> None:
        """Put the rows in, as they are. Raises BackupInvalid where they do not fit, ServiceUnavailable."""
