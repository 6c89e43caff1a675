"""How do records of the journal come under a seal? In batches, behind the answers, so that nobody waits for it."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from gateway.domain import merkle
from gateway.exchange.journal_heads import PURPOSE, Statement, leaf_of, moment, span_of, statement_of, went_back
from gateway.exchange.ports import Clock, Head, HeadSigner, NewId, SealedJournal

_LOG = logging.getLogger(__name__)

BATCH = 2_000
"""Records in one batch at most."""

_SETTLING = timedelta(seconds=2)
"""A record is sealed once all that began before it have most probably come in."""


@dataclass(slots=True)
class SealJournal:
    """One batch at a time. signer: None where no key is configured; heads are then kept unsigned, and say so."""

    journal: SealedJournal
    signer: HeadSigner | None
    clock: Clock
    new_id: NewId
    _told: bool = field(default=False, init=False)

    def seal(self) -> int:
        """Seal what stands unsealed, one batch of it; how many records. Raises ServiceUnavailable, KeyUnusable."""
        if self.signer is None and not self._told:
            self._told = True
            _LOG.warning("The journal is sealed without signature: [seal] names no key.")
        now = self.clock()
        records = self.journal.unsealed(BATCH, now - _SETTLING)
        if not records:
            return 0
        leaves = [(exchange.id, leaf_of(exchange)) for exchange in records]
        last = self.journal.last()
        before = statement_of(last.statement) if last else None
        if before and (back := went_back(before.sealed_at, moment(now))):
            _LOG.warning("the clock of this machine is %s behind the newest seal of the journal", back)
        began, ended = span_of(records)
        statement = Statement(
            journal=before.journal if before else self.new_id(),
            batch=before.batch + 1 if before else 1,
            records=len(records),
            total=(before.total if before else 0) + len(records),
            root=merkle.root([hash_ for _, hash_ in leaves]).hex(),
            first=records[0].id,
            last=records[-1].id,
            began=began,
            ended=ended,
            previous=before.digest if before else None,
            sealed_at=moment(now),
        )
        text = statement.text()
        signature = self.signer.sign(PURPOSE + text) if self.signer else b""
        head = Head(statement.batch, text, signature, self.signer.certificates if self.signer else b"")
        return len(records) if self.journal.add(head, leaves) else 0
