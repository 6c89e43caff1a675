"""Planned windows: when a partner has announced that its service is away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class PlannedWindow:
    """Time in which a partner has announced that its service is away, such as maintenance.

    It counts from the moment it is entered on.

    id: UUIDv7.  partner: key.  begins_at, ends_at: aware; the end does not belong to it.
    person, reason: behind the entry.  entered_at: aware.
    withdrawn_at, withdrawn_by: of an entry that was taken back; None otherwise.
    """

    id: str
    partner: str
    begins_at: datetime
    ends_at: datetime
    person: str
    reason: str
    entered_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None

    def holds_at(self, moment: datetime) -> bool:
        """Whether the partner is announced to be away at a moment."""
        return self.withdrawn_at is None and self.counts_from <= moment < self.ends_at

    @property
    def counts_from(self) -> datetime:
        """Its beginning, or the moment it was entered where that is later."""
        return max(self.begins_at, self.entered_at)


def outside(windows: Iterable[PlannedWindow], since: datetime, until: datetime) -> timedelta:
    """Time from `since` to `until` that lies in none of the windows."""
    left = until - since
    reached = since
    for window in sorted(windows, key=lambda each: each.counts_from):
        if window.withdrawn_at is not None:
            continue
        begins = max(window.counts_from, reached)
        ends = min(window.ends_at, until)
        if begins < ends:
            left -= ends - begins
            reached = ends
    return left
