"""Port of permit integrity: rows of a permit as stored, signed records of them, suspensions.

Whoever can write the database can change any row. So each change of a permit leaves a signed record
of all its rows, and nothing is derived from rows that differ from their newest record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports.common import DocumentForm
from gateway.exchange.ports.journal import Exchange

State = Mapping[str, Mapping[str, Mapping[str, str | int | None]]]
"""Rows of a permit: table -> key of the row -> column -> value; in place of bytes their SHA-256."""


PERMIT_RECORDED = "PermitRecorded"
"""Operation of the journal's records of permits."""


@dataclass(frozen=True, slots=True)
class PermitRows:
    """A permit as its tables have it now.

    place: row id.  revision: grows by one with every change.
    record: newest signed record about it; None where there is none, or it cannot be read.
    recorded: revision that the database names for that record; None where it names none.
    signed_before: whether the newest record has no signature, and an earlier one has.
    """

    place: int
    authority: Authority
    number: CertificateNumber
    revision: int
    state: State
    record: Exchange | None
    recorded: int | None
    signed_before: bool = False


@dataclass(frozen=True, slots=True)
class Suspension:
    """A permit that differs from its record: nothing is answered or derived from it.

    name: country, authority and number.  place: row id; None where it has no row any more.
    text: every difference, in sentences.  at: aware.
    """

    name: str
    place: int | None
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class UnsealedPermit:
    """A permit with documents that have no seal.

    place: row id.  documents: bytes of each unsealed document by (version, form).
    """

    place: int
    authority: Authority
    number: CertificateNumber
    documents: Mapping[tuple[str, DocumentForm], bytes]


class IntegrityWork(Protocol):
    """Rows and records inside a unit of work, which locks each permit that it reads."""

    def rows(self, authority: Authority, number: CertificateNumber) -> PermitRows | None:
        """Return a permit as stored; None where there is none."""

    def rows_of_all(
        self, authority: Authority, numbers: Sequence[CertificateNumber]
    ) -> Sequence[PermitRows]:
        """Return permits as stored, ordered by row id, without those that are not there."""

    def as_issued(self, rows: PermitRows) -> Mapping[str, tuple[bytes, bytes | None]]:
        """Return document and seal of each schema version, as issued."""

    def add_records(self, records: Sequence[tuple[PermitRows, Exchange]]) -> None:
        """Write the record of each permit, of that revision, into the journal."""

    def raise_revision(self, rows: PermitRows) -> None:
        """Count one more change of a permit. Its rows stay as they are."""

    def add_seals(
        self, unsealed: UnsealedPermit, seals: Mapping[tuple[str, DocumentForm], bytes]
    ) -> bool:
        """Store a seal for each document, and raise the revision.

        Returns False, and the unit of work must not be committed, where a document was changed
        since it was read.
        """

    def suspend(self, suspension: Suspension, record: Exchange) -> bool:
        """Suspend a permit, with an audit record; False where it is suspended for the same."""

    def resume(self, name: str, record: Exchange) -> bool:
        """End a suspension, with an audit record; False where there is none."""

    def commit(self) -> None:
        """Commit the unit of work. Raises ServiceUnavailable."""


class IntegrityReading(Protocol):
    """Pages of permits and records, without a lock. Every method raises ServiceUnavailable."""

    def permits(self, after: int | None, most: int) -> Sequence[PermitRows]:
        """Return a page of permits, ordered by row id. after: last one of the page before."""

    def records(self, after: str, most: int) -> tuple[str, Sequence[Exchange | str]]:
        """Return records of permits, and confirmations of partners, of a page of the journal.

        After an id, among the next `most` records. Returns the last id that was looked at, `""` at
        the end of the journal, and the records; in place of one that cannot be read its id.
        """

    def confirmed(self, country: str, number: str) -> Sequence[tuple[str, str]]:
        """Return caller and SHA-256 of the message of each confirmation on permits of a number."""

    def recorded(
        self, record_ids: Sequence[str]
    ) -> Mapping[str, tuple[Authority, CertificateNumber, int]]:
        """Return permit and revision that the database names for each record; none for some."""

    def first_published(self) -> int | None:
        """Return the least row id of a permit that was published with a record."""

    def position(self, walk: str) -> str:
        """Return where a background walk goes on; `""` for the beginning."""

    def save_position(self, walk: str, position: str, at: datetime) -> None:
        """Remember where a background walk goes on."""

    def suspensions(self) -> Sequence[Suspension]:
        """Return all suspensions, ordered by name."""

    def suspended(self) -> frozenset[int]:
        """Return the row ids of suspended permits: a short look-up, for every second."""


class UnsealedPermits(Protocol):
    """Permits with documents that have no seal beside them."""

    def count(self) -> int:
        """Return the number of such permits. Raises ServiceUnavailable."""

    def after(self, place: int, most: int) -> Sequence[UnsealedPermit]:
        """Return the next page after a place, `most` permits at most, ordered by place.

        Raises ServiceUnavailable.
        """


class PermitRecords(Protocol):
    """Signed records of permits, as use cases keep and check them."""

    def require_intact(
        self, work: IntegrityWork, number: CertificateNumber, published: PublishedPermit
    ) -> None:
        """Require that a permit is what its newest record says, before anything derives from it.

        number: that was looked up.  published: the permit as it was read.
        Raises PermitAltered naming each difference. The permit is suspended then, and the unit of
        work committed: nothing may have been changed in it before.
        """

    def require_recorded(
        self, work: IntegrityWork, number: CertificateNumber, published: PublishedPermit
    ) -> None:
        """As `require_intact`; refuses also where no signed record vouches for the permit."""

    def record(
        self, work: IntegrityWork, authority: Authority, number: CertificateNumber, event: str
    ) -> None:
        """Record a permit as it is now, in the same transaction.

        event: what happened to it, a word or two.
        Raises KeyUnusable.
        """

    def record_all(
        self,
        work: IntegrityWork,
        permits: Sequence[tuple[Authority, CertificateNumber]],
        event: str,
    ) -> None:
        """As `record`, for permits that the same happened to, with few statements."""
