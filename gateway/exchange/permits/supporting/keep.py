"""Supporting documents of a permit of ours: evidence that its authority adds, shows and removes.

A document is for authorities only, or travels to partners with the permit, as one more attachment
of the answer. The seal covers the permit document alone, so no seal changes. Each act is an audit
record, and the signed record of the permit covers its documents. A document that travelled with a
permit that was used stays: customs decided on it. A removed document keeps its row and its file.
Source: decision 0032.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from gateway.domain.declarations.use import is_held
from gateway.domain.people.sentence import Sentence
from gateway.domain.published import PublishedPermit
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.domain.supporting.content import (
    MAX_TRAVELLING_BYTES,
    MAX_TRAVELLING_FILES,
    IsPlainXml,
    checked_type,
)
from gateway.domain.supporting.document import (
    Removal,
    SupportingDocument,
    valid_kind,
    valid_lines,
    valid_name,
)
from gateway.domain.supporting.refused import DocumentRefused
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.permits.confirm import retry_on_conflict
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.permits.own_uses import own_uses
from gateway.exchange.ports import (
    SEAL_NAME,
    Attachment,
    BeginWork,
    Clock,
    Exchange,
    NewId,
    StoredPermit,
    Work,
)

ADDED, REMOVED = "DocumentAdded", "DocumentRemoved"
"""Operations of the audit records."""

_TOO_LARGE = Sentence("The file must have at most {most} bytes.")
_PERMIT_FULL = Sentence("The documents of a permit may have {most} bytes together.")
_TOO_MANY = Sentence("A permit may have {most} documents, removed ones counted.")
_TRAVELS_TOO_MUCH = Sentence(
    "Partners can take {files} files of {most} MB together with a permit, and no more.",
    {"files": MAX_TRAVELLING_FILES, "most": MAX_TRAVELLING_BYTES // 1024 // 1024},
)
_THERE = Sentence("The permit has this file already.")
_NAME_TAKEN = Sentence("The permit has a file of this name already; name it otherwise.")
_OVER = Sentence("The permit is over: partners get nothing with it. Keep it for authorities only.")
_UNKNOWN = Sentence("The permit has no such document, or it was removed before.")
_USED = Sentence(
    "Customs have used the permit with this document, so it stays. Issue a replacement."
)


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """Limits from the settings. Bytes of one file, bytes and number of all files of a permit."""

    file_bytes: int
    permit_bytes: int
    documents: int


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A file to be kept. lines: letters of lines that it supports; empty: the whole permit."""

    kind: str
    name: str
    file: bytes
    lines: Sequence[str] = ()
    for_partners: bool = False


@dataclass(frozen=True, slots=True)
class PermitDocuments:
    """Everything that goes with a permit: attachments of its national record, and documents.

    attachments: partners get each of them.  documents: removed ones too.
    """

    published: PublishedPermit
    attachments: tuple[Attachment, ...]
    documents: Sequence[SupportingDocument]

    @property
    def present(self) -> list[SupportingDocument]:
        """The documents that were not removed."""
        return [each for each in self.documents if each.removal is None]


