"""Keeping permits intact: each change is recorded; nothing is derived from rows that were altered.

A permit that differs from its record is suspended: nobody is answered with it, nothing is sealed
of it, and log, journal and ServiceState say so until a person decides.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.errors import PermitAltered
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.published import PublishedPermit
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.integrity.differences import CompareRows, RowsStatus
from gateway.exchange.integrity.documents_as_issued import DocumentsAsIssued
from gateway.exchange.integrity.permit_record import PermitRecord, name_of
from gateway.exchange.ports import (
    Clock,
    Exchange,
    HeadSigner,
    IntegrityWork,
    NewId,
    PermitRows,
    Suspension,
)

_LOG = logging.getLogger(__name__)
SUSPENDED, RESUMED = "PermitSuspended", "PermitResumed"


@dataclass(frozen=True, slots=True)
class KeepPermits:
    """The port `PermitRecords`. signer: None where no key is configured; records are unsigned."""

    compare: CompareRows
    as_issued: DocumentsAsIssued
    signer: HeadSigner | None
    clock: Clock
    new_id: NewId

    def require_intact(
        self, work: IntegrityWork, number: CertificateNumber, published: PublishedPermit
    ) -> None:
        """See the port. A permit without record must be vouched for by its seals as issued."""
        rows = _rows(work, published.authority, number)
        if self._is_intact(work, rows) or not self.compare.has_key:
            return
        documents = work.as_issued(rows)
        if self.as_issued.unsealed(documents):
            raise _unrecorded(rows)
        if problem := self.as_issued.problem(published.permit, documents):
            self._refuse(work, rows, (problem,))

    def require_recorded(
        self, work: IntegrityWork, number: CertificateNumber, published: PublishedPermit
    ) -> None:
        """See the port."""
        rows = _rows(work, published.authority, number)
        if not self._is_intact(work, rows):
            raise _unrecorded(rows)

    def record(
        self,
        work: IntegrityWork,
        authority: Authority,
        number: CertificateNumber,
        event: str,
        note: str = "",
    ) -> None:
        """See the port. note: what a person decided."""
        rows = _rows(work, authority, number)
        work.add_records([(rows, self._record(rows, event, note))])

    def record_all(
        self,
        work: IntegrityWork,
        permits: Sequence[tuple[Authority, CertificateNumber]],
        event: str,
    ) -> None:
        """See the port."""
        numbers: dict[Authority, list[CertificateNumber]] = {}
        for authority, number in permits:
            numbers.setdefault(authority, []).append(number)
        for authority, wanted in numbers.items():
            found = work.rows_of_all(authority, wanted)
            if len(found) != len(wanted):
                raise PermitAltered("A permit was removed from the database while it was stored.")
            work.add_records([(rows, self._record(rows, event)) for rows in found])

    def suspend(
        self, work: IntegrityWork, name: str, place: int | None, differences: tuple[str, ...]
    ) -> None:
        """Suspend a permit, said in journal and log, unless it is for the same reason."""
        text = f"Permit {name}: {'; '.join(differences)}."
        suspension = Suspension(name, place, self.clock(), text)
        if work.suspend(suspension, self._audit(SUSPENDED, suspension)):
            _LOG.error("permit suspended, as it is not what was recorded: %s", text)

    def resume(self, work: IntegrityWork, name: str) -> None:
        """End a suspension of a permit that is intact again; no error where there is none."""
        ended = Suspension(name, None, self.clock(), f"Permit {name} is as it is recorded.")
        if work.resume(name, self._audit(RESUMED, ended)):
            _LOG.warning("permit no longer suspended: %s", name)

    def _is_intact(self, work: IntegrityWork, rows: PermitRows) -> bool:
        """Whether its record vouches for a permit. Raises PermitAltered where it contradicts."""
        judgement = self.compare.judge(rows)
        if judgement.status is RowsStatus.ALTERED:
            self._refuse(work, rows, judgement.differences)
        return judgement.status is RowsStatus.INTACT

    def _refuse(self, work: IntegrityWork, rows: PermitRows, texts: tuple[str, ...]) -> None:
        self.suspend(work, name_of(rows.state), rows.place, texts)
        work.commit()
        raise PermitAltered(f"Permit {name_of(rows.state)}: {'; '.join(texts)}.")

    def _record(self, rows: PermitRows, event: str, note: str = "") -> Exchange:
        at = moment(self.clock())
        record = PermitRecord(self.new_id(), at, event, rows.revision, rows.state, note)
        return record.exchange(self.signer)

    def _audit(self, operation: str, what: Suspension) -> Exchange:
        message = canonical({"v": 1, "permit": what.name, "text": what.text})
        return Exchange.own(self.new_id(), operation, what.at, message)


def _unrecorded(rows: PermitRows) -> PermitAltered:
    return PermitAltered(
        f"Permit {name_of(rows.state)}: no signed record vouches for it. Compare it with the"
        " national system, then call `epix-gateway journal adopt`."
    )


def _rows(work: IntegrityWork, authority: Authority, number: CertificateNumber) -> PermitRows:
    rows = work.rows(authority, number)
    if rows is None:
        raise PermitAltered(f"Permit {number.text} was removed from the database.")
    return rows
