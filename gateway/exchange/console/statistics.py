"""Statistics for charts: exchanges by day, answer times, and hours from issue to confirmation.

Everything is read from sums by day, or from a bounded number of rows.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from gateway.domain.delivery_state import DeliveryState
from gateway.exchange.console.durations import percentile
from gateway.exchange.ports import Clock, Direction
from gateway.exchange.ports.console.confirmation_times import ConfirmationTimes
from gateway.exchange.ports.console.counts import ExchangeCounts

DAYS = 30
MONTHS = 12
MOST_CONFIRMATIONS = 50_000
"""First confirmations that the averages look at, the newest."""


@dataclass(frozen=True, slots=True)
class DayOfExchanges:
    """Exchanges of a day in UTC. refused: the service worked, and the request was not granted."""

    day: date
    answered: int = 0
    refused: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class DayOfTimes:
    """Answer times of a day, in milliseconds; None where there was no exchange."""

    day: date
    p50: int | None
    p99: int | None


@dataclass(frozen=True, slots=True)
class MonthOfConfirmations:
    """First confirmations of a month, in UTC. hours: average; None where there was none.

    month: its first day.  permits: number of permits.
    """

    month: date
    permits: int
    hours: float | None


_FAILED = frozenset(
    {
        *("PartnerUnreachable", "PartnerTimeout", "PartnerReplyInvalid"),
        *("ServiceUnavailable", "InternalError", "UnderMaintenance"),
    }
)
"""Outcomes in which a service did not work. Source: wire contract, section 12."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Use case: figures for charts. Every method raises ServiceUnavailable."""

    counts: ExchangeCounts
    times: ConfirmationTimes
    clock: Clock

    def exchanges(self, partner: str | None = None) -> Sequence[DayOfExchanges]:
        """Return the last DAYS days, oldest first, without a gap. partner: key; None: all."""
        sums: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for each in self.counts.outcomes(self._days[0], partner):
            kind = "answered" if each.outcome == "ok" else "refused"
            sums[each.day]["failed" if each.outcome in _FAILED else kind] += each.times
        return [DayOfExchanges(day, **sums[day]) for day in self._days]

    def answer_times(
        self, direction: Direction, partner: str | None = None
    ) -> Sequence[DayOfTimes]:
        """Return the last DAYS days, oldest first. IN: answers of ours; OUT: of partners."""
        classes: dict[date, dict[int, int]] = defaultdict(dict)
        for each in self.counts.durations(self._days[0], partner):
            if each.direction is direction:
                classes[each.day][each.duration] = each.times
        return [
            DayOfTimes(day, percentile(classes[day], 0.5), percentile(classes[day], 0.99))
            for day in self._days
        ]

    def outstanding(self) -> Mapping[str, Mapping[DeliveryState, int]]:
        """Return the number of confirmations that partners have not got, by country and state."""
        found: dict[str, dict[DeliveryState, int]] = defaultdict(dict)
        for (country, state), count in sorted(self.times.outstanding().items()):
            found[country][state] = count
        return found

    def confirmations(self) -> Sequence[MonthOfConfirmations]:
        """Return the last MONTHS months, oldest first: average from issue to first confirmation.

        The moment of issue is box 13; of a permit that does not state it with an offset, the moment
        of publication. A confirmation before the issue counts as no time at all.
        """
        months = self._months
        since = datetime(months[0].year, months[0].month, 1, tzinfo=UTC)
        hours: dict[date, list[float]] = defaultdict(list)
        for each in self.times.first(since, MOST_CONFIRMATIONS):
            waited = each.confirmed_at - (each.issued_at or each.published_at)
            month = each.confirmed_at.astimezone(UTC).date().replace(day=1)
            hours[month].append(max(0.0, waited / timedelta(hours=1)))
        return [
            MonthOfConfirmations(
                month,
                len(hours[month]),
                sum(hours[month]) / len(hours[month]) if hours[month] else None,
            )
            for month in months
        ]

    @property
    def _days(self) -> Sequence[date]:
        today = self.clock().astimezone(UTC).date()
        return [today - timedelta(days=back) for back in reversed(range(DAYS))]

    @property
    def _months(self) -> Sequence[date]:
        today = self.clock().astimezone(UTC).date()
        places = [today.year * 12 + today.month - 1 - back for back in reversed(range(MONTHS))]
        return [date(place // 12, place % 12 + 1, 1) for place in places]
