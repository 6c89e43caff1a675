"""Publication: a national record becomes a permit that this gateway answers for.

The record is judged by the rules, written and sealed in every schema version, and stored in one
transaction. Publication is idempotent: the same record again changes nothing. A changed record of
a permit that nobody has used is a new version: the former documents stay with their seals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.domain.declarations.use import is_held
from gateway.domain.errors import InvalidRequest, PermitAltered
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.rules import Finding, Judge, findings
from gateway.exchange.permits.confirm import retry_on_conflict
from gateway.exchange.permits.documents import Documents, Unavailable, losses_of, sealed
from gateway.exchange.permits.own_uses import own_uses
from gateway.exchange.permits.publication.ending import require_nothing_written_off
from gateway.exchange.permits.publication.prepare import (
    PreparedPermit,
    PreparePermit,
    published_of,
    refused,
)
from gateway.exchange.permits.publication.version import exchange_of, new_version
from gateway.exchange.permits.tokens import TokenHasher, token_matches
from gateway.exchange.ports import (
    BeginWork,
    Clock,
    NationalRecord,
    NewId,
    NewPermit,
    PermitFormat,
    PermitRecords,
    Sealer,
    StatedPermit,
    StoredPermit,
    Work,
)
from gateway.exchange.ports.quotas.trade import PermitKey, QuotaRehearsal, QuotaWatch
from gateway.exchange.service.served_authorities import ServedAuthorities

Findings = tuple[Finding, ...]


class Change(StrEnum):
    """Effect of a publication."""

    PUBLISHED = "published"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Published:
    """Result of a publication.

    unavailable: requests in these schema versions are answered OperationNotAvailable.
    losses: (schema version, loss note) for each value that a version has no element for.
    findings: warnings and remarks of the rules.
    """

    number: CertificateNumber
    change: Change
    unavailable: Unavailable
    losses: tuple[tuple[str, LossNote], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class PublishPermit:
    """Use case: publish national records.

    sealer: None where this gateway seals nothing.  judge: with reference data, where there are any.
    watch: warns of quotas that are passed; None: of none.
    """

    begin_work: BeginWork
    served: ServedAuthorities
    tokens: TokenHasher
    formats: Sequence[PermitFormat]
    sealer: Sealer | None
    records: PermitRecords
    clock: Clock
    new_id: NewId
    judge: Judge = findings
    watch: QuotaWatch | None = None

    @property
    def prepare(self) -> PreparePermit:
        """Judges a record and writes its documents."""
        return PreparePermit(self.served, self.formats, self.judge)

    def publish(self, record: NationalRecord) -> Published:
        """Publish a permit, or take over its new status.

        Raises RecordInvalid naming file, row, box and finding; KeyUnusable where no seal can be
        made; ServiceUnavailable. After an error nothing is stored. A permit that is not what was
        recorded of it is not changed: RecordInvalid.
        """
        return self.store(record, self.prepare.prepare(record, self.sealer))

    def rehearse(self, record: NationalRecord) -> Published:
        """Tell what `publish` would do, and raise what it would raise, with nothing stored.

        Nothing is sealed either, so the key of the seal is not used. Two records of one permit are
        each compared with what is stored now.
        """
        prepared = self.prepare.prepare(record, None)
        return self.compare(record, prepared, self.rehearsal())

    def rehearsal(self) -> QuotaRehearsal | None:
        """Begin a rehearsal of several permits; None where no quota is watched."""
        return self.watch.rehearsal() if self.watch else None

    def compare(
        self,
        record: NationalRecord,
        prepared: PreparedPermit,
        rehearsal: QuotaRehearsal | None = None,
    ) -> Published:
        """Tell what `store` would do, and raise what it would raise, with nothing stored.

        rehearsal: counts new permits under their quotas; None: quotas are left out.
        """

        def compare(work: Work) -> tuple[Change, Findings]:
            change, _, _ = self._compared(work, record, prepared.published)
            if rehearsal is None or change is not Change.PUBLISHED:
                return change, ()
            return change, rehearsal.passed(work.quota_trade, prepared.published)

        return result_of(prepared, *retry_on_conflict(self.begin_work, compare))

    def store(self, record: NationalRecord, prepared: PreparedPermit) -> Published:
        """Store a prepared permit in one transaction. Idempotent.

        Raises RecordInvalid, KeyUnusable, ServiceUnavailable.
        """
        published = prepared.published
        # Before the transaction: a key in a token takes its time, and others write meanwhile.
        documents = sealed(prepared.documents, self.sealer)

        def store(work: Work) -> tuple[Change, Findings]:
            change, stored, later = self._compared(work, record, published)
            if change is Change.UNCHANGED:
                return change, ()
            if stored is None:
                work.permits.add([self.new_permit(record, published, documents)])
                self._record(work, published, Change.PUBLISHED)
            else:
                self._change(work, record, stored, later, documents)
                is_new_status = later.status is not stored.published.status
                self._record(work, later, later.status if is_new_status else Change.CHANGED)
            passed = self.passed(work, [later])
            work.commit()
            return change, passed.get((later.authority, later.permit.number), ())

        return result_of(prepared, *retry_on_conflict(self.begin_work, store))

    def passed(self, work: Work, stored: Sequence[PublishedPermit]) -> Mapping[PermitKey, Findings]:
        """Return the findings on quotas that permits of a unit of work pass, before its commit."""
        in_force = [each for each in stored if each.status in (Status.ISSUED, Status.FINAL)]
        return self.watch.passed(work.quota_trade, in_force) if self.watch and in_force else {}

    def _change(
        self,
        work: Work,
        record: NationalRecord,
        stored: StoredPermit,
        later: PublishedPermit,
        documents: Documents,
    ) -> None:
        """Store a change. Documents that it replaces stay in the history with their seals."""
        before = work.permits.documents(stored)
        version = new_version(before, documents)
        if version.replaced:
            audit = exchange_of(self.new_id(), self.clock(), record, later, before, version)
            work.permits.keep_former(stored, version.replaced, audit.id)
            work.record(audit)
        work.permits.change(stored, later, version.documents)

    def new_permit(
        self, record: NationalRecord, published: PublishedPermit, documents: Documents
    ) -> NewPermit:
        """Return a permit as it is stored for the first time."""
        return NewPermit(
            published,
            self.tokens.hash_of(published.authority.country, record.permit.number, record.token),
            record.attachments,
            documents,
        )

    def stated(self, record: NationalRecord, authority: Authority) -> StatedPermit:
        """Return a permit as a record states it, to be compared with what is stored."""
        token_hash = self.tokens.hash_of(authority.country, record.permit.number, record.token)
        return StatedPermit(published_of(record, authority), token_hash)

    def _compared(
        self, work: Work, record: NationalRecord, published: PublishedPermit
    ) -> tuple[Change, StoredPermit | None, PublishedPermit]:
        """What a record changes: the permit as stored, None for a new one, and as it will be."""
        stored = work.permits.get(published.authority, record.permit.number)
        if stored is None:
            return Change.PUBLISHED, None, published
        later = self._later_state(record, stored, published)
        if later == stored.published:
            return Change.UNCHANGED, stored, later
        if later.permit != stored.published.permit and is_held(own_uses(work, later)):
            raise refused(
                record,
                "differs from the permit, of which a customs declaration holds quantities; have"
                " them released, or issue a replacement",
                box="11",
            )
        try:
            self.records.require_intact(work.integrity, record.permit.number, stored.published)
        except PermitAltered as altered:
            raise refused(record, f"cannot be changed here. {altered.text}") from None
        if later.status is Status.RETURNED:
            try:
                require_nothing_written_off(work, later)
            except InvalidRequest as used:
                raise refused(record, f"is not taken. {used.text}", box=used.box) from None
        return Change.CHANGED, stored, later

    def _record(self, work: Work, published: PublishedPermit, event: str) -> None:
        number = published.permit.number
        self.records.record(work.integrity, published.authority, number, event)

    def _later_state(
        self, record: NationalRecord, stored: StoredPermit, published: PublishedPermit
    ) -> PublishedPermit:
        """Return the stored permit with what the record changes; confirmations stay.

        Raises RecordInvalid where the record would alter a permit that is confirmed on, or bring
        a cancelled or replaced one back.
        """
        before = stored.published
        token_hash = self.tokens.hash_of(
            published.authority.country, record.permit.number, record.token
        )
        if (
            not token_matches(stored.token_hash, token_hash)
            or stored.attachments != record.attachments
        ):
            raise refused(
                record,
                "was published with another token or other attachments; issue a replacement",
                box="1",
            )
        is_used = before.confirmations or before.declarations
        if before.permit != published.permit and is_used:
            raise refused(
                record, "differs from the permit, which is already confirmed on or closed", box="14"
            )
        if published.status is Status.RETURNED and before.effective_confirmations:
            raise refused(
                record, "was not returned unused: quantities were confirmed on it", box="14"
            )
        if not before.status.in_force and not before.status.may_become(published.status):
            raise refused(
                record, f"is {before.status} here and stays so; issue a new document", box="1"
            )
        if is_used and published.status is Status.ISSUED:
            published = replace(published, status=before.status)
        return replace(
            published,
            confirmations=before.confirmations,
            reversals=before.reversals,
            declarations=before.declarations,
        )


def result_of(prepared: PreparedPermit, change: Change, passed: Findings = ()) -> Published:
    """Return the result of a publication. passed: findings on quotas, by what is stored now."""
    lines = {(each.rule, each.sentence, each.position) for each in passed}
    remarks = (
        each for each in prepared.remarks if (each.rule, each.sentence, each.position) not in lines
    )
    return Published(
        prepared.published.permit.number,
        change,
        prepared.unavailable,
        losses_of(prepared.documents),
        (*remarks, *passed),
    )
