"""What the use cases need of the world. Only domain objects, plain values and bytes cross these walls."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from gateway.domain.endorsement import SeenQuantity
from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.partner import OperationName
from gateway.domain.permit import Permit
from gateway.domain.published import PublishedPermit, Status

Clock = Callable[[], datetime]
"""Gives the present moment, aware."""

NewId = Callable[[], str]
"""Gives a new UUIDv7 as text."""


class Form(StrEnum):
    """The permit as issued, or with box 14."""

    NON_FINAL = "non-final"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a permit. name: never used as a path."""

    name: str
    content: bytes


# -- national records -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NationalRecord:
    """A permit as a national system hands it over, with what stands beside the form.

    file, row: where it came from, 1-based.  authority_code: None where the gateway's own single authority is meant.
    """

    file: str
    row: int
    permit: Permit
    token: TokenId | None = None
    status: Status = Status.ISSUED
    successor: CertificateNumber | None = None
    authority_code: str | None = None
    attachments: tuple[Attachment, ...] = ()


class NationalSource(Protocol):
    """Reads one record format of a national system."""

    def count(self, file: Path) -> int:
        """How many records the file holds, for a progress bar. Raises RecordInvalid for an unreadable file."""

    def records(self, file: Path) -> Iterator[NationalRecord | RecordInvalid]:
        """Yield each record, or why it is refused, in the order of the file.

        Raises RecordInvalid for an unreadable file.
        """


# -- documents --------------------------------------------------------------------------------------------------------


class PermitFormat(Protocol):
    """One schema version of the permit document."""

    @property
    def version(self) -> str:
        """`v1` or `v2`."""

    def write(self, permit: Permit) -> bytes:
        """The document in UTF-8 without XML declaration, root element unqualified, valid against the XSD.

        Raises DocumentInvalid naming box and reason where the permit cannot be written in this version.
        """

    def read(self, document: bytes) -> Permit:
        """Read somebody's document, leniently (wire contract, section 11.2). Raises DocumentInvalid."""


# -- the store --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A permit as it is kept ready to be answered in one schema version.

    token_hash: keyed hash of its token, None for a permit without one.  countries: those the form names.
    document: bytes of the form asked for; None where it cannot be written in this version (or is not final).
    """

    authority: Authority
    status: Status
    successor: str | None
    token_hash: bytes | None
    countries: frozenset[str]
    document: bytes | None
    attachments: tuple[Attachment, ...] = ()


class Answers(Protocol):
    """The hot read: one look-up per question, outside any unit of work."""

    def find(
        self, country: IsoCountryCode, number: CertificateNumber, version: str, form: Form
    ) -> Sequence[SealedDocument]:
        """Every permit of that number in that country: usually none or one, more where a country has several authorities.

        Raises ServiceUnavailable.
        """


@dataclass(frozen=True, slots=True)
class StoredPermit:
    """A published permit with what the store keeps beside it. revision grows by one with every change."""

    published: PublishedPermit
    token_hash: bytes | None
    attachments: tuple[Attachment, ...]
    revision: int


class Permits(Protocol):
    """Published permits inside a unit of work."""

    def find(self, country: IsoCountryCode, number: CertificateNumber) -> Sequence[StoredPermit]:
        """Every permit of that number in that country, confirmations included."""

    def get(self, authority: Authority, number: CertificateNumber) -> StoredPermit | None:
        """The permit of one authority."""

    def add(
        self, published: PublishedPermit, token_hash: bytes | None, attachments: Sequence[Attachment],
        documents: Mapping[tuple[str, Form], bytes],
    ) -> None:  # fmt: skip
        """Store a permit for the first time, with its documents by (schema version, form)."""

    def change(
        self, stored: StoredPermit, published: PublishedPermit, documents: Mapping[tuple[str, Form], bytes]
    ) -> None:
        """Store a later state: new status, further confirmations, changed documents.

        documents: for each form among them all stored documents of that form give way, so that no version keeps a
        stale one; a form that is not among them is left alone.

        Raises ConcurrentChange where somebody changed the permit since `stored` was read.
        """


class ConcurrentChange(Exception):
    """Somebody else changed the permit in between; the unit of work must be done again from the start."""


class Work(Protocol):
    """One transaction: nothing is kept unless `commit` was called before the block ends."""

    @property
    def permits(self) -> Permits:
        """The permits of this transaction."""

    def commit(self) -> None:
        """Keep what was done. Raises ServiceUnavailable."""


BeginWork = Callable[[], AbstractContextManager[Work]]
"""Opens a unit of work. Raises ServiceUnavailable."""


# -- the journal ------------------------------------------------------------------------------------------------------


class Direction(StrEnum):
    """Who asked whom."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange as the journal keeps it, answered, refused or failed.

    id: UUIDv7, also the incident number a fault shows.  outcome: `ok` or the code of the error.
    caller, callee: partner key or country, None where unknown.  fingerprint: SHA-256 of the client certificate, hex.
    request, answer: raw bytes as they travelled.
    """

    id: str
    direction: Direction
    began_at: datetime
    ended_at: datetime
    operation: str | None
    caller: str | None
    callee: str | None
    fingerprint: str | None
    permit_number: str | None
    outcome: str
    request: bytes
    answer: bytes


class Journal(Protocol):
    """Append-only record of every exchange."""

    def record(self, exchange: Exchange) -> None:
        """Keep one exchange, durably, before its answer leaves. Raises ServiceUnavailable."""


# -- partners we ask --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartnerReply:
    """A partner's answer to a question for a permit. document: bytes of the permit element alone."""

    document: bytes
    version: str
    attachments: tuple[Attachment, ...]
    composite: bool | None


@dataclass(frozen=True, slots=True)
class PartnerState:
    """A partner's answer to ServiceState. Every field is as the partner said it, None where it said nothing."""

    state: str | None
    version: str | None
    time: str | None


@dataclass(frozen=True, slots=True)
class PartnerConfirmation:
    """A partner's answer to ConfirmQuantities; an answer without Fault is success whatever it holds."""

    state: str | None
    confirmation_id: str | None


class PartnerDoor(Protocol):
    """The operations of one partner.

    Every method journals the exchange and raises PartnerUnreachable, PartnerTimeout, PartnerFault, PartnerReplyInvalid.
    """

    def certificate(self, operation: OperationName, number: CertificateNumber, token: TokenId | None) -> PartnerReply:
        """Ask for a permit: GET_NON_FINAL or GET_FINAL."""

    def confirm(
        self, number: CertificateNumber, token: TokenId | None, seen: Sequence[SeenQuantity]
    ) -> PartnerConfirmation:
        """Report what was counted."""

    def state(self) -> PartnerState:
        """Ask whether the partner is up."""
