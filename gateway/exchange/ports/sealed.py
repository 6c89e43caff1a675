"""Port of the sealed journal: batches of records, each with a Merkle tree and a signed head.

The head of a batch is what RFC 9162 calls a signed tree head.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from gateway.exchange.ports.journal import Exchange


@dataclass(frozen=True, slots=True)
class Head:
    """Signed head of a batch.

    batch: from 1.  statement: the signed bytes.  signature: empty where no key was configured.
    certificates: chain of the signer, PEM.
    timestamp: RFC 3161 time-stamp over the statement, DER; empty where none was requested.
    """

    batch: int
    statement: bytes
    signature: bytes
    certificates: bytes
    timestamp: bytes = b""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Leaf of the Merkle tree of a batch, with the record it stands for.

    place: index in the batch, from 0.  record: the journal's record of that id now; None where it
    is gone or unreadable.
    readable: False where a row exists and no exchange can be read from it.
    removed_by: ids of the pruning records that claim to have removed it.
    """

    place: int
    exchange_id: str
    hash: bytes
    record: Exchange | None
    readable: bool
    removed_by: tuple[str, ...]

    @property
    def is_gone(self) -> bool:
        """Whether the journal has no row of its id."""
        return self.record is None and self.readable


FAR_AHEAD = timedelta(hours=1)
"""A record that began later than this after the present moment has a wrong clock."""


class SealedJournal(Protocol):
    """Records, leaves and heads. Every method raises ServiceUnavailable."""

    def unsealed(
        self, most: int, before: datetime, *, thorough: bool = False
    ) -> Sequence[Exchange]:
        """Return records that are in no batch and began before a moment, ordered by id.

        most: number of records at most.
        thorough: with all that were written late. Else those of long exchanges come with a later
        call, within minutes.
        A record that began more than FAR_AHEAD after that moment is included: a clock was wrong,
        and sealing does not wait for that moment.
        """

    def last(self) -> Head | None:
        """Return the newest head; None where there is none."""

    def add(self, head: Head, leaves: Sequence[tuple[str, bytes]]) -> bool:
        """Store a head and its leaves, (id, hash) in order.

        Returns False, and stores nothing, where another process has made that batch.
        """

    def last_timestamp(self) -> datetime | None:
        """Return the moment at which the newest time-stamp was stored; None where there is none."""

    def add_timestamp(self, batch: int, timestamp: bytes, record: Exchange) -> None:
        """Store the time-stamp of a head with its audit record, unless the head has one already."""

    def heads(self, since: int = 1) -> Iterator[Head]:
        """Yield heads from a batch to the newest, as a stream."""

    def batches(self) -> Sequence[int]:
        """Return the numbers of batches that have leaves, in order."""

    def leaves(self, batch: int) -> Iterator[Leaf]:
        """Yield the leaves of a batch, in order."""

    def head(self, batch: int) -> Head | None:
        """Return the head of a batch; None where there is none."""

    def oldest_unsealed(self) -> datetime | None:
        """Return when the oldest unsealed record ended; None where all are sealed.

        Looks at records of about the time of the newest head and later: `strays` finds older ones.
        """

    def batch_of(self, exchange_id: str) -> int | None:
        """Return the batch of a record; None where it is in none."""

    def records(self, ids: Sequence[str]) -> Iterator[Exchange]:
        """Yield the records that exist and can be read, in any order, as a stream."""

    def strays(self, before: datetime) -> Sequence[str]:
        """Return ids of records that should be in a batch and are not; rule as in `unsealed`."""


class HeadSigner(Protocol):
    """Signs heads of the journal."""

    @property
    def certificates(self) -> bytes:
        """Certificate of the signer and its chain, PEM."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate of the signer (DER), hex."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message. Raises KeyUnusable."""


class StatementVerifier(Protocol):
    """Verifies signatures of heads, and of statements about them."""

    def signer(self, message: bytes, signature: bytes, certificates: bytes, at: datetime) -> str:
        """Return the subject of the certificate that signed a message.

        at: moment of signing, as the message says it; the certificate must be valid then.
        Raises SignatureInvalid where the signature does not fit the message, SignerNotTrusted where
        the certificate is none of this authority, or had been revoked by then.
        """


