"""Ports in memory, for tests of the use cases.

tests/store proves that they keep the same promises as the real store.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import cast

from gateway.domain.declarations.use import UseEvent
from gateway.domain.errors import ServiceUnavailable
from gateway.domain.identifiers import Authority, CertificateNumber, IsoCountryCode
from gateway.domain.published import PublishedPermit
from gateway.exchange import ports
from gateway.exchange.ports import (
    Attachment,
    ConcurrentChange,
    Document,
    DocumentForm,
    Exchange,
    IntegrityWork,
    ListedPermit,
    NewPermit,
    PermitHeader,
    StatedPermit,
    StoredPermit,
    Work,
)
from gateway.exchange.ports.declarations.uses import DeclaredUses

Key = tuple[Authority, CertificateNumber]
Documents = Mapping[tuple[str, DocumentForm], Document]
FormerDocument = tuple[tuple[str, DocumentForm], Document, str]
StoredPermits = dict[Key, tuple[StoredPermit, Documents]]


class Unrecorded:
    """The port `PermitRecords` where nobody keeps records. events: what would be recorded."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def require_intact(
        self, work: IntegrityWork, number: CertificateNumber, published: PublishedPermit
    ) -> None:
        """Nothing was altered."""

    require_recorded = require_intact

    def record(
        self, work: IntegrityWork, authority: Authority, number: CertificateNumber, event: str
    ) -> None:
        self.events.append(event)

    def record_all(
        self,
        work: IntegrityWork,
        permits: Sequence[tuple[Authority, CertificateNumber]],
        event: str,
    ) -> None:
        self.events += [event] * len(permits)


class MemoryPermits:
    """The port `Permits`, on the permits of one unit of work."""

    def __init__(self, stored: StoredPermits, former: list[FormerDocument]) -> None:
        self._stored = stored
        self.former = former

    def get(self, authority: Authority, number: CertificateNumber) -> StoredPermit | None:
        found = self._stored.get((authority, number))
        return found[0] if found else None

    def documents(self, stored: StoredPermit) -> Documents:
        return self._stored[stored.published.authority, stored.published.permit.number][1]

    def former_documents(self, stored: StoredPermit) -> Sequence[ports.FormerDocument]:
        return [
            ports.FormerDocument(*name, datetime(2026, 3, 5, tzinfo=UTC), record, document)
            for name, document, record in self.former
        ]

    def keep_former(
        self, stored: StoredPermit, names: Collection[tuple[str, DocumentForm]], record: str
    ) -> None:
        documents = self.documents(stored)
        self.former += [(name, documents[name], record) for name in names]

    def known(self, numbers: Collection[Key]) -> Collection[Key]:
        return set(numbers) & self._stored.keys()

    def add(self, new: Sequence[NewPermit]) -> None:
        for each in new:
            key = (each.published.authority, each.published.permit.number)
            if key in self._stored:
                raise ConcurrentChange
            self._stored[key] = (
                StoredPermit(each.published, each.token_hash, tuple(each.attachments), 1),
                dict(each.documents),
            )

    def change(
        self, stored: StoredPermit, published: PublishedPermit, documents: Documents
    ) -> None:
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
        now, before_documents = self._stored.get(key, (None, {}))
        if now is None or now.revision != stored.revision:
            raise ConcurrentChange
        forms = {form for _, form in documents}
        others = {
            name: content for name, content in before_documents.items() if name[1] not in forms
        }
        later = StoredPermit(published, now.token_hash, now.attachments, now.revision + 1)
        self._stored[key] = (later, {**others, **documents})


class MemoryWork:
    """The port `Work`."""

    def __init__(self, store: "MemoryStore") -> None:
        self._store = store
        self._stored = dict(store.stored)
        self._former = list(store.former)
        self._permits = MemoryPermits(self._stored, self._former)
        self._recorded: list[Exchange] = []

    @property
    def permits(self) -> MemoryPermits:
        return self._permits

    @property
    def integrity(self) -> IntegrityWork:
        """Of no use: `Unrecorded` does not look at it."""
        return cast(IntegrityWork, self)

    @property
    def declared(self) -> DeclaredUses:
        return cast(DeclaredUses, self._store.declared)

    def record(self, exchange: Exchange) -> None:
        self._recorded.append(exchange)

    def commit(self) -> None:
        self._store.require_reachable()
        for exchange in self._recorded:
            self._store.journal.record(exchange)
        self._store.stored = dict(self._stored)
        self._store.former = list(self._former)


@dataclass
class MemoryReceipt:
    """The port `Receipt`. settle: keeps the exchange."""

    settle: Callable[[], None]


@dataclass
class MemoryJournal:
    """The port `Journal`.

    exchanges: the records, oldest first.  out_of_order: refuses, as with a full disk.
    """

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


