"""Port of retention: old journal records that may be removed, and legal holds on records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from gateway.exchange.ports.journal import Direction, Exchange


@dataclass(frozen=True, slots=True)
class RetentionCandidate:
    """A sealed record that is old enough to be judged for removal.

    hash: its leaf in the Merkle tree.  ended_at, direction: None where the row cannot be read.
    """

    id: str
    hash: bytes
    ended_at: datetime | None
    direction: Direction | None
    permit_number: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """Release of a legal hold. at: aware."""

    at: datetime
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Legal hold: records that must not be removed, for a court or an investigation.

    name: number of a permit, or id of a record.  release: None while the hold is in force.
    """

    id: str
    name: str
    at: datetime
    person: str
    reason: str
    release: Release | None = None


class RetainedJournal(Protocol):
    """Journal records under the retention rule. Every method raises ServiceUnavailable."""

    def count(self, before: datetime) -> int:
        """Return the number of records that began before a moment."""

    def candidates(self, before: datetime, after: str, most: int) -> Sequence[RetentionCandidate]:
        """Return a page of sealed records that began before a moment, ordered by id.

        after: last id of the page before, `""` for the first.  most: size of the page.
        """

    def last_days(self, number: str) -> Sequence[date | None]:
        """Return the last day of each permit of ours with a number; None where it states none."""

    def contents(self, records: Sequence[str]) -> Sequence[str]:
        """Return the SHA-256 of stored parts that these records refer to and no permit does."""

    def remove(self, pruning: Exchange, records: Sequence[str], contents: Sequence[str]) -> bool:
        """Delete records and store the audit record of the deletion, in one transaction.

        contents: may be deleted from then on (`sweep`). Returns False, and changes nothing, where
        one of the records is under legal hold or gone by now.
        """

    def sweep(self) -> int:
        """Delete contents that are released and no longer referred to; return the number."""


class LegalHolds(Protocol):
    """Legal holds. Nothing is ever changed or removed. Every method raises ServiceUnavailable."""

    def records(self, name: str) -> int:
        """Return the number of journal records that a hold of that name covers now."""

    def add(self, holds: Sequence[LegalHold], records: Sequence[Exchange]) -> int:
        """Store legal holds and their audit records, all or none; they are in force at once.

        Returns the number of journal records that they cover now.
        """

    def release(self, hold_id: str, release: Release, record: Exchange) -> bool:
        """Store a release with its audit record; False where no such hold is in force."""

    def all(self) -> Sequence[LegalHold]:
        """Return all legal holds, newest first."""

    def held(self) -> frozenset[str]:
        """Return the names that are under legal hold at present."""
