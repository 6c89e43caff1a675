"""Port of synchronisation: changed permits of a national database, and how far they were taken."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from gateway.exchange.ports.journal import Exchange
from gateway.exchange.ports.national.sources import Cell, MappedRecord, SourceRow

Mark = int | str | datetime
"""Change mark of a permit: a number, or a time, also one that the database keeps as a text."""

RecordKey = tuple[str, str]
"""Code of the authority, empty where the source names none, and number of a permit, as written."""


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """Place in a source that is sorted by mark and number. number: as the database has it."""

    mark: Mark
    number: int | str


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """Whole permits of a page, as rows.

    numbers: of the permits, as cells.  last: place of the last one; None for an empty page.
    """

    rows: Sequence[SourceRow]
    numbers: Sequence[Cell]
    last: SourcePosition | None


class QueriedChanges(Protocol):
    """Rows of a national database by change mark.

    Every method raises RecordInvalid for a database that does not answer, or lacks a column.
    """

    @property
    def name(self) -> str:
        """Name of the file or database, without folders."""

    def require_marks(self) -> None:
        """Require that each row has a mark and a number: one without would never be found."""

    def count(self, since: Mark | None) -> int:
        """Number of permits with a mark of `since` or later; None: of all."""

    def page(self, since: Mark | None, after: SourcePosition | None, most: int) -> ChangedRows:
        """Return the next permits by mark and number, each with all its rows.

        after: the place where the page before ended.  most: permits.
        """


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """A permit of a page.

    content: its rows as canonical bytes, for comparison; holds secrets.  mapped: maps it.
    """

    key: RecordKey
    content: bytes = field(repr=False)
    mapped: Callable[[], MappedRecord]


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """Permits of a page. left_out: numbers whose rows the description does not read."""

    records: Sequence[ChangedRecord]
    left_out: Sequence[str]
    last: SourcePosition | None


class ChangedPermits(Protocol):
    """Permits of a described source by change mark. Methods raise as those of QueriedChanges."""

    def begin(self) -> None:
        """Require a source that can be synchronised."""

    def since(self, mark: Mark | None, now: datetime) -> Mark | None:
        """Return where a run begins: the mark less the overlap.

        now: aware. A time that no clock can have reached by then is not taken as reached.
        """

    def count(self, since: Mark | None) -> int:
        """Number of permits from there on."""

    def page(self, since: Mark | None, after: SourcePosition | None) -> ChangedPage:
        """Return the next page."""


class Taken(StrEnum):
    """Outcome of a record of a source."""

    PUBLISHED = "published"
    NATIONAL = "national"
    REFUSED = "refused"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class KeptProblem:
    """Problem of a refused record. value: of the cell, None for a secret one."""

    text: str
    expected: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    field: str | None = None
    line: str | None = None
    box: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class SyncedRecord:
    """A record of a source, as it was taken last.

    digest: keyed hash of its rows and of the mapping.
    refused_at: since when it is refused, aware; None unless it is.
    """

    key: RecordKey
    taken: Taken
    digest: bytes
    refused_at: datetime | None = None
    problems: tuple[KeptProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Permits of a run. read: from the source.  same: those that were taken before."""

    read: int = 0
    published: int = 0
    changed: int = 0
    same: int = 0
    national: int = 0
    refused: int = 0

    def plus(self, other: "RunCounts") -> "RunCounts":
        """Return the sum."""
        return RunCounts(
            self.read + other.read,
            self.published + other.published,
            self.changed + other.changed,
            self.same + other.same,
            self.national + other.national,
            self.refused + other.refused,
        )


@dataclass(frozen=True, slots=True)
class SyncState:
    """State of a source. Moments are aware.

    mapping: SHA-256 of the mapping that the mark was reached with, hex.
    began_at: of the last run.  progress_at: of its last page.  ended_at: of the last run that
    reached the end of the source.
    failure: why the last run ended early, a sentence; empty where it did not.
    counts: of the last run.
    """

    source: str
    mapping: str
    mark: Mark | None
    began_at: datetime
    progress_at: datetime
    ended_at: datetime | None = None
    failure: str = ""
    counts: RunCounts = RunCounts()


@dataclass(frozen=True, slots=True)
class SyncFigures:
    """Figures of a source for operators. state: None before its first run.

    interval: from one run to the next.  refused: records that wait to be mended.
    """

    source: str
    interval: timedelta
    state: SyncState | None
    refused: int

    def lag_seconds(self, now: datetime) -> float:
        """Return the time since the last run that reached the end; infinite before the first."""
        if self.state is None or self.state.ended_at is None:
            return float("inf")
        return max(0.0, (now - self.state.ended_at).total_seconds())


class SyncStates(Protocol):
    """State of synchronised sources, and their records. Methods raise ServiceUnavailable."""

    def state(self, source: str) -> SyncState | None:
        """Return the state of a source; None before its first run."""

    def all(self) -> Sequence[tuple[SyncState, int]]:
        """Return every state with the number of refused records, ordered by source."""

    def records(self, source: str, keys: Collection[RecordKey]) -> Mapping[RecordKey, SyncedRecord]:
        """Return those records that were taken before, without problems."""

    def of_numbers(self, source: str, numbers: Collection[str]) -> Sequence[SyncedRecord]:
        """Return the records of these numbers, of whatever authority, without problems."""

    def refused(self, source: str, after: RecordKey | None, most: int) -> Sequence[SyncedRecord]:
        """Return the next refused records, ordered by key."""

    def save(
        self, state: SyncState, records: Sequence[SyncedRecord] = (), audit: Exchange | None = None
    ) -> None:
        """Save state, records and an audit record, in one transaction."""
