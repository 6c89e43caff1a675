"""A sealed journal, and whoever can write its database."""

from datetime import UTC, datetime, timedelta
from itertools import count

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import text
from store_acts import an_exchange

from gateway.exchange.seal_journal import SealJournal
from gateway.exchange.verify_journal import Checked, Flaw, VerifyJournal
from gateway.signatures.head_signing import JournalSigner, JournalVerifier

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TRIGGERS = {
    "exchange": ("update", "delete"),
    "content": ("update", "delete"),
    "journal_leaf": ("update", "delete"),
    "journal_head": ("update", "delete"),
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
            store.sealed_journal, self.signer, lambda: self.now, lambda: f"journal-{next(journals)}", HOUR
        )

    def record(self, records: int = 1, **changes) -> list[str]:
        made = [an_exchange(**changes) for _ in range(records)]
        for exchange in made:
            self.store.journal.record(exchange)
        return [exchange.id for exchange in made]

    def seal(self) -> int:
        return self.sealing.seal()

    def verify(self) -> tuple[list[Checked], list[str]]:
        verifying = VerifyJournal(
            self.store.sealed_journal,
            self.verifier,
            lambda: self.now,
            has_key=self.signer is not None,
            stamps=self.stamps,
        )
        found = list(verifying.batches())
        checked = [each for each in found if isinstance(each, Checked)]
        flaws = [each for each in found if isinstance(each, Flaw)]
        return checked, [flaw.text for each in checked for flaw in each.flaws] + [flaw.text for flaw in flaws]

    @property
    def flaws(self) -> list[str]:
        return self.verify()[1]

    def attack(self, *statements: str) -> None:
        """As somebody with the file does: first away with what stands in the way."""
        with self.store._writing.begin() as connection:
            on_table = connection.dialect.name == "postgresql"
            for table, actions in TRIGGERS.items():
                for action in actions:
                    drop = f"DROP TRIGGER IF EXISTS {table}_no_{action}"
                    connection.execute(text(f"{drop} ON {table}" if on_table else drop))
            for statement in statements:
                connection.execute(text(statement))

    def ids(self, first: int, number: int) -> list[str]:
        """Ids by their order in the batches."""
        in_order = text("SELECT exchange_id FROM journal_leaf ORDER BY batch, place")
        with self.store._writing.connect() as connection:
            found = connection.execute(in_order).scalars().all()
        return list(found[first : first + number])

    @property
    def on_server(self) -> bool:
        return self.store._writing.dialect.name == "postgresql"
