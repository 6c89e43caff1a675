"""Preparation of a permit for publication: judged by the rules, written in every schema version.

Nothing is stored, and only reference data are read. So permits are prepared on several processor
cores at the same time (gateway/bootstrap/preparation).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import Authority
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.rules import Finding, Judge, Severity, findings
from gateway.exchange.permits.documents import Documents, Unavailable, write_all_versions
from gateway.exchange.ports import SEAL_NAME, DocumentForm, NationalRecord, PermitFormat, Sealer
from gateway.exchange.service.served_authorities import ServedAuthorities


@dataclass(frozen=True, slots=True)
class PreparedPermit:
    """A permit that the rules accept, with its documents.

    published: as it is published for the first time.
    documents: without seals where the sealer was left out.
    unavailable: reasons of the schema versions that cannot hold it.
    remarks: warnings and remarks of the rules.
    """

    published: PublishedPermit
    documents: Documents
    unavailable: Unavailable
    remarks: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class PreparePermit:
    """Use case: judge a national record, and write its documents.

    judge: with reference data, where there are any.
    """

    served: ServedAuthorities
    formats: Sequence[PermitFormat]
    judge: Judge = findings

    def prepare(self, record: NationalRecord, sealer: Sealer | None) -> PreparedPermit:
        """Prepare a permit. sealer: None for documents without seals.

        Raises RecordInvalid naming file, row, box and finding; KeyUnusable, ServiceUnavailable.
        """
        authority = self._authority(record)
        remarks = self._judge(record, authority)
        published = published_of(record, authority)
        documents, unavailable = self._documents(record, published.status, sealer)
        return PreparedPermit(published, documents, unavailable, remarks)

    def _documents(
        self, record: NationalRecord, status: Status, sealer: Sealer | None
    ) -> tuple[Documents, Unavailable]:
        """Documents of every version that can hold the permit, and why the others cannot."""
        documents, unavailable = write_all_versions(
            self.formats, record.permit.as_issued(), DocumentForm.NON_FINAL, sealer
        )
        if not documents:
            version, reason = unavailable[0]
            raise refused(
                record,
                f"cannot be written in any schema version ({version}: {reason.text})",
                box=reason.box,
            )
        if status is not record.status:
            final, _ = write_all_versions(self.formats, record.permit, DocumentForm.FINAL, sealer)
            documents = {**documents, **final}
        return documents, unavailable

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


def published_of(record: NationalRecord, authority: Authority) -> PublishedPermit:
    """Return a permit as a record states it for the first time."""
    return PublishedPermit(
        authority,
        record.permit,
        _status(record),
        record.successor,
        transit=frozenset(record.transit_countries),
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


def _status(record: NationalRecord) -> Status:
    """Status of the permit: final where its box 14 is written and it is used only once."""
    if (
        record.status is Status.ISSUED
        and record.permit.is_endorsed
        and not record.permit.document_type.multi_use
    ):
        return Status.FINAL
    return record.status


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
