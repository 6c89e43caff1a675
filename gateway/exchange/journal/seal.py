"""Journal sealing: batches of records, each with a Merkle tree (RFC 9162) and a signed head.

Sealing runs in the background, so that no answer waits for it. Two nodes may seal at the same time:
the database accepts one of two batches with the same number.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.domain import merkle
from gateway.domain.errors import DatabaseProblem, ServiceUnavailable
from gateway.exchange.canonical_json import moment
from gateway.exchange.journal.heads import (
    PURPOSE,
    Statement,
    leaf_of,
    span_of,
    statement_of,
    went_back,
)
from gateway.exchange.ports import Clock, Exchange, Head, HeadSigner, NewId, SealedJournal

_LOG = logging.getLogger(__name__)

BATCH = 2_000
"""Maximum number of records in a batch."""

_SETTLING = timedelta(seconds=2)
"""Age at which a record is sealed: slower exchanges that began earlier are recorded by then."""


@dataclass(slots=True)
class SealJournal:
    """Use case: seal the journal.

    signer: None where no key is configured; heads are then stored without signature.
    idle_head_after: age of the newest head after which an empty batch follows it. The empty batch
    proves that nothing was exchanged.
    """

    journal: SealedJournal
    signer: HeadSigner | None
    clock: Clock
    new_id: NewId
    idle_head_after: timedelta
    _warned_unsigned: bool = field(default=False, init=False)

    def seal(self) -> int:
        """Seal one batch of unsealed records; return the number of records.

        Raises ServiceUnavailable, KeyUnusable.
        """
        now = self.clock()
        records = self.journal.unsealed(BATCH, now - _SETTLING)
        before = self._newest()
        is_quiet = (
            before is not None
            and datetime.fromisoformat(before.sealed_at) <= now - self.idle_head_after
        )
        return self._add(records, before) if records or is_quiet else 0

    def seal_up_to(self, until: datetime) -> None:
        """Seal all records that began before a moment, and prove that no others exist.

        until: aware, not in the future.

        Raises ServiceUnavailable, KeyUnusable.
        """
        while True:
            records = self.journal.unsealed(BATCH, until, thorough=True)
            before = self._newest()
            if not records and before and before.sealed_at >= moment(until):
                return
            self._add(records, before)

    def _newest(self) -> Statement | None:
        last = self.journal.last()
        try:
            return statement_of(last.statement) if last else None
        except ValueError:
            sentence = (
                "The newest head of the journal cannot be read any more; until it can, nothing is"
                " sealed."
            )
            raise ServiceUnavailable(sentence, DatabaseProblem.DAMAGED) from None

    def _add(self, records: Sequence[Exchange], before: Statement | None) -> int:
        if self.signer is None and not self._warned_unsigned:
            self._warned_unsigned = True
            _LOG.warning("The journal is sealed without signature: [seal] names no key.")
        leaves = [(exchange.id, leaf_of(exchange)) for exchange in records]
        now = moment(self.clock())
        if before and (back := went_back(before.sealed_at, now)):
            _LOG.warning(
                "the clock of this machine is %s behind the newest seal of the journal", back
            )
        began, ended = span_of(records)
        statement = Statement(
            journal=before.journal if before else self.new_id(),
            batch=before.batch + 1 if before else 1,
            records=len(records),
            total=(before.total if before else 0) + len(records),
            root=merkle.root([hash_ for _, hash_ in leaves]).hex(),
            first=records[0].id if records else None,
            last=records[-1].id if records else None,
            began=began,
            ended=ended,
            previous=before.digest if before else None,
            sealed_at=now,
        )
        text = statement.text()
        signature = self.signer.sign(PURPOSE + text) if self.signer else b""
        head = Head(
            statement.batch, text, signature, self.signer.certificates if self.signer else b""
        )
        return len(records) if self.journal.add(head, leaves) else 0
