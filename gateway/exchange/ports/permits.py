"""Published permits: the hot read, and the unit of work that changes them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.published import PublishedPermit, Status
from gateway.exchange.ports.common import Attachment, Form
from gateway.exchange.ports.journal import Exchange


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

    place: where the store keeps it, the store's own word.  revision: grows with every change.
    token_hash: keyed hash of its token, None for a permit without one.
    countries: those that have an eye on it by right.  attachments: how many.
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
        """Store a later state: new status, further events, changed documents.

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

    def record(self, exchange: Exchange) -> None:
        """Write into the journal what is done here: both are kept, or neither."""

    def commit(self) -> None:
        """Keep what was done. Raises ServiceUnavailable."""


BeginWork = Callable[[], AbstractContextManager[Work]]
"""Opens a unit of work. Raises ServiceUnavailable."""
