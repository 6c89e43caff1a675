"""Availability history: what the results of exchanges say of each partner, for a person and alerts.

Results within planned windows are shown, and left out of the shares.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.domain.availability.results import Tally
from gateway.domain.availability.windows import PlannedWindow, outside
from gateway.domain.errors import GatewayError
from gateway.exchange.ports import Clock
from gateway.exchange.ports.availability.results import (
    LastResults,
    PartnerResults,
    Slot,
    Span,
)
from gateway.exchange.ports.availability.windows import PlannedWindows

_LOG = logging.getLogger(__name__)

HOURS_KEPT = timedelta(days=35)
"""Results are kept by the hour for this time, by the day after that."""

DAYS_KEPT = timedelta(days=800)
"""Days are kept for this time: two years can be compared."""

SHOWN = {Span.HOUR: 24, Span.DAY: 30}
"""Number of slots of a history: the last is that of now."""

_LENGTH = {Span.HOUR: timedelta(hours=1), Span.DAY: timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class SlotResults:
    """Results of one hour or day. counted: outside of planned windows.  planned: within them."""

    begins_at: datetime
    counted: Tally
    planned: Tally


@dataclass(frozen=True, slots=True)
class OperationHistory:
    """Results of one operation. slots: oldest first, without a gap."""

    operation: str
    last: LastResults
    slots: tuple[SlotResults, ...]

    @property
    def counted(self) -> Tally:
        """Sums of all slots, outside of planned windows."""
        return Tally.sum(slot.counted for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Reachability:
    """Whether a partner was reached when it was last asked, whatever for. Moments are aware.

    good_at: last exchange in which its service worked; None where there is none.
    failing_since, bad_at: first and last failure after that; both None where it works.
    """

    partner: str
    good_at: datetime | None
    failing_since: datetime | None
    bad_at: datetime | None

    @property
    def is_failing(self) -> bool:
        """Whether it did not work when it was last asked."""
        return self.failing_since is not None

    def failing_for(self, windows: Sequence[PlannedWindow]) -> timedelta:
        """Time from the first to the last failure, outside of planned windows of this partner.

        It ends with the last failure, as nothing is known of the time after it.
        """
        if self.failing_since is None or self.bad_at is None:
            return timedelta()
        own = [window for window in windows if window.partner == self.partner]
        return outside(own, self.failing_since, self.bad_at)


@dataclass(frozen=True, slots=True)
class PartnerHistory:
    """Availability of one partner. windows: that end after the beginning of the history."""

    partner: str
    reach: Reachability
    operations: tuple[OperationHistory, ...]
    windows: tuple[PlannedWindow, ...]


@dataclass(frozen=True, slots=True)
class Lately:
    """Latest news of a partner that is not reached now, for the person who asks it.

    good_at: last exchange in which its service worked, aware.  since_good: time since then.
    window: planned window that holds.
    """

    good_at: datetime | None = None
    since_good: timedelta | None = None
    window: PlannedWindow | None = None

    @property
    def sentences(self) -> str:
        """Both as sentences, each with a space before it; empty where nothing is known."""
        said = ""
        if self.since_good is not None:
            said += f" Its last good answer came {duration(self.since_good)} ago."
        if self.window:
            said += f" It has announced to be away until {self.window.ends_at:%Y-%m-%d %H:%M} UTC."
        return said


NOTHING_KNOWN = Lately()
"""Of a partner that was never asked."""


def duration(length: timedelta) -> str:
    """A duration in words, rounded down: `12 minutes`."""
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


@dataclass(frozen=True, slots=True)
class AvailabilityHistory:
    """Use case: read the availability data. Every method raises ServiceUnavailable."""

    results: PartnerResults
    windows: PlannedWindows
    clock: Clock

    def of(self, partners: Sequence[str], span: Span) -> list[PartnerHistory]:
        """Return the history of partners, by key, in the order given. span: length of a slot."""
        beginnings = slot_beginnings(span, self.clock())
        by_operation: dict[tuple[str, str], list[Slot]] = defaultdict(list)
        for slot in self.results.slots(beginnings[0]):
            by_operation[slot.partner, slot.operation].append(slot)
        found = self.results.last()
        last = {(each.partner, each.operation): each for each in found}
        windows = self.windows.all(ending_after=beginnings[0])
        reach = _reachabilities(found)
        return [
            PartnerHistory(
                partner,
                reach.get(partner, Reachability(partner, None, None, None)),
                tuple(
                    OperationHistory(
                        key[1],
                        last.get(key, LastResults(*key, None, None, None)),
                        _filled(beginnings, span, by_operation[key]),
                    )
                    for key in sorted({*last, *by_operation})
                    if key[0] == partner
                ),
                tuple(window for window in windows if window.partner == partner),
            )
            for partner in partners
        ]

    def reachability(self) -> Mapping[str, Reachability]:
        """Return the reachability of each partner that was ever asked, by key."""
        return _reachabilities(self.results.last())

    def lately(self, partner: str) -> Lately:
        """Return the latest news of a partner, by its key; nothing where they cannot be read."""
        now = self.clock()
        try:
            reach = self.reachability().get(partner)
            windows = self.windows.all(ending_after=now)
        except GatewayError as error:
            _LOG.warning("availability not read: partner=%s %s", partner, error.code)
            return NOTHING_KNOWN
        holds = (each for each in windows if each.partner == partner and each.holds_at(now))
        good_at = reach.good_at if reach else None
        return Lately(good_at, now - good_at if good_at else None, next(holds, None))

    def condense(self) -> None:
        """Make days of old hours, and remove old days."""
        now = self.clock()
        self.results.condense(now - HOURS_KEPT, now - DAYS_KEPT)


def _reachability(partner: str, found: Sequence[LastResults]) -> Reachability:
    """Of the last results of all its operations: a good result of one speaks for the service."""
    good_at = max((each.good_at for each in found if each.good_at), default=None)
    failing = [
        (each.failing_since, each.bad_at)
        for each in found
        if each.failing_since and each.bad_at and (good_at is None or each.bad_at > good_at)
    ]
    if not failing:
        return Reachability(partner, good_at, None, None)
    since = min(since for since, _ in failing)
    return Reachability(
        partner, good_at, max(since, good_at or since), max(bad_at for _, bad_at in failing)
    )


def slot_beginnings(span: Span, now: datetime) -> list[datetime]:
    """Beginnings of the slots of a history, in UTC, oldest first."""
    last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if span is Span.DAY:
        last = last.replace(hour=0)
    return [last - _LENGTH[span] * back for back in reversed(range(SHOWN[span]))]


def _filled(
    beginnings: Sequence[datetime], span: Span, slots: Sequence[Slot]
) -> tuple[SlotResults, ...]:
    found: dict[tuple[datetime, bool], list[Tally]] = defaultdict(list)
    for slot in slots:
        at = slot.begins_at if span is Span.HOUR else slot.begins_at.replace(hour=0)
        found[at, slot.planned].append(slot.tally)
    return tuple(
        SlotResults(at, Tally.sum(found[at, False]), Tally.sum(found[at, True]))
        for at in beginnings
    )


def _reachabilities(last: Sequence[LastResults]) -> dict[str, Reachability]:
    by_partner: dict[str, list[LastResults]] = defaultdict(list)
    for each in last:
        by_partner[each.partner].append(each)
    return {partner: _reachability(partner, found) for partner, found in by_partner.items()}