@dataclass
class MemoryUses:
    """Reading of the port `DeclaredUses`."""

    events: list[UseEvent] = field(default_factory=list)

    def of_permit(self, country: str, number: str) -> Sequence[UseEvent]:
        return [each for each in self.events if (each.country, each.number) == (country, number)]


class MemoryStore:
    """The ports `PermitLookup` (itself), `BeginWork` and `Journal`.

    out_of_order: refuses everything but the journal.
    looked_up: queries of `PermitLookup` in their order, in words.
    """

    def __init__(self) -> None:
        self.stored: StoredPermits = {}
        self.former: list[FormerDocument] = []
        self.journal = MemoryJournal()
        self.declared = MemoryUses()
        self.out_of_order = False
        self.looked_up: list[str] = []
        self._one_at_a_time = threading.Lock()

    @property
    def permit_lookup(self) -> "MemoryStore":
        return self

    def find(self, country: IsoCountryCode, number: CertificateNumber) -> Sequence[PermitHeader]:
        self.require_reachable()
        wanted = [key for key in self.stored if key[0].country == country and key[1] == number]
        found = [
            _header(self.stored[key][0], list(self.stored).index(key)) for key in sorted(wanted)
        ]
        self.looked_up.append("a hit" if found else "a miss")
        return found

    def decoy(self, number: CertificateNumber, *, there: bool) -> Sequence[PermitHeader]:
        self.require_reachable()
        found = [_header(stored, 0) for stored, _ in self.stored.values()][:1] if there else []
        self.looked_up.append("a hit" if found else "a miss")
        return found

    def document(self, header: PermitHeader, version: str, form: DocumentForm) -> Document | None:
        self.require_reachable()
        self.looked_up.append("a document")
        return self.stored[header.authority, header.number][1].get((version, form))

    def attachments(self, header: PermitHeader) -> tuple[Attachment, ...]:
        self.require_reachable()
        return self.stored[header.authority, header.number][0].attachments

    def compare(
        self, authority: Authority, stated: Sequence[StatedPermit]
    ) -> Mapping[CertificateNumber, bool]:
        self.require_reachable()
        found: dict[CertificateNumber, bool] = {}
        for each in stated:
            key = authority, each.published.permit.number
            if key in self.stored:
                there = self.stored[key][0]
                before = replace(there.published, confirmations=(), reversals=(), declarations=())
                found[key[1]] = (before, there.token_hash, there.attachments) == (
                    each.published,
                    each.token_hash,
                    (),
                )
        return found

    def begin_work(self) -> AbstractContextManager[Work]:
        return self._work()

    @contextmanager
    def _work(self) -> Iterator[Work]:
        self.require_reachable()
        with self._one_at_a_time:
            yield MemoryWork(self)

    def count(self) -> int:
        return len(self.stored)

    def after(self, place: int, most: int) -> Sequence[tuple[int, Authority, CertificateNumber]]:
        """The port `PermitList`; row ids begin at 1."""
        names = [(at, *key) for at, key in enumerate(self.stored, 1)]
        return [name for name in names if name[0] > place][:most]

    def details_after(self, place: int, most: int) -> Sequence[ListedPermit]:
        """The port `PermitList`; every permit was published and changed at the same moment."""
        at = datetime(2026, 10, 1, tzinfo=UTC)
        listed = [
            ListedPermit(
                row,
                each.published.authority,
                each.published.permit,
                each.published.status,
                each.published.countries,
                at,
                at,
            )
            for row, each in enumerate(self.stored.values(), 1)
        ]
        return [each for each in listed if each.place > place][:most]

    def require_reachable(self) -> None:
        if self.out_of_order:
            raise ServiceUnavailable("The records of this gateway cannot be reached at the moment.")

    def close(self) -> None:
        """Nothing is open."""


def _header(stored: StoredPermit, place: int) -> PermitHeader:
    published = stored.published
    return PermitHeader(
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
    """The ports `LookupObserver` and `ExchangeObserver`; records every call."""

    def __init__(self) -> None:
        self.refusals: list[str] = []
        self.alerts: list[str] = []
        self.exchanges: list[tuple[Exchange, str]] = []
        self.refused_partners: list[tuple[str, str]] = []
        self.journal_failures = 0

    def refused(self, caller: str) -> None:
        self.refusals.append(caller)

    def scanning(self, caller: str) -> None:
        self.alerts.append(caller)

    def exchanged(self, exchange: Exchange, version: str, seconds: float) -> None:
        self.exchanges.append((exchange, version))

    def partner_refused(self, partner: str, exchange: Exchange) -> None:
        self.refused_partners.append((partner, exchange.outcome))

    def journal_failed(self) -> None:
        self.journal_failures += 1
