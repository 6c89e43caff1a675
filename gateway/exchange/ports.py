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
from gateway.domain.verdict import Verdict

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


# -- callers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """A client certificate that is in order.

    sha256: of its DER form, lower-case hex.  countries: every C= of its subject, as written there.
    partners: keys of the partners whose rule of authority, subject and serial it meets.
    """

    sha256: str
    countries: tuple[str, ...]
    partners: frozenset[str]


class CertificateJudge(Protocol):
    """Says whether a client certificate is in order, whoever ended TLS. Fast, because it is asked at every call."""

    def judge(self, certificate: bytes) -> ShownCertificate:
        """Judge a certificate (DER) at this moment.

        Raises CertificateMissing saying which: unreadable, expired, not valid yet, made for another use, of an unknown
        authority, revoked, or not to be checked for revocation.
        """


# -- national records -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NationalRecord:
    """A permit as a national system hands it over, with what stands beside the form.

    file, row: where it came from, 1-based.  authority_code: None where the gateway's own single authority is meant.
    transit_countries: codes of the countries the consignment passes through.
    """

    file: str
    row: int
    permit: Permit
    token: TokenId | None = None
    status: Status = Status.ISSUED
    successor: CertificateNumber | None = None
    authority_code: str | None = None
    transit_countries: tuple[str, ...] = ()
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


# -- seals ------------------------------------------------------------------------------------------------------------

SEAL_NAME = "CITES-permit-seal.xml"
"""Name of the attachment that carries the seal."""


class Sealer(Protocol):
    """Seals what we issue."""

    def seal(self, document: bytes) -> bytes:
        """The seal of a permit document, a file of its own: an XML signature that stands beside the permit.

        Raises KeyUnusable where the sealing certificate is not in date.
        """


@dataclass(frozen=True, slots=True)
class Judged:
    """What a seal is worth. document: the verified bytes, None where nothing is vouched for."""

    verdict: Verdict
    document: bytes | None


class SealVerifier(Protocol):
    """Judges the seals of one country."""

    def judge(self, document: bytes, seals: Sequence[bytes]) -> Judged:
        """The verdict on a permit document and the seals that came with it: usually one or none. Raises nothing."""


# -- the store --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    """A permit as written in one schema version. seal: beside it, None where this gateway seals nothing.

    Read from the store both are `Kept` (spliced.py).
    """

    content: bytes
    seal: bytes | None = None


@dataclass(frozen=True, slots=True)
class KeptPermit:
    """What has to be known of a permit before anybody may have it.

    place: where the store keeps it, the store's own word.  token_hash: keyed hash of its token, None for a permit
    without one.  countries: those that have an eye on it by right.  attachments: how many.
    """

    place: int
    authority: Authority
    number: CertificateNumber
    status: Status
    successor: str | None
    token_hash: bytes | None
    countries: frozenset[str]
    attachments: int


class Answers(Protocol):
    """The hot read, outside any unit of work. Sees what anybody has committed, at once."""

    def find(self, country: IsoCountryCode, number: CertificateNumber) -> Sequence[KeptPermit]:
        """Every permit of that number in that country: usually none or one, more where it has several authorities.

        Raises ServiceUnavailable.
        """

    def stand_in(self, number: CertificateNumber, *, there: bool) -> Sequence[KeptPermit]:
        """A permit that stands in for one of this number, always the same for the same number, at the cost of `find`.

        there: False looks in vain, for the sake of the work.  Raises ServiceUnavailable.
        """

    def document(self, kept: KeptPermit, version: str, form: Form) -> Document | None:
        """The form asked for; None where it cannot be written in this version, or is not final.

        Raises ServiceUnavailable.
        """

    def attachments(self, kept: KeptPermit) -> tuple[Attachment, ...]:
        """The files that go with it, in the order they were given. Raises ServiceUnavailable."""


@dataclass(frozen=True, slots=True)
class StoredPermit:
    """A published permit with what the store keeps beside it. revision grows by one with every change."""

    published: PublishedPermit
    token_hash: bytes | None
    attachments: tuple[Attachment, ...]
    revision: int


class Permits(Protocol):
    """Published permits inside a unit of work."""

    def get(self, authority: Authority, number: CertificateNumber) -> StoredPermit | None:
        """The permit of one authority, confirmations included."""

    def add(
        self, published: PublishedPermit, token_hash: bytes | None, attachments: Sequence[Attachment],
        documents: Mapping[tuple[str, Form], Document],
    ) -> None:  # fmt: skip
        """Store a permit for the first time, with its documents by (schema version, form)."""

    def change(
        self, stored: StoredPermit, published: PublishedPermit, documents: Mapping[tuple[str, Form], Document]
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
    request, answer: raw bytes as they travelled, the answer with what it was put together from, if that is known
    (spliced.py); of a refused TLS handshake no request, and the reason in words.
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


class Receipt(Protocol):
    """For an exchange that waits to be kept."""

    def settle(self) -> None:
        """Keep it, durably, and all that wait with it, unless somebody has; its answer must not leave before.

        Raises ServiceUnavailable where this one could not be kept.
        """


class Journal(Protocol):
    """Append-only record of every exchange."""

    def enqueue(self, exchange: Exchange) -> Receipt:
        """Take one exchange in. It is kept when its receipt is settled, or that of another."""

    def record(self, exchange: Exchange) -> None:
        """Keep one exchange, durably: both steps at once. Raises ServiceUnavailable."""


# -- whoever watches --------------------------------------------------------------------------------------------------


class LookupWatch(Protocol):
    """Told of look-ups for permits that could not be given. caller: key of the partner. Raises nothing."""

    def refused(self, caller: str) -> None:
        """One look-up was refused."""

    def scanning(self, caller: str) -> None:
        """The caller has spent a budget, told once in its minute."""


class ExchangeWatch(Protocol):
    """Told of every exchange at our doors, when it is over. Raises nothing."""

    def exchanged(self, exchange: Exchange, version: str, seconds: float) -> None:
        """It stands in the journal. version: of the contract, `v1` or `v2`.  seconds: from request to answer."""

    def journal_failed(self) -> None:
        """It could not be written into the journal, so the caller was refused."""


# -- security of messages ---------------------------------------------------------------------------------------------


class TakenMessages(Protocol):
    """Remembers which signed messages were taken, for all nodes and over restarts."""

    def take(self, partner: str, mark: str, kept_until: datetime, now: datetime) -> bool:
        """Whether this is the first message of a partner with that mark (SHA-256, hex). It is kept while it counts.

        Raises ServiceUnavailable.
        """


class MessageVerifier(Protocol):
    """Verifies what one partner's messages show in their WS-Security header."""

    def verified(self, message: bytes, here: str) -> bytes:
        """An envelope with what the partner vouches for, and only that; nothing else of the message may be executed.

        message: an envelope in UTF-8.  here: an actor that means us beside those that SOAP names; may be empty.
        Raises SignatureMissing, SignatureInvalid, SignerNotTrusted, AlgorithmRefused, MessageExpired, MessageReplayed;
        ServiceUnavailable where nobody can say whether it was taken before.
        """


class MessageSecurer(Protocol):
    """Writes the WS-Security header of our messages to one partner."""

    def secured(self, message: bytes) -> bytes:
        """The message with its header, in UTF-8. Raises KeyUnusable where our certificate is not in date."""


@dataclass(frozen=True, slots=True)
class MessageSecurity:
    """What one partner and we agreed on, for one of the two ways to ask. None: nothing in that direction.

    theirs: on what comes from the partner.  ours: on what we send.
    """

    theirs: MessageVerifier | None = None
    ours: MessageSecurer | None = None


NO_SECURITY = MessageSecurity()


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

    Every method journals the exchange and raises PartnerUnreachable, PartnerTimeout, PartnerFault, PartnerReplyInvalid;
    and where answers must be signed, TrustRefused for one that is not as it must be.
    """

    def certificate(self, operation: OperationName, number: CertificateNumber, token: TokenId | None) -> PartnerReply:
        """Ask for a permit: GET_NON_FINAL or GET_FINAL."""

    def confirm(
        self, number: CertificateNumber, token: TokenId | None, seen: Sequence[SeenQuantity]
    ) -> PartnerConfirmation:
        """Report what was counted."""

    def state(self) -> PartnerState:
        """Ask whether the partner is up."""
