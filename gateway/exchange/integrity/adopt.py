"""Adoption: a person vouches for permits as the database has them now.

Permits that were published before their changes were recorded have no record; each gets its first
one. A single permit may also be adopted by its number after it was suspended: what differed stands
in the record, with the name of the person.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.canonical_json import canonical
from gateway.exchange.integrity.keep import KeepPermits
from gateway.exchange.integrity.permit_record import name_of
from gateway.exchange.integrity.reconcile import ADOPTION, Finding, ReconcilePermits
from gateway.exchange.ports import BeginWork, IntegrityReading
from gateway.exchange.service.served_authorities import ServedAuthorities

ADOPTED = "adopted"


@dataclass(frozen=True, slots=True)
class Adopted:
    """A permit, and what a person has to be told of it.

    done: False where it must be named by its number.  remarks: sentences.
    """

    name: str
    done: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdoptPermits:
    """Use case: adopt permits."""

    reconcile: ReconcilePermits
    keep: KeepPermits
    reading: IntegrityReading
    begin_work: BeginWork
    served: ServedAuthorities

    def unrecorded(self, by: ResponsiblePerson) -> Iterator[Adopted]:
        """Adopt every permit that was published before records were kept, as it is reached.

        One whose document contradicts it, or that was added since, must be named by its number.
        Raises InvalidRequest where person or reason is missing; KeyUnusable, ServiceUnavailable.
        """
        by = by.validated()
        if self.reading.position(ADOPTION):
            raise InvalidRequest(
                "Permits of before were adopted already. One that no record tells of may have been"
                " added by somebody: examine it, then name it with --permit."
            )
        position: str | None = ""
        while position is not None:
            page = self.reconcile.permits(position)
            yield from (self._of_walk(finding, by) for finding in page.findings)
            position = page.next
        self.reading.save_position(ADOPTION, by.person, self.keep.clock())

    def named(self, number: str, by: ResponsiblePerson) -> Adopted:
        """Adopt one permit whatever differs.

        Raises InvalidRequest where there is none of that number, or several; KeyUnusable,
        ServiceUnavailable.
        """
        by, wanted = by.validated(), CertificateNumber.parse(number)
        found = []
        for authority in self.served.authorities:
            with self.begin_work() as work:
                if work.integrity.rows(authority, wanted):
                    found.append(authority)
        if len(found) != 1:
            raise InvalidRequest(
                f"There is no permit {wanted.text} of ours in the database."
                if not found
                else f"Several authorities have a permit {wanted.text}."
            )
        return self._adopt(found[0], wanted, by, is_named=True)

    def _of_walk(self, finding: Finding, by: ResponsiblePerson) -> Adopted:
        if not finding.unadopted or finding.permit is None:
            return Adopted(finding.name, done=False, remarks=finding.differences)
        return self._adopt(*finding.permit, by, is_named=False)

    def _adopt(
        self,
        authority: Authority,
        number: CertificateNumber,
        by: ResponsiblePerson,
        *,
        is_named: bool,
    ) -> Adopted:
        with self.begin_work() as work:
            rows, stored = (
                work.integrity.rows(authority, number),
                work.permits.get(authority, number),
            )
            if rows is None or stored is None:
                raise InvalidRequest(f"Permit {number.text} is not there any more.")
            name, documents = name_of(rows.state), work.integrity.as_issued(rows)
            remarks = self.reconcile.compare.judge(rows).differences
            problem = self.keep.as_issued.problem(stored.published.permit, documents)
            if problem and not is_named:
                return Adopted(name, done=False, remarks=(problem,))
            if problem:
                remarks = (*remarks, problem)
            if self.keep.as_issued.unsealed(documents):
                remarks = (*remarks, "a document as issued has no seal")
            note = canonical({"person": by.person, "reason": by.reason, "remarks": remarks})
            work.integrity.raise_revision(rows)
            self.keep.record(work.integrity, authority, number, ADOPTED, note.decode())
            self.keep.resume(work.integrity, name)
            work.commit()
        return Adopted(name, done=True, remarks=remarks)
