"""A national record becomes a permit we answer for: judged, written in every schema version, stored, in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.domain.errors import DocumentInvalid, RecordInvalid
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.published import PublishedPermit, Status
from gateway.domain.rules import Finding, Severity, findings
from gateway.exchange.confirm_quantities import in_one_go
from gateway.exchange.ports import SEAL_NAME, BeginWork, Form, NationalRecord, PermitFormat, Sealer, StoredPermit, Work
from gateway.exchange.served import Served
from gateway.exchange.tokens import TokenSeal, opens
from gateway.exchange.writing import write_every


class Change(StrEnum):
    """What publishing did."""

    PUBLISHED = "published"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Published:
    """unavailable: schema versions that cannot hold the permit, with box and reason; they answer OperationNotAvailable.

    findings: what the rules remarked without refusing.
    """

    number: CertificateNumber
    change: Change
    unavailable: tuple[tuple[str, DocumentInvalid], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class PublishPermit:
    """Takes national records in. sealer: None where this gateway seals nothing."""

    begin_work: BeginWork
    served: Served
    tokens: TokenSeal
    formats: Sequence[PermitFormat]
    sealer: Sealer | None

    def publish(self, record: NationalRecord) -> Published:
        """Publish a permit, or take over its new status; publishing the same record again changes nothing.

        Raises RecordInvalid naming file, row, box and what is expected; KeyUnusable where no seal can be made;
        ServiceUnavailable. Nothing is half-stored.
        """
        authority = self._authority(record)
        remarks = self._judge(record, authority)
        documents, unavailable = write_every(self.formats, record.permit.as_issued(), Form.NON_FINAL, self.sealer)
        if not documents:
            version, reason = unavailable[0]
            raise refused(record, f"cannot be written in any schema version ({version}: {reason.text})", box=reason.box)
        status = record.status
        if status is Status.ISSUED and record.permit.is_endorsed and not record.permit.document_type.multi_use:
            status = Status.FINAL
            documents = {**documents, **write_every(self.formats, record.permit, Form.FINAL, self.sealer)[0]}
        published = PublishedPermit(
            authority, record.permit, status, record.successor, transit=frozenset(record.transit_countries)
        )

        def store(work: Work) -> Change:
            stored = work.permits.get(authority, record.permit.number)
            if stored is None:
                token_hash = self.tokens.hash_of(authority.country, record.permit.number, record.token)
                work.permits.add(published, token_hash, record.attachments, documents)
                work.commit()
                return Change.PUBLISHED
            later = self._later_state(record, stored, published)
            if later == stored.published:
                return Change.UNCHANGED
            work.permits.change(stored, later, documents)
            work.commit()
            return Change.CHANGED

        return Published(record.permit.number, in_one_go(self.begin_work, store), unavailable, remarks)

    def _authority(self, record: NationalRecord) -> Authority:
        authority = self.served.authority(record.authority_code)
        if authority is None:
            known = ", ".join(served.code for served in self.served.authorities)
            raise refused(record, f"names no authority that is served here ({known})", box="6", field="authority")
        return authority

    @staticmethod
    def _judge(record: NationalRecord, authority: Authority) -> tuple[Finding, ...]:
        if any(attachment.name == SEAL_NAME for attachment in record.attachments):
            raise refused(record, f"has an attachment named {SEAL_NAME}, the name of our seal", field="attachments")
        remarks = findings(record.permit, authority)
        errors = [remark for remark in remarks if remark.severity is Severity.ERROR]
        if errors:
            text = "; ".join(f"{error.text} [{error.rule}]" for error in errors)
            raise refused(record, text, box=errors[0].box, position=errors[0].position)
        return remarks

    def _later_state(self, record: NationalRecord, stored: StoredPermit, published: PublishedPermit) -> PublishedPermit:
        """What the stored permit becomes. Confirmations stay; what was confirmed on can no longer be altered."""
        before = stored.published
        token_hash = self.tokens.hash_of(published.authority.country, record.permit.number, record.token)
        if not opens(stored.token_hash, token_hash) or stored.attachments != record.attachments:
            raise refused(record, "was published with another token or other attachments; issue a replacement", box="1")
        decided = before.confirmations or before.declarations
        if before.permit != published.permit and decided:
            raise refused(record, "differs from the permit, which is already confirmed on or closed", box="14")
        if before.status in (Status.CANCELLED, Status.REPLACED) and published.status is not before.status:
            raise refused(record, f"is {before.status} here and stays so; issue a new document", box="1")
        if decided and published.status is Status.ISSUED:
            published = replace(published, status=before.status)
        return replace(
            published,
            confirmations=before.confirmations,
            reversals=before.reversals,
            declarations=before.declarations,
        )


def refused(
    record: NationalRecord, why: str, *, box: str | None = None, field: str | None = None, position: str | None = None
) -> RecordInvalid:
    """A refusal that names the record."""
    text = f"{record.permit.number}: {why}"
    return RecordInvalid(text, file=record.file, row=record.row, field=field, box=box, position=position)
