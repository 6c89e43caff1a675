"""Rewriting of published permits: versions that were withheld, sides, units of quotas, loss notes.

A document that is there changes only where it says something else than today's rules write. It is a
new version then: the former one stays in the history with its seal, and an audit record in the
journal names person, reason and digests. All of a permit is one transaction, with a new signed
record of its rows. A permit that is not what its signed record says is refused. After an
interruption the next call goes on, as a permit that is done has nothing left to do.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from gateway.domain.errors import (
    DatabaseProblem,
    PermitAltered,
    QuantityExceeded,
    ServiceUnavailable,
)
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.ledger.endorsement import EndorsementRule
from gateway.domain.partner import Partner
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.domain.rules import Judge, findings
from gateway.exchange.permits.rewriting.former_rules import rebooked, without_taken_units
from gateway.exchange.permits.rewriting.plan import Plan, TodaysDocuments
from gateway.exchange.permits.rewriting.rewriting_record import exchange_of
from gateway.exchange.ports import (
    BeginWork,
    Clock,
    ConcurrentChange,
    NewId,
    PermitList,
    PermitRecords,
    Sealer,
    StoredPermit,
    Work,
)

EVENT = "rewritten"
_PAGE_SIZE = 100
_BUSY = "It was changed by others at this moment. Call again."


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Result for a permit with something to do, or with a finding.

    plan: the changes, made or tried in a dry run; None where there are none for a problem.
    problem: reason why the permit was left.
    """

    authority: Authority
    number: CertificateNumber
    plan: Plan | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class RewritePermits:
    """Use case: write published permits by the rules of today, while the gateway runs.

    judge: with reference data, where there are any.
    rules: the endorsement rule of each authority.  partners: by key.
    sealer: None where this gateway seals nothing.
    first_with_unit: gives the least row id of a permit whose quota could have a unit of its own.
    """

    permits: PermitList
    begin_work: BeginWork
    documents: TodaysDocuments
    rules: Mapping[Authority, EndorsementRule]
    partners: Mapping[str, Partner]
    sealer: Sealer | None
    records: PermitRecords
    first_with_unit: Callable[[], int | None]
    clock: Clock
    new_id: NewId
    judge: Judge = findings

    def count(self) -> int:
        """Return how many permits are looked at. Raises ServiceUnavailable."""
        return self.permits.count()

    def rewrite(
        self,
        by: ResponsiblePerson,
        *,
        dry_run: bool,
        on_progress: Callable[[], None] = lambda: None,
    ) -> Iterator[Rewritten]:
        """Yield the result of each permit with something to do or a finding, as it is done.

        A permit that today's rules would refuse is out in the world all the same: its errors are
        among the findings, for a person to decide.

        dry_run: nothing is written but the suspension of a permit that was altered.
        on_progress: is called after each permit, also where nothing was to do.
        Raises InvalidRequest where person or reason is missing; KeyUnusable, ServiceUnavailable.
        """
        by = by.validated()
        first = self.first_with_unit()
        last = 0
        while page := self.permits.after(last, _PAGE_SIZE):
            for place, authority, number in page:
                is_old = first is None or place < first
                result = self._rewrite(authority, number, by, is_old=is_old, dry_run=dry_run)
                if result is not None:
                    yield result
                on_progress()
            last = page[-1][0]

    def _rewrite(
        self,
        authority: Authority,
        number: CertificateNumber,
        by: ResponsiblePerson,
        *,
        is_old: bool,
        dry_run: bool,
    ) -> Rewritten | None:
        try:
            with self.begin_work() as work:
                stored = self._stored(work, authority, number)
                plan = self._plan(work, stored, by, is_old=is_old)
            judged = self.judge(plan.later.permit, plan.later.authority)
            plan = replace(plan, findings=judged)
            if not plan.changes_nothing and not dry_run:
                # Outside of a transaction: a key in a token takes its time, and others write.
                self._write(stored, plan.sealed(self.sealer), by)
        except ConcurrentChange:
            return Rewritten(authority, number, None, _BUSY)
        except (PermitAltered, QuantityExceeded) as refused:
            return Rewritten(authority, number, None, refused.text)
        except ServiceUnavailable as error:
            if error.problem is not DatabaseProblem.DAMAGED:
                raise
            return Rewritten(authority, number, None, error.text)
        has_something = plan.findings or not plan.changes_nothing
        return Rewritten(authority, number, plan) if has_something else None

    def _stored(self, work: Work, authority: Authority, number: CertificateNumber) -> StoredPermit:
        stored = work.permits.get(authority, number)
        if stored is None:
            raise PermitAltered(f"Permit {number.text} was removed from the database.")
        if authority not in self.rules:
            raise PermitAltered(f"Permit {number.text} is of an authority that is not served here.")
        self.records.require_recorded(work.integrity, number, stored.published)
        return stored

    def _plan(
        self, work: Work, stored: StoredPermit, by: ResponsiblePerson, *, is_old: bool
    ) -> Plan:
        published, rule = stored.published, self.rules[stored.published.authority]
        units: tuple[str, ...] = ()
        if is_old:
            permit, units = without_taken_units(published.permit)
            published = replace(published, permit=permit)
        later, moved = rebooked(published, self.partners, rule, by, self.clock(), self.new_id)
        documents, added, replaced = self.documents.of(later, rule, work.permits.documents(stored))
        return Plan(later, (), documents, added, replaced, moved, units)

    def _write(self, stored: StoredPermit, plan: Plan, by: ResponsiblePerson) -> None:
        """Write all of it in one transaction. Raises ConcurrentChange, PermitAltered."""
        authority, number = plan.later.authority, plan.later.permit.number
        with self.begin_work() as work:
            now = self._stored(work, authority, number)
            if now.revision != stored.revision:
                raise ConcurrentChange
            before = work.permits.documents(now)
            record = exchange_of(self.new_id(), self.clock(), plan, before, by)
            work.permits.keep_former(now, plan.replaced, record.id)
            work.permits.change(now, plan.later, plan.documents)
            work.record(record)
            self.records.record(work.integrity, authority, number, EVENT)
            work.commit()
