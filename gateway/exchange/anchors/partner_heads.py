"""Exchange of journal heads with one partner (cross-anchoring), beside other messages.

Each side sends its newest head, and a receipt of the last head that it holds of the other. What
comes is verified, compared with what was held before, and held. Nothing here fails an exchange of
permits: what is wrong is named in log and journal.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.domain.errors import GatewayError, TrustRefused
from gateway.domain.foreign_text import one_line
from gateway.exchange.anchors.anchor import partner_anchor, record_of_anchor
from gateway.exchange.anchors.consistency import contradiction
from gateway.exchange.anchors.receipt import RECEIPT_PURPOSE, Receipt, require_storable
from gateway.exchange.canonical_json import canonical
from gateway.exchange.journal.heads import PURPOSE, statement_of
from gateway.exchange.ports import (
    AnchoredHead,
    Clock,
    Exchange,
    HeadAlerts,
    HeadArchive,
    HeadOffer,
    HeadSigner,
    HeldHead,
    Journal,
    NewId,
    SealedJournal,
    SignedText,
    StatementVerifier,
)

_LOG = logging.getLogger(__name__)

HOLD_EVERY = timedelta(minutes=5)
"""Least time between two heads of a partner that are held, and between two receipts kept."""

CHANGED, LOST, REFUSED = "changed", "lost", "refused"
OPERATIONS = {
    CHANGED: "PartnerHeadsChanged",
    LOST: "JournalHeadLost",
    REFUSED: "PartnerHeadsRefused",
}
"""Operation of the journal record of each kind of alert."""

_REFRESH_SECONDS = 5.0
"""How old an offer may be; the journal is sealed as often."""

_RECEIVE_SECONDS = 1.0
"""Least time between two offers of a partner that are looked at."""

_ALERT_SECONDS = 60.0
"""Least time between two alerts of one kind."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Our side: our journal, its signer, and where records and heads are stored."""

    sealed: SealedJournal
    signer: HeadSigner
    archive: HeadArchive
    journal: Journal
    clock: Clock
    new_id: NewId