@dataclass(frozen=True, slots=True)
class KeepDocuments:
    """Use case: supporting documents of a permit. is_plain_xml: judges XML files."""

    own: OwnPermits
    begin_work: BeginWork
    is_plain_xml: IsPlainXml
    limits: DocumentLimits
    clock: Clock
    new_id: NewId

    def of(self, name: PermitName) -> PermitDocuments:
        """Return what goes with a permit.

        Raises CalleeNotFound, InvalidRequest, CertificateNotFound, PermitAltered,
        ServiceUnavailable.
        """
        with self.begin_work() as work:
            return _of(work, self.own.stored(work, name))

    def file(self, name: PermitName, document_id: str) -> tuple[SupportingDocument, bytes]:
        """Return a document with its file, also one that was removed.

        Raises DocumentRefused where the permit has none of this id, and as `of`.
        """
        with self.begin_work() as work:
            documents = work.supporting.of(self.own.stored(work, name))
            found = _found(documents, document_id)
            return found, work.supporting.file(found)

    def add(
        self, name: PermitName, new: NewDocument, by: ResponsiblePerson, address: str = ""
    ) -> SupportingDocument:
        """Keep a document with a permit, with an audit record in the same transaction.

        address: that the request of the person came from; empty for the command line.
        Raises DocumentRefused, and as `of`.
        """
        responsible = by.validated()
        kind, file_name = valid_kind(new.kind), valid_name(new.name)
        if len(new.file) > self.limits.file_bytes:
            raise _beyond(_TOO_LARGE, self.limits.file_bytes)
        file_type = checked_type(file_name, new.file, self.is_plain_xml)
        digest = sha256(new.file).hexdigest()

        def change(work: Work) -> SupportingDocument:
            stored = self.own.stored(work, name)
            before = _of(work, stored)
            letters = [line.id for line in before.published.permit.positions]
            document = SupportingDocument(
                self.new_id(),
                kind,
                file_name,
                file_type,
                len(new.file),
                digest,
                valid_lines(new.lines, letters),
                new.for_partners,
                self.clock(),
                responsible.person,
                responsible.reason,
            )
            self._require_room(before, document)
            work.supporting.add(stored, document, new.file)
            self._finish(work, before.published, document, ADDED, responsible, address)
            return document

        return retry_on_conflict(self.begin_work, change)

    def remove(
        self, name: PermitName, document_id: str, by: ResponsiblePerson, address: str = ""
    ) -> SupportingDocument:
        """Remove a document: partners get it no more. Its row and its file stay.

        Raises DocumentRefused where there is none, or it travelled with a permit that was used;
        and as `of`.
        """
        responsible = by.validated()

        def change(work: Work) -> SupportingDocument:
            stored = self.own.stored(work, name)
            before = _of(work, stored)
            document = _found(before.present, document_id)
            if document.for_partners and _is_used(work, before.published):
                raise DocumentRefused("document", _USED)
            removal = Removal(self.clock(), responsible.person, responsible.reason)
            work.supporting.remove(stored, document.id, removal)
            self._finish(work, before.published, document, REMOVED, responsible, address)
            return replace(document, removal=removal)

        return retry_on_conflict(self.begin_work, change)

    def _require_room(self, before: PermitDocuments, document: SupportingDocument) -> None:
        """Raise DocumentRefused where the permit cannot take a document."""
        present = before.present
        if any(each.sha256 == document.sha256 for each in present):
            raise DocumentRefused("file", _THERE)
        if len(before.documents) >= self.limits.documents:
            raise _beyond(_TOO_MANY, self.limits.documents)
        kept = sum(each.size for each in before.documents)
        if kept + document.size > self.limits.permit_bytes:
            raise _beyond(_PERMIT_FULL, self.limits.permit_bytes)
        taken = [each.name for each in before.attachments]
        names = [SEAL_NAME, *taken, *(each.name for each in present)]
        if document.name.casefold() in map(str.casefold, names):
            raise DocumentRefused("file", _NAME_TAKEN)
        if document.for_partners:
            _require_room_to_travel(before, document)

    def _finish(
        self,
        work: Work,
        published: PublishedPermit,
        document: SupportingDocument,
        operation: str,
        by: ResponsiblePerson,
        address: str,
    ) -> None:
        """Write the audit record, whose keys are fixed, and the signed record; then commit."""
        at, number = self.clock(), published.permit.number
        fields = {
            "v": 1,
            "at": moment(at),
            "country": published.authority.country.text,
            "authority": published.authority.code,
            "number": number.text,
            "document": document.id,
            "kind": document.kind,
            "file": document.name,
            "size": document.size,
            "sha256": document.sha256,
            "lines": list(document.lines),
            "for_partners": document.for_partners,
            "person": by.person,
            "reason": by.reason,
        }
        if address:
            fields["address"] = address
        work.record(
            Exchange.own(self.new_id(), operation, at, canonical(fields), permit_number=number.text)
        )
        self.own.records.record(work.integrity, published.authority, number, operation)
        work.commit()


def _of(work: Work, stored: StoredPermit) -> PermitDocuments:
    return PermitDocuments(stored.published, stored.attachments, work.supporting.of(stored))


def _is_used(work: Work, published: PublishedPermit) -> bool:
    """Whether customs have counted or declared quantities, or the permit was closed."""
    return bool(
        published.confirmations or published.declarations or is_held(own_uses(work, published))
    )


def _found(documents: Iterable[SupportingDocument], document_id: str) -> SupportingDocument:
    for each in documents:
        if each.id == document_id:
            return each
    raise DocumentRefused("document", _UNKNOWN)


def _require_room_to_travel(before: PermitDocuments, document: SupportingDocument) -> None:
    """Raise DocumentRefused where partners could not take it with the permit."""
    if not before.published.status.in_force:
        raise DocumentRefused("for_partners", _OVER)
    travelling = [each.size for each in before.present if each.travels]
    sizes = [*(len(each.content) for each in before.attachments), *travelling, document.size]
    if len(sizes) > MAX_TRAVELLING_FILES or sum(sizes) > MAX_TRAVELLING_BYTES:
        raise DocumentRefused("for_partners", _TRAVELS_TOO_MUCH)


def _beyond(limit: Sentence, most: int) -> DocumentRefused:
    return DocumentRefused("file", replace(limit, values={"most": format(most, ",")}))
