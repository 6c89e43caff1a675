"""Helpers: a sealed journal, attacks on its database, and records whose retention is over."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import text
from uuid_utils import uuid7

from gateway.crypto.journal_seal.heads import JournalSigner, JournalVerifier
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.domain.retention import Retention
from gateway.exchange.journal.hold import ManageLegalHolds
from gateway.exchange.journal.prune import PruneJournal, RetentionReason
from gateway.exchange.journal.seal import SealJournal
from gateway.exchange.journal.verify import CheckedBatch, Flaw, VerifyJournal
from gateway.exchange.ports import Exchange
from tests.store.store_acts import ANAC, NUMBER, a_published, an_exchange, publish

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICER = ResponsiblePerson("A. Cossa", "five years after expiry")
ENDS = datetime(2020, 3, 31, 23, 59, tzinfo=UTC)
TRIGGERS = {
    "exchange": ("update", "delete"),
    "content": ("update", "delete"),
    "journal_leaf": ("update", "delete"),
    "journal_head": ("update", "delete"),
    "journal_hold": ("update", "delete"),
    "journal_release": ("update", "delete"),
    "journal_stamp": ("update", "delete"),
}


class Sealed:
    """A journal with its sealer and its verifier. now: of both their clocks."""

    def __init__(self, store, ours, *, signed: bool = True) -> None:
        self.store, self.now = store, NOW
        journals = count()
        self.signer = JournalSigner(ours.key, (ours.certificate,)) if signed else None
        self.verifier = JournalVerifier(frozenset({ours.certificate.public_bytes(Encoding.DER)}))
        self.stamps = None
        self.sealing = SealJournal(
            store.sealed_journal,
            self.signer,
            lambda: self.now,
            lambda: f"journal-{next(journals)}",
            HOUR,
        )

    def record(self, records: int = 1, **changes) -> list[str]:
        made = [an_exchange(**changes) for _ in range(records)]
        for exchange in made:
            self.store.journal.record(exchange)
        return [exchange.id for exchange in made]

    def seal(self) -> int:
        return self.sealing.seal()

    def verify(self) -> tuple[list[CheckedBatch], list[str]]:
        verifying = VerifyJournal(
            self.store.sealed_journal,
            self.store.holds,
            self.verifier,
            lambda: self.now,
            has_key=self.signer is not None,
            stamps=self.stamps,
        )
        found = list(verifying.batches())
        checked = [each for each in found if isinstance(each, CheckedBatch)]
        flaws = [each for each in found if isinstance(each, Flaw)]
        return checked, [flaw.text for each in checked for flaw in each.flaws] + [
            flaw.text for flaw in flaws
        ]

    @property
    def flaws(self) -> list[str]:
        return self.verify()[1]

    def attack(self, *statements: str, **values: object) -> None:
        """Change the database as its owner can: without the triggers."""
        with self.store._engines.writing.begin() as connection:
            if self.on_server:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            else:
                for table, actions in TRIGGERS.items():
                    for action in actions:
                        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{action}"))
            for statement in statements:
                connection.execute(text(statement), values)

    def one(self, query: str) -> Any:
        with self.store._engines.writing.connect() as connection:
            return connection.execute(text(query)).scalar_one()

    def ids(self, first: int, number: int) -> list[str]:
        """Ids by their order in the batches."""
        in_order = text("SELECT exchange_id FROM journal_leaf ORDER BY batch, place")
        with self.store._engines.writing.connect() as connection:
            found = connection.execute(in_order).scalars().all()
        return list(found[first : first + number])

    @property
    def on_server(self) -> bool:
        return self.store._engines.writing.dialect.name == "postgresql"


def long_ago(year: int, **changes) -> Exchange:
    """An exchange of that June."""
    at = datetime(year, 6, 1, 12, tzinfo=UTC)
    digits = f"{int(at.timestamp() * 1000):012x}"
    identity = f"{digits[:8]}-{digits[8:]}-7{str(uuid4())[15:]}"
    return an_exchange(id=identity, began_at=at, ended_at=at + timedelta(seconds=1), **changes)


def issue(
    journal: Sealed,
    number: str = NUMBER.text,
    ends: datetime | None = ENDS,
    authority=ANAC,
    attachments=(),
) -> None:
    """Publish a permit of ours with that last day of validity."""
    published = a_published(number, authority)
    published = replace(published, permit=replace(published.permit, valid_until=ends))
    publish(journal.store, published, attachments=attachments)


def keep(journal: Sealed, *exchanges: Exchange) -> list[str]:
    """Record and seal exchanges, as one batch."""
    for exchange in exchanges:
        journal.store.journal.record(exchange)
    # As after a start: these records are older than those that are sealed already.
    journal.store.sealed_journal._sealed_to = ""
    assert journal.seal() == len(exchanges)
    return [exchange.id for exchange in exchanges]


def pruning_of(
    journal: Sealed, years: int = 5, signer: JournalSigner | None = None
) -> PruneJournal:
    store = journal.store
    return PruneJournal(
        store.retained_journal,
        store.sealed_journal,
        store.holds,
        signer or journal.signer,
        Retention(years),
        lambda: journal.now,
        lambda: str(uuid7()),
    )


def prune(
    journal: Sealed, by: ResponsiblePerson = OFFICER
) -> tuple[set[str], Counter[RetentionReason]]:
    """Remove everything that is due. Returns removed ids, and why the others stayed."""
    removed, reasons = set[str](), Counter[RetentionReason]()
    for page in pruning_of(journal).remove(by):
        removed |= page.due.keys()
        reasons += page.retained
    return removed, reasons


def seal_later(journal: Sealed) -> int:
    """Seal once records of the last moments are old enough."""
    journal.now += timedelta(seconds=5)
    return journal.seal()


def holding(journal: Sealed) -> ManageLegalHolds:
    return ManageLegalHolds(journal.store.holds, lambda: journal.now, lambda: str(uuid7()))


def there(journal: Sealed) -> set[str]:
    with journal.store._engines.writing.connect() as connection:
        return set(
            connection.execute(text("SELECT id FROM exchange WHERE direction <> 'own'")).scalars()
        )
