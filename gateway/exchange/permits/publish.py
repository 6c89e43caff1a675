"""Publication: a national record becomes a permit that this gateway answers for.

The record is judged by the rules, written and sealed in every schema version, and stored in one
transaction. Publication is idempotent: the same record again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.domain.errors import PermitAltered, RecordInvalid
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.permit.loss import LossNote
from gateway.domain.published import PublishedPermit, Status
from gateway.domain.rules import Finding, Judge, Severity, findings
from gateway.exchange.permits.confirm import retry_on_conflict
from gateway.exchange.permits.documents import (
    Documents,
    Unavailable,
    losses_of,
    write_all_versions,
)
from gateway.exchange.permits.tokens import TokenHasher, token_matches
from gateway.exchange.ports import (
    SEAL_NAME,
    BeginWork,
    DocumentForm,
    NationalRecord,
    PermitFormat,
    PermitRecords,
    Sealer,
    StoredPermit,
    Work,
)
from gateway.exchange.service.served_authorities import ServedAuthorities


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
    """

    begin_work: BeginWork
    served: ServedAuthorities
    tokens: TokenHasher
    formats: Sequence[PermitFormat]
    sealer: Sealer | None
    records: PermitRecords
    judge: Judge = findings

    def publish(self, record: NationalRecord) -> Published:
        """Publish a permit, or take over its new status.

        Raises RecordInvalid naming file, row, box and finding; KeyUnusable where no seal can be
        made; ServiceUnavailable. After an error nothing is stored. A permit that is not what was
        recorded of it is not changed: RecordInvalid.
        """
        return self._published(record, rehearsal=False)

    def rehearse(self, record: NationalRecord) -> Published:
        """Tell what `publish` would do, and raise what it would raise, with nothing stored.

        Nothing is sealed either, so the key of the seal is not used. Two records of one permit are
        each compared with what is stored now.
        """
        return replace(self, sealer=None)._published(record, rehearsal=True)

    def _published(self, record: NationalRecord, *, rehearsal: bool) -> Published:
        authority = self._authority(record)
        remarks = self._judge(record, authority)
        status = self._status(record)
        documents, unavailable = self._documents(record, status)
        published = PublishedPermit(
            authority,
            record.permit,
            status,
            record.successor,
            transit=frozenset(record.transit_countries),
        )

        def store(work: Work) -> Change:
            change, stored, later = self._compared(work, record, published)
            if rehearsal or change is Change.UNCHANGED:
                return change
            if stored is None:
                token_hash = self.tokens.hash_of(
                    authority.country, record.permit.number, record.token
                )
                work.permits.add(published, token_hash, record.attachments, documents)
                self._record(work, published, Change.PUBLISHED)
            else:
                work.permits.change(stored, later, documents)
                is_new_status = later.status is not stored.published.status
                self._record(work, later, later.status if is_new_status else Change.CHANGED)
            work.commit()
            return change

        change = retry_on_conflict(self.begin_work, store)
        return Published(record.permit.number, change, unavailable, losses_of(documents), remarks)

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
        try:
            self.records.require_intact(work.integrity, record.permit.number, stored.published)
        except PermitAltered as altered:
            raise refused(record, f"cannot be changed here. {altered.text}") from None
        return Change.CHANGED, stored, later

    @staticmethod
    def _status(record: NationalRecord) -> Status:
        """Status of the permit: final where its box 14 is written and it is used only once."""
        if (
            record.status is Status.ISSUED
            and record.permit.is_endorsed
            and not record.permit.document_type.multi_use
        ):
            return Status.FINAL
        return record.status

    def _documents(self, record: NationalRecord, status: Status) -> tuple[Documents, Unavailable]:
        """Documents of every version that can hold the permit, and why the others cannot."""
        documents, unavailable = write_all_versions(
            self.formats, record.permit.as_issued(), DocumentForm.NON_FINAL, self.sealer
        )
        if not documents:
            version, reason = unavailable[0]
            raise refused(
                record,
                f"cannot be written in any schema version ({version}: {reason.text})",
                box=reason.box,
            )
        if status is not record.status:
            final, _ = write_all_versions(
                self.formats, record.permit, DocumentForm.FINAL, self.sealer
            )
            documents = {**documents, **final}
        return documents, unavailable

    def _record(self, work: Work, published: PublishedPermit, event: str) -> None:
        number = published.permit.number
        self.records.record(work.integrity, published.authority, number, event)

    def _authority(self, record: NationalRecord) -> Authority:
        authority = self.served.authority(record.authority_code)
        if authority is None:
            known = ", ".join(served.code for served in self.served.authorities)
            raise refused(
                record,
                f"names no authority that is served here ({known})",
                box="6",
                field="authority",
            )
        return authority

    def _judge(self, record: NationalRecord, authority: Authority) -> tuple[Finding, ...]:
        if any(attachment.name == SEAL_NAME for attachment in record.attachments):
            raise refused(
                record,
                f"has an attachment named {SEAL_NAME}, the name of our seal",
                field="attachments",
            )
        remarks = self.judge(record.permit, authority)
        errors = [remark for remark in remarks if remark.severity is Severity.ERROR]
        if errors:
            also = tuple(_broken(record, error) for error in errors[1:])
            raise _broken(record, errors[0], also)
        return remarks

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
        if (
            before.status in (Status.CANCELLED, Status.REPLACED)
            and published.status is not before.status
        ):
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


def _broken(
    record: NationalRecord, error: Finding, also: tuple[RecordInvalid, ...] = ()
) -> RecordInvalid:
    return RecordInvalid(
        f"{record.permit.number}: {error.text()} [{error.rule}]",
        file=record.file,
        row=record.row,
        box=error.box,
        position=error.position,
        number=record.permit.number.text,
        finding=error,
        also=also,
    )


def refused(
    record: NationalRecord,
    why: str,
    *,
    box: str | None = None,
    field: str | None = None,
    position: str | None = None,
) -> RecordInvalid:
    """Return the error that refuses a record, with file and row."""
    text = f"{record.permit.number}: {why}"
    return RecordInvalid(
        text, file=record.file, row=record.row, field=field, box=box, position=position
    )
