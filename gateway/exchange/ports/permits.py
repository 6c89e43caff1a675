"""Port of published permits: the look-up for answers, and the unit of work for changes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.supporting.document import Removal, SupportingDocument
from gateway.exchange.ports.common import Attachment, DocumentForm
from gateway.exchange.ports.declarations.uses import DeclaredUses
from gateway.exchange.ports.integrity import IntegrityWork
from gateway.exchange.ports.journal import Exchange
from gateway.exchange.ports.quotas.trade import QuotaTrade


@dataclass(frozen=True, slots=True)
class Document:
    """A permit document in one schema version.

    seal: detached signature, None where this gateway seals nothing.
    As looked up for an answer both are `StoredBytes` (stored_bytes.py).
    losses: loss notes of the version; a look-up for an answer leaves them out.
    """

    content: bytes
    seal: bytes | None = None
    losses: tuple[LossNote, ...] = ()


@dataclass(frozen=True, slots=True)
class PermitHeader:
    """Data of a permit that access control needs, without its documents.

    place: row id of the store.  revision: grows by one with every change.
    successor: number of the document that replaces it, where the status is REPLACED.
    token_hash: keyed hash of its token, None for a permit without token.
    countries: codes of the countries that may see the permit.
    attachments: number of files that partners get.
    """

    place: int
    revision: int
    authority: Authority
    number: CertificateNumber
    status: Status
    successor: str | None
    token_hash: bytes | None
    countries: frozenset[str]
    attachments: int


@dataclass(frozen=True, slots=True)
class SealedPermit:
    """A permit with those of its documents that are sealed.

    place: row id of the store.  countries: codes of the countries that may see the permit.
    documents: by (version, form).
    former_signers: SHA-256 of the certificates whose seals were replaced here, hex.
    former_seals: those of former documents, which partners may hold still.
    """

    place: int
    authority: Authority
    number: CertificateNumber
    countries: frozenset[str]
    documents: Mapping[tuple[str, DocumentForm], Document]
    former_signers: frozenset[str]
    former_seals: tuple[bytes, ...] = ()


class SealedPermits(Protocol):
    """Permits with sealed documents, one after another."""

    def count(self) -> int:
        """Return the number of such permits. Raises ServiceUnavailable."""

    def after(self, place: int, most: int) -> Sequence[SealedPermit]:
        """Return the next page after a place, `most` permits at most, ordered by place.

        Raises ServiceUnavailable.
        """


@dataclass(frozen=True, slots=True)
class ListedPermit:
    """A permit in the list of ours.

    place: row id of the store.  countries: codes of the countries that may see it.
    published_at, changed_at: aware.
    """

    place: int
    authority: Authority
    permit: Permit
    status: Status
    countries: frozenset[str]
    published_at: datetime
    changed_at: datetime


class PermitList(Protocol):
    """All permits, one after another."""

    def count(self) -> int:
        """Return their number. Raises ServiceUnavailable."""

    def after(self, place: int, most: int) -> Sequence[tuple[int, Authority, CertificateNumber]]:
        """Return row id, authority and number of the next permits after a place, ordered by it.

        most: of them.  Raises ServiceUnavailable.
        """

    def details_after(self, place: int, most: int) -> Sequence[ListedPermit]:
        """Return the next permits after a place, as `after`, with what a list shows of them."""


@dataclass(frozen=True, slots=True)
class StatedPermit:
    """A permit as a record of the national system states it, which has no attachments."""

    published: PublishedPermit
    token_hash: bytes | None


class PermitLookup(Protocol):
    """Look-up outside any unit of work; sees every committed change at once."""

    def find(self, country: IsoCountryCode, number: CertificateNumber) -> Sequence[PermitHeader]:
        """Return every permit of a number in a country.

        Usually none or one; several where the country has several authorities.
        Raises ServiceUnavailable.
        """

    def decoy(self, number: CertificateNumber, *, there: bool) -> Sequence[PermitHeader]:
        """Look up another permit at the cost of `find`, to equalise the time of refusals.

        there: True finds a decoy, always the same for the same number; False finds nothing.
        Raises ServiceUnavailable.
        """

    def document(self, header: PermitHeader, version: str, form: DocumentForm) -> Document | None:
        """Return one document; None where this version cannot hold the permit, or it is not final.

        Raises ServiceUnavailable.
        """

    def attachments(self, header: PermitHeader) -> tuple[Attachment, ...]:
        """Return the files of a permit that partners get.

        Attachments of its record in the order they were given, then supporting documents.
        Raises ServiceUnavailable.
        """

    def compare(
        self, authority: Authority, stated: Sequence[StatedPermit]
    ) -> Mapping[CertificateNumber, bool]:
        """Return those of some permits that are here: whether each is exactly what is stated.

        authority: of all of them. A permit with attachments, or on which something was confirmed
        that changed its status, is not what is stated.
        Raises ServiceUnavailable.
        """


@dataclass(frozen=True, slots=True)
class StoredPermit:
    """A published permit with its token hash and the attachments of its national record.

    revision: grows by one with every change; optimistic locking compares it.
    """

    published: PublishedPermit
    token_hash: bytes | None
    attachments: tuple[Attachment, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class FormerDocument:
    """A document that a change of its permit replaced.

    replaced_at: aware.  record: id of the audit record in the journal that says why.
    """

    version: str
    form: DocumentForm
    replaced_at: datetime
    record: str
    document: Document


@dataclass(frozen=True, slots=True)
class NewPermit:
    """A permit that is stored for the first time.

    token_hash: keyed hash of its token, None for a permit without token.
    documents: by (schema version, form).
    """

    published: PublishedPermit
    token_hash: bytes | None
    attachments: Sequence[Attachment]
    documents: Mapping[tuple[str, DocumentForm], Document]


class Permits(Protocol):
    """Published permits inside a unit of work."""

    def get(self, authority: Authority, number: CertificateNumber) -> StoredPermit | None:
        """Return the permit of one authority with its confirmations; None where there is none."""

    def documents(self, stored: StoredPermit) -> Mapping[tuple[str, DocumentForm], Document]:
        """Return all its documents, with seals and loss notes, by (schema version, form)."""

    def former_documents(self, stored: StoredPermit) -> Sequence[FormerDocument]:
        """Return its history: the documents that were replaced, oldest first."""

    def keep_former(
        self, stored: StoredPermit, names: Collection[tuple[str, DocumentForm]], record: str
    ) -> None:
        """Keep documents with their seals in the history, before `change` replaces them.

        names: (version, form) of documents that are there.  record: id of the audit record in the
        journal that says who replaced them, and why.
        """

    def known(
        self, numbers: Collection[tuple[Authority, CertificateNumber]]
    ) -> Collection[tuple[Authority, CertificateNumber]]:
        """Return those of the numbers that are stored, with one query for each authority."""

    def add(self, new: Sequence[NewPermit]) -> None:
        """Store permits for the first time, a batch with few statements.

        Raises ConcurrentChange where an authority has a permit of such a number already.
        """

    def change(
        self,
        stored: StoredPermit,
        published: PublishedPermit,
        documents: Mapping[tuple[str, DocumentForm], Document],
    ) -> None:
        """Store a later state: new status, further events, changed documents.

        documents: for each form among them, all stored documents of that form are replaced, so that
        no version keeps a stale one. The other form stays as it is.

        Raises ConcurrentChange where the permit was changed since `stored` was read.
        """


class SupportingDocuments(Protocol):
    """Supporting documents of permits inside a unit of work."""

    def of(self, stored: StoredPermit) -> Sequence[SupportingDocument]:
        """Return all of a permit, removed ones too, in the order they were added."""

    def file(self, document: SupportingDocument) -> bytes:
        """Return the file of one that `of` returned. Raises ServiceUnavailable."""

    def add(self, stored: StoredPermit, document: SupportingDocument, file: bytes) -> None:
        """Keep one more with a permit, whose revision grows.

        Raises ConcurrentChange where the permit was changed since `stored` was read.
        """

    def remove(self, stored: StoredPermit, document_id: str, removal: Removal) -> None:
        """Enter the removal of one. Its row and its file stay; the revision grows.

        Raises ConcurrentChange, as `add`.
        """


class ConcurrentChange(Exception):
    """Optimistic lock failed: the permit was changed meanwhile. Run the unit of work again."""


class Work(Protocol):
    """Unit of work, one transaction. It is rolled back unless `commit` is called before its end."""

    @property
    def permits(self) -> Permits:
        """The permits of this transaction."""

    @property
    def supporting(self) -> SupportingDocuments:
        """The supporting documents of the permits of this transaction."""

    def replace_seals(
        self,
        sealed: SealedPermit,
        seals: Mapping[tuple[str, DocumentForm], tuple[bytes, str]],
        record: str,
    ) -> bool:
        """Put new seals beside unchanged documents; the former seals are kept.

        seals: the new seal, and the SHA-256 of the certificate that made the former one, by
        (version, form).  record: id of the audit record that says who did it, and why.
        Returns False where the permit was changed since it was read: do not commit then.
        Raises ConcurrentChange.
        """

    @property
    def integrity(self) -> IntegrityWork:
        """Rows and records of permits in this transaction."""

    @property
    def quota_trade(self) -> QuotaTrade:
        """Trade under quotas, with the permits of this transaction."""

    @property
    def declared(self) -> DeclaredUses:
        """Use of permits by customs declarations in this transaction."""

    def record(self, exchange: Exchange) -> None:
        """Write an audit record into the journal, in the same transaction."""

    def commit(self) -> None:
        """Commit the transaction. Raises ServiceUnavailable."""


BeginWork = Callable[[], AbstractContextManager[Work]]
"""Opens a unit of work. Raises ServiceUnavailable."""
