"""Which records have had their time, and how do they leave? Page by page, each named by a signed record that stays.

What cannot be judged stays: a permit whose last day nobody knows, a record that is not what was sealed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum

from gateway.domain.answerable import Answerable
from gateway.domain.errors import InvalidRequest
from gateway.domain.retention import Retention, foreign_expiry
from gateway.exchange.journal_heads import leaf_of, moment
from gateway.exchange.ports import (
    Clock,
    Direction,
    HeadSigner,
    Holds,
    NewId,
    Old,
    RetainedJournal,
    SealedJournal,
)
from gateway.exchange.pruning import Pruning

AT_ONCE = 250
"""Records that one transaction removes at most: on SQLite it keeps everybody else from writing for so long."""


class Kept(StrEnum):
    """Why an old record stays."""

    PERMIT = "its permit has not long enough expired"
    HELD = "it is held"
    UNKNOWN = "nobody knows when its permit expires"
    CHANGED = "it is not what was sealed: `journal verify` names it"
    OWN = "it says what was removed, held, released or time-stamped"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of old records. due: id -> leaf, of those that went, or would go.  kept: how many stay, and why."""

    due: dict[str, bytes] = field(default_factory=dict)
    kept: Counter[Kept] = field(default_factory=Counter)

    @property
    def records(self) -> int:
        """How many were looked at."""
        return len(self.due) + self.kept.total()


@dataclass(frozen=True, slots=True)
class PruneJournal:
    """signer: None where no key is configured; then nothing is removed, as nobody could prove what it was."""

    journal: RetainedJournal
    sealed: SealedJournal
    holds: Holds
    signer: HeadSigner | None
    retention: Retention
    clock: Clock
    new_id: NewId

    def count(self) -> int:
        """How many records are old enough to be looked at. Raises ServiceUnavailable."""
        return self.journal.count(self._before())

    def due(self) -> Iterator[Page]:
        """What `remove` would do, page by page. Raises ServiceUnavailable."""
        return self._pages(lambda _: True)

    def remove(self, by: Answerable) -> Iterator[Page]:
        """Remove what is due, a page at a time: whoever stops asking stops it.

        Raises InvalidRequest where nobody answers for it or no key signs for it; KeyUnusable, ServiceUnavailable.
        """
        by = by.named()
        if self.signer is None:
            raise InvalidRequest("What is removed must be signed for: that needs a key in [seal] of conf/gateway.toml.")
        return self._removing(by, self.signer)

    def _removing(self, by: Answerable, signer: HeadSigner) -> Iterator[Page]:
        removed = 0
        for page in self._pages(lambda page: self._removed(page, by, signer)):
            removed += len(page.due)
            yield page
        if removed:
            self.journal.sweep()

    def _pages(self, is_done_with: Callable[[Page], bool]) -> Iterator[Page]:
        """is_done_with: does with a page what is to be done; False where it has to be looked at again."""
        before, after = self._before(), ""
        while old := self.journal.old(before, after, AT_ONCE):
            page = self._judged(old)
            if page.due and not is_done_with(page):
                continue
            after = old[-1].id
            yield page

    def _removed(self, page: Page, by: Answerable, signer: HeadSigner) -> bool:
        """False where somebody came in between: one of them is held by now, or gone."""
        contents = self.journal.contents(list(page.due))
        pruning = Pruning(
            at=moment(self.clock()),
            person=by.person,
            reason=by.reason,
            years=self.retention.years,
            records={identity: leaf.hex() for identity, leaf in page.due.items()},
            contents=contents,
        )
        return self.journal.remove(pruning.exchange(self.new_id(), signer), list(page.due), contents)

    def _judged(self, old: Sequence[Old]) -> Page:
        page, held = Page(), self.holds.held()
        over: dict[str, bytes] = {}
        last_days: dict[str, date | None] = {}
        for record in old:
            kept = self._kept(record, held, last_days)
            if kept:
                page.kept[kept] += 1
            else:
                over[record.id] = record.hash
        for found in self.sealed.records(list(over)):
            if leaf_of(found) == over[found.id]:
                page.due[found.id] = over[found.id]
        page.kept.update([Kept.CHANGED] * (len(over) - len(page.due)))
        return page

    def _kept(self, record: Old, held: frozenset[str], last_days: dict[str, date | None]) -> Kept | None:
        if record.ended_at is None:
            return Kept.CHANGED
        if record.direction is Direction.OWN:
            return Kept.OWN
        if record.id in held or record.permit_number in held:
            return Kept.HELD
        exchanged_on = record.ended_at.date()
        expires_on: date | None = None
        if record.permit_number and record.direction is Direction.OUT:
            expires_on = foreign_expiry(exchanged_on)
        elif record.permit_number:
            if record.permit_number not in last_days:
                last_days[record.permit_number] = self._last_day(record.permit_number)
            expires_on = last_days[record.permit_number]
            if expires_on is None:
                return Kept.UNKNOWN
        return None if self.retention.is_over(exchanged_on, expires_on, self._today()) else Kept.PERMIT

    def _last_day(self, number: str) -> date | None:
        found = self.journal.last_days(number)
        days = [day for day in found if day is not None]
        return max(days) if days and len(days) == len(found) else None

    def _today(self) -> date:
        return self.clock().astimezone(UTC).date()

    def _before(self) -> datetime:
        return datetime.combine(self.retention.may_be_over(self._today()), time(), UTC)
