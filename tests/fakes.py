"""Whole ports in memory, for tests of the use cases; tests/store proves that they promise what the store does."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.published import PublishedPermit
from gateway.exchange.ports import (
    Attachment,
    ConcurrentChange,
    Document,
    Exchange,
    Form,
    KeptPermit,
    StoredPermit,
    Work,
)

Key = tuple[Authority, CertificateNumber]
Documents = Mapping[tuple[str, Form], Document]
Shelf = dict[Key, tuple[StoredPermit, Documents]]


class MemoryPermits:
    """The port `Permits`, on the shelf of one unit of work."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def get(self, authority: Authority, number: CertificateNumber) -> StoredPermit | None:
        found = self._shelf.get((authority, number))
        return found[0] if found else None

    def add(
        self, published: PublishedPermit, token_hash: bytes | None, attachments: Sequence[Attachment],
        documents: Documents,
    ) -> None:  # fmt: skip
        key = (published.authority, published.permit.number)
        if key in self._shelf:
            raise ConcurrentChange
        self._shelf[key] = (StoredPermit(published, token_hash, tuple(attachments), 1), dict(documents))

    def change(self, stored: StoredPermit, published: PublishedPermit, documents: Documents) -> None:
        before = stored.published
        if published.confirmations[: len(before.confirmations)] != before.confirmations:
            raise ValueError("Confirmations are never changed.")
        if published.reversals[: len(before.reversals)] != before.reversals:
            raise ValueError("Reversals are never changed.")
        if published.declarations[: len(before.declarations)] != before.declarations:
            raise ValueError("Declarations are never changed.")
        key = (published.authority, published.permit.number)
        if key != (before.authority, before.permit.number):
            raise ValueError("A permit keeps its authority and number.")
        now, kept = self._shelf.get(key, (None, {}))
        if now is None or now.revision != stored.revision:
            raise ConcurrentChange
        forms = {form for _, form in documents}
        left = {name: content for name, content in kept.items() if name[1] not in forms}
        later = StoredPermit(published, now.token_hash, now.attachments, now.revision + 1)
        self._shelf[key] = (later, {**left, **documents})


class MemoryWork:
    """The port `Work`."""

    def __init__(self, store: "MemoryStore") -> None:
        self._store = store
        self._shelf = dict(store.shelf)
        self._permits = MemoryPermits(self._shelf)
        self._recorded: list[Exchange] = []

    @property
    def permits(self) -> MemoryPermits:
        return self._permits

    def record(self, exchange: Exchange) -> None:
        self._recorded.append(exchange)

    def commit(self) -> None:
        self._store.require_reachable()
        for exchange in self._recorded:
            self._store.journal.record(exchange)
        self._store.shelf = dict(self._shelf)


@dataclass
class MemoryReceipt:
    """The port `Receipt`. settle: keeps the exchange."""

    settle: Callable[[], None]


@dataclass
class MemoryJournal:
    """The port `Journal`. exchanges: what was recorded, oldest first.  out_of_order: refuses as a full disk would."""

    exchanges: list[Exchange] = field(default_factory=list)
    out_of_order: bool = False

    def enqueue(self, exchange: Exchange) -> "MemoryReceipt":
        return MemoryReceipt(partial(self.record, exchange))

    def record(self, exchange: Exchange) -> None:
        if self.out_of_order:
            raise ServiceUnavailable("The journal of this gateway cannot be written at the moment.")
        self.exchanges.append(exchange)

    def latest(self, count: int) -> Sequence[Exchange]:
        return sorted(self.exchanges, key=lambda exchange: exchange.id, reverse=True)[:count]


class MemoryStore:
    """The ports `Answers` (itself), `BeginWork` and `Journal`. out_of_order: refuses everything but the journal.

    looked_up: what `Answers` was asked for, in its order, in words.
    """

    def __init__(self) -> None:
        self.shelf: Shelf = {}
        self.journal = MemoryJournal()
        self.out_of_order = False
        self.looked_up: list[str] = []
        self._one_at_a_time = threading.Lock()

    @property
    def answers(self) -> "MemoryStore":
        return self

    def find(self, country: IsoCountryCode, number: CertificateNumber) -> Sequence[KeptPermit]:
        self.require_reachable()
        wanted = [key for key in self.shelf if key[0].country == country and key[1] == number]
        found = [_kept(self.shelf[key][0], list(self.shelf).index(key)) for key in sorted(wanted)]
        self.looked_up.append("a hit" if found else "a miss")
        return found

    def stand_in(self, number: CertificateNumber, *, there: bool) -> Sequence[KeptPermit]:
        self.require_reachable()
        found = [_kept(stored, 0) for stored, _ in self.shelf.values()][:1] if there else []
        self.looked_up.append("a hit" if found else "a miss")
        return found

    def document(self, kept: KeptPermit, version: str, form: Form) -> Document | None:
        self.require_reachable()
        self.looked_up.append("a document")
        return self.shelf[kept.authority, kept.number][1].get((version, form))

    def attachments(self, kept: KeptPermit) -> tuple[Attachment, ...]:
        self.require_reachable()
        return self.shelf[kept.authority, kept.number][0].attachments

    def begin_work(self) -> AbstractContextManager[Work]:
        return self._work()

    @contextmanager
    def _work(self) -> Iterator[Work]:
        self.require_reachable()
        with self._one_at_a_time:
            yield MemoryWork(self)

    def require_reachable(self) -> None:
        if self.out_of_order:
            raise ServiceUnavailable("The records of this gateway cannot be reached at the moment.")

    def close(self) -> None:
        """Nothing is open."""


def _kept(stored: StoredPermit, place: int) -> KeptPermit:
    published = stored.published
    return KeptPermit(
        place=place,
        revision=stored.revision,
        authority=published.authority,
        number=published.permit.number,
        status=published.status,
        successor=published.successor.text if published.successor else None,
        token_hash=stored.token_hash,
        countries=published.countries,
        attachments=len(stored.attachments),
    )


class Watch:
    """The ports `LookupWatch` and `ExchangeWatch`; keeps what it is told."""

    def __init__(self) -> None:
        self.refusals: list[str] = []
        self.alerts: list[str] = []
        self.exchanges: list[tuple[Exchange, str]] = []
        self.journal_failures = 0

    def refused(self, caller: str) -> None:
        self.refusals.append(caller)

    def scanning(self, caller: str) -> None:
        self.alerts.append(caller)

    def exchanged(self, exchange: Exchange, version: str, seconds: float) -> None:
        self.exchanges.append((exchange, version))

    def journal_failed(self) -> None:
        self.journal_failures += 1
