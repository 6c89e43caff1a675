"""Journal verification: leaves, Merkle roots, signatures, chain of heads, time-stamps, legal holds.

Everything is computed again from the records, and every difference is reported.

Limit: batches removed at the end, the newest first, leave no trace here. A head that was noted in
another place finds that (noted_head.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from gateway.domain import merkle
from gateway.domain.errors import TrustRefused
from gateway.exchange.canonical_json import moment
from gateway.exchange.journal.heads import PURPOSE, Statement, leaf_of, statement_of, went_back
from gateway.exchange.journal.noted_head import NotedHead
from gateway.exchange.journal.records.hold import HoldAudit
from gateway.exchange.journal.records.key_revocation import RevokedKeys
from gateway.exchange.journal.records.pruning import OPERATION, Prunings
from gateway.exchange.journal.records.timestamp import TimestampAudit
from gateway.exchange.ports import (
    Clock,
    Head,
    HeadVerifier,
    Leaf,
    LegalHolds,
    SealedJournal,
    TimestampVerifier,
)

UNSEALED_FOR = timedelta(minutes=15)
"""Age at which an unsealed record is reported."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A difference from what was sealed.

    text: a sentence for a person.  batch, record: place; None where it is in none.
    """

    text: str
    batch: int | None = None
    record: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedBatch:
    """Result for one batch.

    signer: subject of the certificate; None where the head is not signed.
    removed: number of records that an audit record of a removal names.
    has_timestamp: whether the head has a time-stamp.
    timestamped_at: moment that the time-stamp certifies; None where it does not hold, or no trusted
    time-stamping authority is configured.
    remarks: sentences about oddities that are no flaw.
    """

    statement: Statement
    signer: str | None
    flaws: tuple[Flaw, ...]
    removed: int
    has_timestamp: bool
    timestamped_at: datetime | None
    remarks: tuple[str, ...] = ()


class _Report(Protocol):
    """Note of a flaw in the batch at hand; record: its place, None where it is in none."""

    def __call__(self, text: str, record: str | None = None) -> None: ...


@dataclass(slots=True)
class _Chain:
    """State of the chain of heads while they are read in order.

    newest: statement of the head read last; None before the first and after an unreadable one.
    is_signed: whether a head was signed so far; all that follow must be.
    """

    noted: NotedHead | None
    revoked_keys: RevokedKeys
    newest: Statement | None = None
    batches: set[int] = field(default_factory=set)
    is_signed: bool = False
    of_noted_batch: Head | None = None

    def see(self, head: Head) -> None:
        """Take note of the batch of a head, readable or not."""
        self.batches.add(head.batch)
        if self.noted and head.batch == self.noted.batch:
            self.of_noted_batch = head


@dataclass(frozen=True, slots=True)
class VerifyJournal:
    """Use case: verify every record, leaf, head, signature, time-stamp and legal hold.

    has_key: whether a signing key is configured, so that new heads must be signed.
    stamps: None where no time-stamping authority is trusted.
    """

    journal: SealedJournal
    holds: LegalHolds
    verifier: HeadVerifier
    clock: Clock
    has_key: bool
    stamps: TimestampVerifier | None

    def count(self) -> int:
        """How many batches are sealed. Raises ServiceUnavailable."""
        last = self.journal.last()
        return last.batch if last else 0

    def batches(self, noted: NotedHead | None = None) -> Iterator[CheckedBatch | Flaw]:
        """Yield the result of each batch, in order; then flaws outside of all batches.

        noted: head that has to be in the chain. None: a roll-back cannot be found.

        Raises ServiceUnavailable.
        """
        chain = _Chain(noted, RevokedKeys(self.verifier))
        prunings = Prunings(self.journal, self.verifier)
        hold_audit, timestamp_audit = HoldAudit(), TimestampAudit()
        for head in self.journal.heads():
            timestamp_audit.add_head(head)
            yield from self._head(head, chain, prunings, (hold_audit, timestamp_audit))
        yield from self._end_of_chain(chain)
        yield from self._without_head(chain)

        # Read the holds after the records: a hold placed meanwhile is then in the table, if its
        # record was collected.
        for text in hold_audit.discrepancies(self.holds.all(), self.clock() - UNSEALED_FOR):
            yield Flaw(text)
        for batch, text in timestamp_audit.discrepancies(self._timestamp_of):
            yield Flaw(text, batch)

    def _head(
        self,
        head: Head,
        chain: _Chain,
        prunings: Prunings,
        audits: tuple[HoldAudit, TimestampAudit],
    ) -> Iterator[CheckedBatch | Flaw]:
        """Yield the result of one head with its batch, and let the chain go on to it."""
        chain.see(head)
        before = chain.newest
        expected = before.batch + 1 if before else 1
        if head.batch != expected:
            yield Flaw(f"Head {expected} is missing: after it comes head {head.batch}.", expected)
        try:
            statement = statement_of(head.statement)
        except ValueError:
            yield Flaw(
                f"The statement of head {head.batch} cannot be read: it was changed.", head.batch
            )
            chain.newest = None
            return
        yield self._batch(head, statement, before, prunings, audits)
        if chain.is_signed and not head.signature:
            yield Flaw(f"Head {head.batch} is not signed, although one before it is.", head.batch)
        if text := chain.revoked_keys.discrepancy(head, statement):
            yield Flaw(text, head.batch)
        chain.is_signed = chain.is_signed or bool(head.signature)
        chain.newest = statement

    def _end_of_chain(self, chain: _Chain) -> Iterator[Flaw]:
        """Yield the flaws that show only after the last head."""
        newest, noted = chain.newest, chain.noted
        if newest and self.has_key and not chain.is_signed:
            yield Flaw(
                f"Head {newest.batch}, the newest, is not signed, although [seal] names a key.",
                newest.batch,
            )
        if text := chain.revoked_keys.newest():
            yield Flaw(text)
        last = max(chain.batches, default=0)
        if noted and (text := noted.discrepancy(chain.of_noted_batch, last, newest)):
            yield Flaw(text, noted.batch)

    def _without_head(self, chain: _Chain) -> Iterator[Flaw]:
        """Yield a flaw for each batch, and each record older than 15 minutes, under no head."""
        for batch in self.journal.batches():
            if batch not in chain.batches:
                yield Flaw(f"Batch {batch} has records and no head: its head was removed.", batch)
        for stray in self.journal.strays(self.clock() - UNSEALED_FOR):
            yield Flaw(
                f"Record {stray} is in no batch: it was added afterwards, or nobody has sealed for"
                f" {UNSEALED_FOR}.",
                record=stray,
            )

    def _timestamp_of(self, batch: int) -> bytes:
        head = next(iter(self.journal.heads(batch)), None)
        return head.timestamp if head and head.batch == batch else b""

    def _batch(
        self,
        head: Head,
        statement: Statement,
        before: Statement | None,
        prunings: Prunings,
        audits: tuple[HoldAudit, TimestampAudit],
    ) -> CheckedBatch:
        flaws: list[Flaw] = []

        def flaw(text: str, record: str | None = None) -> None:
            flaws.append(Flaw(text, head.batch, record))

        if statement.batch != head.batch:
            flaw(f"Head {head.batch} says that it is of batch {statement.batch}: it was moved.")
        self._require_chained(statement, before, flaw)
        signer = self._signer(head, statement, flaw)
        timestamped_at = self._timestamped_at(head, flaw)
        removed = self._leaves(statement, head.batch, prunings, audits, flaw)
        remarks = tuple(self._odd_moments(statement, before))
        return CheckedBatch(
            statement, signer, tuple(flaws), removed, bool(head.timestamp), timestamped_at, remarks
        )

    def _leaves(
        self,
        statement: Statement,
        batch: int,
        prunings: Prunings,
        audits: tuple[HoldAudit, TimestampAudit],
        flaw: _Report,
    ) -> int:
        """Compare the records of a batch with its statement, and collect them for the audits.

        Returns the number of records that an audit record of a removal names.
        """
        leaves: list[bytes] = []
        removed = 0
        for place, leaf in enumerate(self.journal.leaves(batch)):
            leaves.append(leaf.hash)
            if leaf.place != place:
                flaw(
                    f"Place {place} of its batch is empty: record {leaf.exchange_id} stands after"
                    " it.",
                    leaf.exchange_id,
                )
            if leaf.is_gone and prunings.of(leaf):
                removed += 1
            elif problem := _problem_of(leaf, prunings):
                flaw(f"Record {leaf.exchange_id} {problem}", leaf.exchange_id)
            elif leaf.record:
                for audit in audits:
                    audit.add(leaf.record)
        if len(leaves) != statement.records:
            flaw(f"Batch {batch} has {len(leaves)} records; its head counts {statement.records}.")
        elif merkle.root(leaves).hex() != statement.root:
            flaw(
                f"The records of batch {batch} are not those of its head: one was exchanged, or"
                " their order."
            )
        return removed

    def _odd_moments(self, statement: Statement, before: Statement | None) -> Iterator[str]:
        if before and (back := went_back(before.sealed_at, statement.sealed_at)):
            yield (
                f"Head {statement.batch} was made {back} before the head before it: the clock had"
                " been wrong, or was."
            )
        if ahead := went_back(statement.sealed_at, moment(self.clock())):
            yield (
                f"Head {statement.batch} was made {ahead} from now: the clock had been wrong,"
                " or is."
            )

    @staticmethod
    def _require_chained(
        statement: Statement, before: Statement | None, flaw: Callable[[str], None]
    ) -> None:
        if before is None:
            if statement.batch == 1 and statement.previous is not None:
                flaw("The first head names one before it: heads before it were removed.")
            return
        if statement.previous != before.digest:
            flaw(
                f"Head {statement.batch} does not follow the head before it: one of the two was"
                " changed."
            )
        if statement.total != before.total + statement.records:
            flaw(
                f"Head {statement.batch} counts {statement.total} records in all, which does not"
                " add up."
            )
        if statement.journal != before.journal:
            flaw(f"Head {statement.batch} is of another journal.")

    def _signer(self, head: Head, statement: Statement, flaw: Callable[[str], None]) -> str | None:
        if not head.signature:
            return None
        try:
            at = datetime.fromisoformat(statement.sealed_at)
            return self.verifier.signer(
                PURPOSE + head.statement, head.signature, head.certificates, at
            )
        except (TrustRefused, ValueError) as refused:
            flaw(f"The signature of head {head.batch} does not hold: {refused}")
            return None

    def _timestamped_at(self, head: Head, flaw: Callable[[str], None]) -> datetime | None:
        if not head.timestamp or self.stamps is None:
            return None
        try:
            return self.stamps.timestamped_at(head.timestamp, head.statement)
        except TrustRefused as refused:
            flaw(f"The time-stamp of head {head.batch} does not hold: {refused}")
            return None


def _problem_of(leaf: Leaf, prunings: Prunings) -> str | None:
    if leaf.is_gone:
        return "is missing."
    if leaf.record is None:
        return "cannot be read any more: it was changed."
    if leaf_of(leaf.record) != leaf.hash:
        return f"of {moment(leaf.record.began_at)} is not what was sealed: it was changed."
    if leaf.record.operation == OPERATION and not prunings.is_valid(leaf.record):
        return "says what was removed, and none of our keys has signed it: it was forged."
    return None
