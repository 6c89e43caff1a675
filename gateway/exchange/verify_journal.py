"""Does the journal still say what was sealed? Everything is computed again, and what does not fit is named.

What it cannot find: that batches were cut off at the end, newest first. Whoever wants to notice that notes the newest
head from time to time in a place of its own; `verify` shows it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain import merkle
from gateway.domain.errors import TrustRefused
from gateway.exchange.hold_deeds import HoldDeeds
from gateway.exchange.journal_heads import PURPOSE, Statement, leaf_of, moment, statement_of, went_back
from gateway.exchange.ports import Clock, Head, HeadVerifier, Holds, Leaf, SealedJournal, StampVerifier
from gateway.exchange.pruning import OPERATION, Prunings
from gateway.exchange.stamp_deeds import StampDeeds

UNSEALED_FOR = timedelta(minutes=15)
"""A record that is older than this should long have been sealed."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What does not fit. batch, record: where, None where it is not in one.  text: a sentence for a person."""

    text: str
    batch: int | None = None
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """One batch that was looked at. signer: subject; None where the head is not signed.

    removed: how many of its records are gone, and a record of ours says so.  is_stamped: whether it has a time-stamp.
    stamped_at: when its authority had it before it; None where that does not hold, or nobody could judge it.
    remarks: sentences about what is strange, and no flaw.
    """

    statement: Statement
    signer: str | None
    flaws: tuple[Flaw, ...]
    removed: int
    is_stamped: bool
    stamped_at: datetime | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifyJournal:
    """Looks at every record, leaf, head, signature, time-stamp and hold.

    has_key: whether heads are to be signed by now.  stamps: None where no authority is named whose time-stamps count.
    """

    journal: SealedJournal
    holds: Holds
    verifier: HeadVerifier
    clock: Clock
    has_key: bool
    stamps: StampVerifier | None

    def batches(self) -> Iterator[Checked | Flaw]:
        """Each batch as it was found, in order; then what stands outside of all. Raises ServiceUnavailable."""
        prunings, deeds, stamped = Prunings(self.journal, self.verifier), HoldDeeds(), StampDeeds()
        before: Statement | None = None
        seen: set[int] = set()
        signed = False
        for head in self.journal.heads():
            seen.add(head.batch)
            stamped.see(head)
            expected = before.batch + 1 if before else 1
            if head.batch != expected:
                yield Flaw(f"Head {expected} is missing: after it comes head {head.batch}.", expected)
            try:
                statement = statement_of(head.statement)
            except ValueError:
                yield Flaw(f"The statement of head {head.batch} cannot be read: it was changed.", head.batch)
                before = None
                continue
            yield self._batch(head, statement, before, prunings, (deeds, stamped))
            if signed and not head.signature:
                yield Flaw(f"Head {head.batch} is not signed, although one before it is.", head.batch)
            signed = signed or bool(head.signature)
            before = statement
        if before and self.has_key and not signed:
            yield Flaw(f"Head {before.batch}, the newest, is not signed, although [seal] names a key.", before.batch)
        for batch in self.journal.batches():
            if batch not in seen:
                yield Flaw(f"Batch {batch} has records and no head: its head was removed.", batch)
        for stray in self.journal.strays(self.clock() - UNSEALED_FOR):
            yield Flaw(
                f"Record {stray} is in no batch: it was added afterwards, or nobody has sealed for {UNSEALED_FOR}.",
                record=stray,
            )

        # After the records: what was held or released meanwhile is there by now, if its record was seen.
        for text in deeds.contradicted_by(self.holds.all(), self.clock() - UNSEALED_FOR):
            yield Flaw(text)
        for batch, text in stamped.contradicted_by(self._stamp_of):
            yield Flaw(text, batch)

    def _stamp_of(self, batch: int) -> bytes:
        head = next(iter(self.journal.heads(batch)), None)
        return head.stamp if head and head.batch == batch else b""

    def _batch(
        self, head: Head, statement: Statement, before: Statement | None, prunings: Prunings,
        deeds: tuple[HoldDeeds, StampDeeds],
    ) -> Checked:  # fmt: skip
        flaws: list[Flaw] = []

        def flaw(text: str, record: str | None = None) -> None:
            flaws.append(Flaw(text, head.batch, record))

        if statement.batch != head.batch:
            flaw(f"Head {head.batch} says that it is of batch {statement.batch}: it was moved.")
        self._require_chained(statement, before, flaw)
        signer = self._signer(head, statement, flaw)
        stamped_at = self._stamped_at(head, flaw)
        leaves: list[bytes] = []
        removed = 0
        for at, leaf in enumerate(self.journal.leaves(head.batch)):
            leaves.append(leaf.hash)
            if leaf.place != at:
                flaw(f"Place {at} of its batch is empty: record {leaf.exchange_id} stands after it.", leaf.exchange_id)
            if leaf.is_gone and prunings.of(leaf):
                removed += 1
            elif said := _wrong_with(leaf, prunings):
                flaw(f"Record {leaf.exchange_id} {said}", leaf.exchange_id)
            elif leaf.record:
                for kind in deeds:
                    kind.take(leaf.record)
        if len(leaves) != statement.records:
            flaw(f"Batch {head.batch} has {len(leaves)} records; its head counts {statement.records}.")
        elif merkle.root(leaves).hex() != statement.root:
            flaw(f"The records of batch {head.batch} are not those of its head: one was exchanged, or their order.")
        remarks = tuple(self._odd_moments(statement, before))
        return Checked(statement, signer, tuple(flaws), removed, bool(head.stamp), stamped_at, remarks)

    def _odd_moments(self, statement: Statement, before: Statement | None) -> Iterator[str]:
        if before and (back := went_back(before.sealed_at, statement.sealed_at)):
            yield f"Head {statement.batch} was made {back} before the head before it: the clock had been wrong, or was."
        if ahead := went_back(statement.sealed_at, moment(self.clock())):
            yield f"Head {statement.batch} was made {ahead} from now: the clock had been wrong, or is."

    @staticmethod
    def _require_chained(statement: Statement, before: Statement | None, flaw: Callable[[str], None]) -> None:
        if before is None:
            if statement.batch == 1 and statement.previous is not None:
                flaw("The first head names one before it: heads before it were removed.")
            return
        if statement.previous != before.digest:
            flaw(f"Head {statement.batch} does not follow the head before it: one of the two was changed.")
        if statement.total != before.total + statement.records:
            flaw(f"Head {statement.batch} counts {statement.total} records in all, which does not add up.")
        if statement.journal != before.journal:
            flaw(f"Head {statement.batch} is of another journal.")

    def _signer(self, head: Head, statement: Statement, flaw: Callable[[str], None]) -> str | None:
        if not head.signature:
            return None
        try:
            at = datetime.fromisoformat(statement.sealed_at)
            return self.verifier.signer(PURPOSE + head.statement, head.signature, head.certificates, at)
        except (TrustRefused, ValueError) as refused:
            flaw(f"The signature of head {head.batch} does not hold: {refused}")
            return None

    def _stamped_at(self, head: Head, flaw: Callable[[str], None]) -> datetime | None:
        if not head.stamp or self.stamps is None:
            return None
        try:
            return self.stamps.stamped_at(head.stamp, head.statement)
        except TrustRefused as refused:
            flaw(f"The time-stamp of head {head.batch} does not hold: {refused}")
            return None


def _wrong_with(leaf: Leaf, prunings: Prunings) -> str | None:
    if leaf.is_gone:
        return "is missing."
    if leaf.record is None:
        return "cannot be read any more: it was changed."
    if leaf_of(leaf.record) != leaf.hash:
        return f"of {moment(leaf.record.began_at)} is not what was sealed: it was changed."
    if leaf.record.operation == OPERATION and not prunings.holds(leaf.record):
        return "says what was removed, and none of our keys has signed it: it was forged."
    return None
