"""Reconciliation: tables of permits against their signed records, and records against the tables.

Two walks, each in pages and without a lock. The first compares every permit with its newest record.
The second looks for the permit of every record, so that a permit that was removed, or taken back to
an earlier revision together with the name of its record, is missed. A difference is read again
under lock before it is reported, as a change may have been committed meanwhile.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from gateway.domain.errors import TrustRefused
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.exchange.canonical_json import moment
from gateway.exchange.integrity.differences import CompareRows, Judgement, RowsStatus
from gateway.exchange.integrity.permit_record import (
    PermitRecord,
    is_signed,
    name_of,
    permit_record_of,
)
from gateway.exchange.ports import (
    BeginWork,
    Direction,
    Exchange,
    IntegrityReading,
    IntegrityWork,
    PermitRows,
)

PERMITS_PAGE = 50
RECORDS_PAGE = 500
"""Rows of the journal that are looked through for records of permits."""

_Named = tuple[Authority, CertificateNumber, int]
"""A permit and its revision, as a record says, or as the database names for the record."""

ADOPTION = "adoption"
"""Name under which the database remembers that all older permits were adopted."""

_ADDED = "was added to the database: no record tells that it was published"
_NOT_YET = "no signed record vouches for it yet"


@dataclass(frozen=True, slots=True)
class Finding:
    """A permit whose tables and records disagree.

    name: country, authority and number.  place: row id; None where it has no row.
    differences: in sentences.  unadopted: it only has no record yet, as it was published before
    records of permits were kept.
    permit: authority and number; None where a record does not say them any more.
    """

    name: str
    place: int | None
    differences: tuple[str, ...]
    unadopted: bool = False
    permit: tuple[Authority, CertificateNumber] | None = None

    @property
    def text(self) -> str:
        """All of it, for a person."""
        return f"Permit {self.name}: {'; '.join(self.differences)}."


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a walk.

    next: where it goes on; None at the end.  looked_at: number of permits or records.
    intact: names of permits that are as recorded.
    """

    next: str | None
    looked_at: int
    findings: tuple[Finding, ...]
    intact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReconcilePermits:
    """Use case: compare tables and records. Every method raises ServiceUnavailable."""

    reading: IntegrityReading
    begin_work: BeginWork
    compare: CompareRows

    def pages(self) -> Iterator[Page]:
        """Yield both walks from beginning to end."""
        for walk in (self.permits, self.records):
            position: str | None = ""
            while position is not None:
                page = walk(position)
                yield page
                position = page.next

    def permits(self, after: str) -> Page:
        """Compare the next permits with their records. after: position; `""` for the beginning."""
        found = self.reading.permits(int(after) if after else None, PERMITS_PAGE)
        findings: list[Finding] = []
        intact: list[str] = []
        for rows in found:
            if self.compare.judge(rows).status is RowsStatus.INTACT:
                intact.append(name_of(rows.state))
            elif finding := self._again(rows):
                findings.append(finding)
        following = str(found[-1].place) if len(found) == PERMITS_PAGE else None
        return Page(following, len(found), tuple(findings), tuple(intact))

    def records(self, after: str) -> Page:
        """Look for the permits of the next records. after: as in `permits`."""
        last, found = self.reading.records(after, RECORDS_PAGE)
        named = self.reading.recorded([row.id for row in found if isinstance(row, Exchange)])
        findings = [
            finding for row in found if (finding := self._of_record(row, named)) is not None
        ]
        return Page(last or None, len(found), tuple(findings))

    def _again(self, rows: PermitRows) -> Finding | None:
        with self.begin_work() as work:
            now = work.integrity.rows(rows.authority, rows.number)
        if now is None or now.place != rows.place:
            return None  # removed, or two rows of one name: the walk over records misses it
        judgement = self.compare.judge(now)
        if judgement.status is RowsStatus.INTACT:
            return None
        return self._finding(now, judgement)

    def _finding(self, rows: PermitRows, judgement: Judgement) -> Finding:
        found = Finding(
            name_of(rows.state),
            rows.place,
            judgement.differences,
            permit=(rows.authority, rows.number),
        )
        if judgement.status is RowsStatus.ALTERED:
            return found
        if rows.recorded is None and self._keeps_records_of(rows.place):
            return replace(found, differences=(_ADDED,))
        return replace(found, differences=(_NOT_YET,), unadopted=True)

    def _keeps_records_of(self, place: int) -> bool:
        """Whether permits of that row id are published with a record, or were all adopted."""
        first = self.reading.first_published()
        return bool(self.reading.position(ADOPTION)) or (first is not None and place >= first)

    def _of_record(self, row: Exchange | str, named: Mapping[str, _Named]) -> Finding | None:
        if isinstance(row, Exchange) and row.direction is Direction.IN:
            return self._of_confirmation(row)
        identity = row if isinstance(row, str) else row.id
        try:
            if isinstance(row, str):
                raise ValueError("unreadable")
            record = permit_record_of(row)
            signed = is_signed(row, self.compare.verifier)
        except ValueError:
            return Finding(f"of record {identity}", None, ("the record was changed",))
        except TrustRefused as refused:
            text = f"record {identity} says that it tells of it, and was forged: {refused}"
            return Finding(f"of record {identity}", None, (text,))
        if named.get(record.id) == _named_by(record):
            return None
        with self.begin_work() as work:
            return self._of_permit(work.integrity, record, signed=signed)

    def _of_confirmation(self, row: Exchange) -> Finding | None:
        """A confirmation of a partner that was answered, and of which no table knows.

        A repetition, with other bytes, is vouched for by what the same caller confirmed before.
        """
        if row.callee is None or row.permit_number is None:
            return None
        known = self.reading.confirmed(row.callee, row.permit_number)
        if any(
            digest == sha256(row.request).hexdigest() or caller == row.caller
            for caller, digest in known
        ):
            return None
        text = (
            f"table confirmation: is missing; record {row.id} has the confirmation of {row.caller}"
            f" at {moment(row.began_at)}, which was answered"
        )
        name = f"{row.callee} {row.permit_number}"
        return Finding(name, None, (text,))

    def _of_permit(
        self, work: IntegrityWork, record: PermitRecord, *, signed: bool
    ) -> Finding | None:
        expected = authority, number, _ = _named_by(record)
        rows = work.rows(authority, number)
        said = f"revision {record.revision} ({record.event} at {record.at}, record {record.id})"
        if self.reading.recorded([record.id]).get(record.id) == expected:
            return None
        if not signed and self.compare.has_key:
            text = f"record {record.id} has no signature, and the tables name none: it was added"
        elif rows is None:
            text = f"table permit: is missing; recorded is {said}"
        else:
            text = f"table permit_record: {said} is missing; the newest there is {rows.recorded}"
        place = rows.place if rows else None
        return Finding(record.name, place, (text,), permit=(authority, number))


def _named_by(record: PermitRecord) -> _Named:
    columns = {name: str(value) for name, value in record.state["permit"][""].items()}
    authority = Authority(IsoCountryCode(columns["country"]), columns["authority"])
    return authority, CertificateNumber(columns["number"]), record.revision
