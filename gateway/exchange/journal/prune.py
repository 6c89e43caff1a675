"""Retention: removal of journal records whose time is over, page by page.

Every removed record is named in a signed audit record (records/pruning.py). A record that
cannot be judged stays too: its permit's last day is unknown, or it differs from what was sealed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum

from gateway.domain.errors import InvalidRequest, ServiceUnavailable
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.domain.retention import Retention, foreign_expiry
from gateway.exchange.canonical_json import moment
from gateway.exchange.journal.heads import leaf_of
from gateway.exchange.journal.records.pruning import Pruning
from gateway.exchange.ports import (
    Clock,
    Direction,
    HeadSigner,
    LegalHolds,
    NewId,
    RetainedJournal,
    RetentionCandidate,
    SealedJournal,
)

PAGE_SIZE = 250
"""Records removed in one transaction at most. On SQLite no other process can write meanwhile."""


class RetentionReason(StrEnum):
    """Reason for which an old record is retained."""

    PERMIT = "its permit has not long enough expired"
    HELD = "it is held"
    UNKNOWN = "nobody knows when its permit expires"
    CHANGED = "it is not what was sealed: `journal verify` names it"
    OWN = "it says what was removed, held, released, time-stamped, or done to a permit"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of old records.

    due: id -> leaf of each record that is removed, or would be.  retained: number by reason.
    """

    due: dict[str, bytes] = field(default_factory=dict)
    retained: Counter[RetentionReason] = field(default_factory=Counter)

    @property
    def records(self) -> int:
        """Number of records on the page."""
        return len(self.due) + self.retained.total()


@dataclass(frozen=True, slots=True)
class PruneJournal:
    """Use case: apply the retention rule.

    signer: None where no key is configured. Then nothing is removed, as a removal must be signed.
    """

    journal: RetainedJournal
    sealed: SealedJournal
    holds: LegalHolds
    signer: HeadSigner | None
    retention: Retention
    clock: Clock
    new_id: NewId

    def count(self) -> int:
        """Return the number of records old enough to be judged. Raises ServiceUnavailable."""
        return self.journal.count(self._before())

    def due(self) -> Iterator[Page]:
        """Yield the pages that `remove` would make (dry run). Raises ServiceUnavailable."""
        return self._pages(lambda _: True)

    def remove(self, by: ResponsiblePerson) -> Iterator[Page]:
        """Remove the records that are due; each page is removed when the iterator reaches it.

        Raises InvalidRequest where person or reason is missing or no key is configured;
        KeyUnusable, ServiceUnavailable.
        """
        by = by.validated()
        if self.signer is None:
            raise InvalidRequest(
                "What is removed must be signed for: that needs a key in [seal] of"
                " conf/gateway.toml."
            )
        return self._remove_pages(by, self.signer)

    def _remove_pages(self, by: ResponsiblePerson, signer: HeadSigner) -> Iterator[Page]:
        removed = 0
        for page in self._pages(lambda page: self._remove_page(page, by, signer)):
            removed += len(page.due)
            yield page
        if removed:
            self.journal.sweep()

    def _pages(self, process: Callable[[Page], bool]) -> Iterator[Page]:
        """process: returns False where the page has changed meanwhile and must be judged again."""
        before, after = self._before(), ""
        refused: dict[str, bytes] = {}
        while candidates := self.journal.candidates(before, after, PAGE_SIZE):
            page = self._judge(candidates)
            if page.due and not process(page):
                if page.due == refused:  # nothing has changed: without this it would never end
                    raise ServiceUnavailable(
                        "Old records of the journal are due, and the database does not remove them."
                    )
                refused = page.due
                continue
            after = candidates[-1].id
            yield page

    def _remove_page(self, page: Page, by: ResponsiblePerson, signer: HeadSigner) -> bool:
        """Remove a page; False where one of its records is under legal hold or gone by now."""
        contents = self.journal.contents(list(page.due))
        pruning = Pruning(
            at=moment(self.clock()),
            person=by.person,
            reason=by.reason,
            years=self.retention.years,
            records={identity: leaf.hex() for identity, leaf in page.due.items()},
            contents=contents,
        )
        return self.journal.remove(
            pruning.exchange(self.new_id(), signer), list(page.due), contents
        )

    def _judge(self, candidates: Sequence[RetentionCandidate]) -> Page:
        page, held = Page(), self.holds.held()
        expired: dict[str, bytes] = {}
        last_days: dict[str, date | None] = {}
        for record in candidates:
            reason = self._reason_to_retain(record, held, last_days)
            if reason:
                page.retained[reason] += 1
            else:
                expired[record.id] = record.hash
        # Only a record that still hashes to its leaf is removed: a changed one is evidence.
        for found in self.sealed.records(list(expired)):
            if leaf_of(found) == expired[found.id]:
                page.due[found.id] = expired[found.id]
        page.retained.update([RetentionReason.CHANGED] * (len(expired) - len(page.due)))
        return page

    def _reason_to_retain(
        self, record: RetentionCandidate, held: frozenset[str], last_days: dict[str, date | None]
    ) -> RetentionReason | None:
        """Return why a record stays; None where it is due."""
        if record.ended_at is None:
            return RetentionReason.CHANGED
        if record.direction is Direction.OWN:
            return RetentionReason.OWN
        if record.id in held or record.permit_number in held:
            return RetentionReason.HELD
        exchanged_on = record.ended_at.date()
        expires_on: date | None = None
        if record.permit_number and record.direction is Direction.OUT:
            expires_on = foreign_expiry(exchanged_on)
        elif record.permit_number:
            if record.permit_number not in last_days:
                last_days[record.permit_number] = self._last_day(record.permit_number)
            expires_on = last_days[record.permit_number]
            if expires_on is None:
                return RetentionReason.UNKNOWN
        return (
            None
            if self.retention.is_over(exchanged_on, expires_on, self._today())
            else RetentionReason.PERMIT
        )

    def _last_day(self, number: str) -> date | None:
        found = self.journal.last_days(number)
        days = [day for day in found if day is not None]
        return max(days) if days and len(days) == len(found) else None

    def _today(self) -> date:
        return self.clock().astimezone(UTC).date()

    def _before(self) -> datetime:
        return datetime.combine(self.retention.may_be_over(self._today()), time(), UTC)
