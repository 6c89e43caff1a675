"""The journal's seals: batches of records, each with a signed head."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from gateway.exchange.ports.journal import Exchange


@dataclass(frozen=True, slots=True)
class Head:
    """batch: from 1.  statement: the signed bytes.  signature: empty where no key was configured.

    certificates: chain of the signer, PEM.  stamp: what a time-stamping authority answered over the statement (RFC
    3161), if one was asked; empty else.
    """

    batch: int
    statement: bytes
    signature: bytes
    certificates: bytes
    stamp: bytes = b""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One place of a batch. record: what stands in the journal under that id now; None where nothing does.

    readable: False where something stands there, and no exchange can be made out of it.
    removed_by: ids of the records that claim to say why this one is gone.
    """

    place: int
    exchange_id: str
    hash: bytes
    record: Exchange | None
    readable: bool
    removed_by: tuple[str, ...]

    @property
    def is_gone(self) -> bool:
        """Whether nothing stands under its id."""
        return self.record is None and self.readable


FAR_AHEAD = timedelta(hours=1)
"""Of any moment at which a record that is in the journal may have begun."""


class SealedJournal(Protocol):
    """Every method raises ServiceUnavailable."""

    def unsealed(self, most: int, before: datetime) -> Sequence[Exchange]:
        """Records without a place in any batch that began before that moment, in the order of their ids.

        Or so long after it (FAR_AHEAD) that a clock must have been wrong: nobody waits for that moment to come.
        """

    def last(self) -> Head | None:
        """The newest head."""

    def add(self, head: Head, leaves: Sequence[tuple[str, bytes]]) -> bool:
        """Keep a head and its leaves, (id, hash) in their order; False where somebody else has made that batch."""

    def last_stamp(self) -> datetime | None:
        """When the newest time-stamp was kept; None where there is none."""

    def keep_stamp(self, batch: int, stamp: bytes, record: Exchange) -> None:
        """Keep a time-stamp beside its head, and the record of it, unless somebody else has kept one."""

    def heads(self, since: int = 1) -> Iterator[Head]:
        """From that batch to the newest; as many as there may be, never all at once."""

    def batches(self) -> Sequence[int]:
        """Every batch that has leaves, in order."""

    def leaves(self, batch: int) -> Iterator[Leaf]:
        """Those of one batch, in their order."""

    def batch_of(self, exchange_id: str) -> int | None:
        """In which batch a record is; None where it is in none."""

    def records(self, ids: Sequence[str]) -> Iterator[Exchange]:
        """Those that are in the journal and can be read, in any order; never all at once."""

    def strays(self, before: datetime) -> Sequence[str]:
        """Ids of records that are in no batch although they should be, by the same rule."""


class HeadSigner(Protocol):
    """Signs the heads of our journal."""

    @property
    def certificates(self) -> bytes:
        """Our certificate and its chain, PEM."""

    def sign(self, message: bytes) -> bytes:
        """Raises KeyUnusable."""


class HeadVerifier(Protocol):
    """Judges who signed a head."""

    def signer(self, message: bytes, signature: bytes, certificates: bytes, at: datetime) -> str:
        """Subject of the certificate that signed it. at: when it was signed, as it says.

        Raises SignatureInvalid where it is not its signature, SignerNotTrusted where the certificate is none of ours.
        """


class TimeStamper(Protocol):
    """A time-stamping authority (RFC 3161)."""

    def stamp(self, statement: bytes) -> bytes:
        """Its verified answer over the SHA-256 of the statement. Raises ServiceUnavailable where none counts."""


class StampVerifier(Protocol):
    """Judges time-stamps."""

    def stamped_at(self, stamp: bytes, statement: bytes) -> datetime:
        """When the authority had the statement before it, as it says.

        Raises SignatureInvalid where it is no time-stamp over this statement by an authority that we believe.
        """