class HeadVerifier(StatementVerifier, Protocol):
    """Verifies signatures of our own heads and records."""

    def signer(
        self, message: bytes, signature: bytes, certificates: bytes, at: datetime | None
    ) -> str:
        """Return the subject as above. at: None: the dates of the certificate do not matter."""

    def revoked_at(self, certificates: bytes) -> datetime | None:
        """Return the moment from which the first of these certificates counts no more.

        None where it was not revoked.
        """


class TimestampAuthority(Protocol):
    """A time-stamping authority (RFC 3161)."""

    def timestamp(self, statement: bytes) -> bytes:
        """Request a time-stamp over the SHA-256 of a statement; return it verified, DER.

        Raises ServiceUnavailable where no valid time-stamp comes back.
        """


class TimestampVerifier(Protocol):
    """Verifies RFC 3161 time-stamps."""

    def timestamped_at(self, timestamp: bytes, statement: bytes) -> datetime:
        """Return the moment that a time-stamp certifies (genTime).

        Raises SignatureInvalid where it is no time-stamp over this statement by a trusted
        authority.
        """


@dataclass(frozen=True, slots=True)
class SignedText:
    """A signed statement. certificates: chain of the signer, PEM."""

    statement: bytes
    signature: bytes
    certificates: bytes


@dataclass(frozen=True, slots=True)
class HeadOffer:
    """What one gateway tells the other about journal heads.

    head: the newest head of its own journal.
    receipt: its countersignature over the last head that it holds of the other; None for none.
    """

    head: SignedText
    receipt: SignedText | None


@dataclass(frozen=True, slots=True)
class HeldHead:
    """Head of a partner's journal that is held here.

    partner: its key.  journal, batch, digest: as the statement says; digest: SHA-256 of it, hex.
    received_at: aware.  exchange_id: record of our journal in which it came.
    contradicts: whether it does not fit a head that was held before.
    """

    partner: str
    journal: str
    batch: int
    digest: str
    signed: SignedText
    received_at: datetime
    exchange_id: str
    contradicts: bool = False


@dataclass(frozen=True, slots=True)
class AnchoredHead:
    """Head of our journal that is kept in another place.

    anchor: name of the place: `file`, `mail`, `partner:KEY`.  batch: of the head.
    sealed_at: of the head.  at: when it was handed over.  receipt: of a partner; None elsewhere.
    """

    anchor: str
    batch: int
    sealed_at: datetime
    at: datetime
    receipt: SignedText | None = None


class Anchor(Protocol):
    """A place outside of this gateway where heads are kept."""

    @property
    def name(self) -> str:
        """Short name, also label of a metric: `file`, `mail`, `partner:KEY`."""

    def keep(self, head: Head) -> bool:
        """Hand a head over; whether it is kept there now.

        False where the place says so by itself, later.
        Raises ServiceUnavailable.
        """


class HeadArchive(Protocol):
    """Heads of partners that are held here, and where ours are kept.

    Rows are only added. Every method raises ServiceUnavailable.
    """

    def newest(self, partner: str) -> HeldHead | None:
        """Return the head of a partner that was held last; None where there is none."""

    def around(self, partner: str, journal: str, batch: int) -> Sequence[HeldHead]:
        """Return the heads held of a partner's journal: of a batch, the one before and after."""

    def hold(self, head: HeldHead) -> bool:
        """Hold a head; False where this very head is held already."""

    def held(self, partner: str | None = None) -> Iterator[HeldHead]:
        """Yield all held heads, of one partner or of all, in the order they came, as a stream."""

    def anchored(self) -> Sequence[AnchoredHead]:
        """Return the newest anchored head of each anchor, by name."""

    def add_anchored(self, anchored: AnchoredHead, record: Exchange) -> None:
        """Store where a head is kept, with its audit record, unless it is stored already."""


class HeadsWithPartner(Protocol):
    """The exchange of journal heads with one partner, beside other messages. Raises nothing."""

    def offer(self) -> HeadOffer | None:
        """Return what our next message says; None where nothing is sealed or signed yet.

        The same object until there is something new.
        """

    def receive(self, offer: HeadOffer, exchange_id: str) -> None:
        """Take what a message of the partner says.

        exchange_id: journal record of that message.
        """

    def refuse(self, reason: str, exchange_id: str) -> None:
        """A message of the partner says something that is not of the agreed form."""


class HeadAlerts(Protocol):
    """Is notified of heads that do not fit, for metrics. Raises nothing."""

    def head_alert(self, partner: str, kind: str) -> None:
        """Count an alert. kind: `changed`, `lost` or `refused`."""
