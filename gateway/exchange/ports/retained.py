"""What may be removed from the journal, and what must stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from gateway.exchange.ports.journal import Direction, Exchange


@dataclass(frozen=True, slots=True)
class Old:
    """A sealed record that may have had its time. hash: its leaf.  ended_at, direction: None if they make no sense."""

    id: str
    hash: bytes
    ended_at: datetime | None
    direction: Direction | None
    permit_number: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """Who let go of what was held, and why."""

    at: datetime
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """What must not be removed. name: number of a permit, or id of a record.  release: None as long as it holds."""

    id: str
    name: str
    at: datetime
    person: str
    reason: str
    release: Release | None = None


class RetainedJournal(Protocol):
    """Every method raises ServiceUnavailable."""

    def count(self, before: datetime) -> int:
        """How many records began before that moment."""

    def old(self, before: datetime, after: str, most: int) -> Sequence[Old]:
        """Sealed records that began before that moment, in the order of their ids, from behind `after` on."""

    def last_days(self, number: str) -> Sequence[date | None]:
        """When each permit of ours of that number expires; None for one that does not say."""

    def contents(self, records: Sequence[str]) -> Sequence[str]:
        """SHA-256 of what these records are put together from and no permit names."""

    def remove(self, pruning: Exchange, records: Sequence[str], contents: Sequence[str]) -> bool:
        """Keep the record of the deletion and delete those records, all or nothing.

        The contents may be deleted from then on (`sweep`). False where one of the records is held or gone by now.
        """

    def sweep(self) -> int:
        """Delete contents that may be deleted and that nothing names any more; how many."""


class Holds(Protocol):
    """Every method raises ServiceUnavailable. Nothing is ever changed or removed."""

    def records(self, name: str) -> int:
        """How many records of the journal a hold of that name would keep."""

    def add(self, holds: Sequence[Hold], records: Sequence[Exchange]) -> int:
        """Keep them and the records that tell of them, all or none; from then on none of what they name is removed.

        How many records that are.
        """

    def release(self, hold_id: str, release: Release, record: Exchange) -> bool:
        """Keep it with its record; False where there is no such hold, or it is released already."""

    def all(self) -> Sequence[Hold]:
        """Newest first."""

    def held(self) -> frozenset[str]:
        """Names that hold at present."""
