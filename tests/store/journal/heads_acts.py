"""Two journals that exchange heads: ours in a store, and the partner's in memory."""

import json
from datetime import timedelta

from uuid_utils import uuid7

from gateway.crypto.journal_seal.heads import JournalSigner, PartnerHeadVerifier
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.merkle import root
from gateway.exchange.anchors.partner_heads import (
    OPERATIONS,
    PartnerHeads,
    Sealing,
)
from gateway.exchange.anchors.receipt import RECEIPT_PURPOSE, Receipt
from gateway.exchange.canonical_json import moment
from gateway.exchange.journal.heads import PURPOSE, Statement
from gateway.exchange.ports import HeadOffer, JournalFilter, SignedText
from tests.pki import Identity
from tests.store.journal.sealing_acts import Sealed

MINUTE = timedelta(minutes=1)
EMPTY = root([]).hex()


class Exchanging:
    """Our side, and a partner whose heads are made here as a test wants them."""

    def __init__(self, journal: Sealed, seal: Identity) -> None:
        self.journal, self.seconds = journal, 0.0
        self.signer = JournalSigner(seal.key, (seal.certificate,))
        self.alerts: list[str] = []
        self.verifier = PartnerHeadVerifier(
            [seal.certificate], IsoCountryCode("ZA"), lambda certificate: None
        )
        self.began = self.process()

    def process(self) -> PartnerHeads:
        """The same partner, in another process."""
        ours = Sealing(
            self.journal.store.sealed_journal,
            self.journal.signer,
            self.journal.store.head_archive,
            self.journal.store.journal,
            lambda: self.journal.now,
            lambda: str(uuid7()),
        )
        return PartnerHeads("za", ours, self.verifier, lambda: self.seconds, self)

    def head_alert(self, partner: str, kind: str) -> None:
        self.alerts.append(f"{partner} {kind}")

    def later(self, by: timedelta = MINUTE) -> None:
        self.journal.now += by
        self.seconds += by.total_seconds()

    def sealed(self) -> None:
        """One more head of ours."""
        self.journal.record(1)
        self.journal.seal()

    def chain(
        self, heads: int, after: Statement | None = None, records: int = 3
    ) -> list[Statement]:
        """Heads of the partner, a minute apart, up to now."""
        made = []
        for place in range(heads):
            number = after.batch + 1 if after else 1
            after = Statement(
                journal=after.journal if after else "journal-of-za",
                batch=number,
                records=records,
                total=(after.total if after else 0) + records,
                root=EMPTY,
                first=None,
                last=None,
                began=None,
                ended=None,
                previous=after.digest if after else None,
                sealed_at=moment(self.journal.now - (heads - 1 - place) * MINUTE),
            )
            made.append(after)
        return made

    def signed(self, statement: bytes, purpose: bytes = PURPOSE) -> SignedText:
        return SignedText(
            statement, self.signer.sign(purpose + statement), self.signer.certificates
        )

    def receives(self, head: Statement, receipt: Receipt | None = None, minutes: int = 1) -> None:
        """A message with that head; each comes in its time."""
        self.later(minutes * MINUTE)
        said = self.signed(receipt.text(), RECEIPT_PURPOSE) if receipt else None
        self.began.receive(HeadOffer(self.signed(head.text()), said), "exchange-1")
        self.settle()

    def settle(self) -> None:
        """What was enqueued goes to the disk with the record of the exchange."""
        self.journal.record(1)

    @property
    def held(self) -> list[tuple[int, bool]]:
        archive = self.journal.store.head_archive
        return [(held.batch, held.contradicts) for held in archive.held("za")]

    def recorded(self, kind: str) -> list[str]:
        found = self.journal.store.journal.search(JournalFilter(operation=OPERATIONS[kind]), 50)
        return [json.loads(record.request)["text"] for record in found]