@dataclass(slots=True)
class PartnerHeads:
    """The port `HeadsWithPartner`. Shared by threads: a race costs work done twice, no more.

    partner: its key.  verifier: of its signatures.  monotonic: seconds.
    """

    partner: str
    ours: Sealing
    verifier: StatementVerifier
    monotonic: Callable[[], float]
    alerts: HeadAlerts | None = None
    _offer: HeadOffer | None = field(default=None, init=False)
    _offer_until: float = field(default=float("-inf"), init=False)
    _received: HeadOffer | None = field(default=None, init=False)
    _receive_from: float = field(default=float("-inf"), init=False)
    _alert_from: dict[str, float] = field(default_factory=dict, init=False)
    _receipts: dict[str, SignedText] = field(default_factory=dict, init=False)

    def offer(self) -> HeadOffer | None:
        """See the port."""
        now = self.monotonic()
        if now < self._offer_until:
            return self._offer
        self._offer_until = now + _REFRESH_SECONDS
        try:
            fresh = self._fresh_offer()
        except GatewayError as error:
            _LOG.warning("heads partner=%s not offered: %s", self.partner, error.code)
            return self._offer
        if fresh != self._offer:
            self._offer = fresh
        return self._offer

    def _fresh_offer(self) -> HeadOffer | None:
        head = self.ours.sealed.last()
        if head is None or not head.signature:
            return None
        held = self.ours.archive.newest(self.partner)
        return HeadOffer(
            SignedText(head.statement, head.signature, head.certificates),
            self._receipt_of(held) if held else None,
        )

    def _receipt_of(self, held: HeldHead) -> SignedText:
        """The receipt, signed once for each held head."""
        if held.digest not in self._receipts:
            text, signer = Receipt.of(held).text(), self.ours.signer
            signed = SignedText(text, signer.sign(RECEIPT_PURPOSE + text), signer.certificates)
            self._receipts = {held.digest: signed}
        return self._receipts[held.digest]

    def receive(self, offer: HeadOffer, exchange_id: str) -> None:
        """See the port."""
        now = self.monotonic()
        if offer == self._received or now < self._receive_from:
            return
        self._receive_from = now + _RECEIVE_SECONDS
        try:
            self._take_head(offer.head, exchange_id)
            if offer.receipt:
                self._take_receipt(offer.receipt)
            self._received = offer
        except (TrustRefused, ValueError) as refused:
            self._received = offer
            self.refuse(str(refused), exchange_id)
        except GatewayError as error:
            _LOG.warning("heads partner=%s not taken: %s", self.partner, error.code)
        except Exception as error:  # noqa: BLE001 - a head never fails the exchange it came with
            _LOG.error("heads partner=%s defect=%s", self.partner, type(error).__name__)

    def refuse(self, reason: str, exchange_id: str) -> None:
        """See the port."""
        self._alert(REFUSED, reason, came_in=exchange_id)

    def _take_head(self, signed: SignedText, exchange_id: str) -> None:
        """Raises ValueError, TrustRefused for a head that proves nothing; ServiceUnavailable."""
        statement = statement_of(signed.statement)
        require_storable(statement.journal, statement.batch)
        self._verify(PURPOSE, signed, statement.sealed_at)
        now, newest = self.ours.clock(), self.ours.archive.newest(self.partner)
        problem = None
        if newest:
            if newest.digest == statement.digest:
                return
            around = self.ours.archive.around(self.partner, statement.journal, statement.batch)
            problem = contradiction(statement, newest, around, now)
        is_newer = newest is None or statement.batch > newest.batch
        is_due = newest is None or now - newest.received_at >= HOLD_EVERY
        if problem or (is_newer and is_due):
            held = HeldHead(
                self.partner,
                statement.journal,
                statement.batch,
                statement.digest,
                signed,
                now,
                exchange_id,
                problem is not None,
            )
            self.ours.archive.hold(held)
            self._offer_until = float("-inf")  # the next offer has its receipt
        if problem:
            self._alert(CHANGED, problem, batch=statement.batch, came_in=exchange_id)

    def _take_receipt(self, signed: SignedText) -> None:
        """Raises ValueError, TrustRefused for a receipt that proves nothing; ServiceUnavailable."""
        receipt = Receipt.parsed(signed.statement)
        self._verify(RECEIPT_PURPOSE, signed, receipt.held_at)
        head = self.ours.sealed.head(receipt.batch)
        statement = statement_of(head.statement) if head else None
        if statement is None or statement.digest != receipt.head:
            text = (
                f"Head {receipt.batch} of our journal is held by the partner ({receipt.head}), and"
                " it is not in our journal: it was rolled back, or written anew. Run"
                " `epix-gateway journal verify`."
            )
            self._alert(LOST, text, batch=receipt.batch)
            return
        anchor, now = partner_anchor(self.partner), self.ours.clock()
        kept = next((each for each in self.ours.archive.anchored() if each.anchor == anchor), None)
        if kept and (kept.batch >= receipt.batch or now - kept.at < HOLD_EVERY):
            return
        sealed_at = datetime.fromisoformat(statement.sealed_at)
        anchored = AnchoredHead(anchor, receipt.batch, sealed_at, now, signed)
        self.ours.archive.add_anchored(anchored, record_of_anchor(self.ours.new_id(), anchored))

    def _verify(self, purpose: bytes, signed: SignedText, at: str) -> None:
        self.verifier.signer(
            purpose + signed.statement,
            signed.signature,
            signed.certificates,
            datetime.fromisoformat(at),
        )

    def _alert(self, kind: str, text: str, **details: object) -> None:
        """Name it in log, metrics and journal, once a minute at most for each kind."""
        if self.alerts:
            self.alerts.head_alert(self.partner, kind)
        now = self.monotonic()
        if now < self._alert_from.get(kind, now):
            return
        self._alert_from[kind] = now + _ALERT_SECONDS
        level = logging.WARNING if kind == REFUSED else logging.ERROR
        text = one_line(text[:500])
        _LOG.log(level, "heads partner=%s alert=%s %s", self.partner, kind, text)
        message = canonical({"v": 1, "partner": self.partner, "text": text, **details})
        record = Exchange.own(self.ours.new_id(), OPERATIONS[kind], self.ours.clock(), message)
        # Committed with the record of the exchange in which it came.
        self.ours.journal.enqueue(record)
