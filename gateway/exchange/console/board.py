"""Partner board: state of each partner on one page, from what this gateway has seen of it.

No partner is asked for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.domain.availability.results import Tally
from gateway.domain.availability.windows import PlannedWindow
from gateway.exchange.alerts.alert import Alert
from gateway.exchange.availability.history import AvailabilityHistory, PartnerHistory
from gateway.exchange.ports import Clock, Direction
from gateway.exchange.ports.availability.results import Span
from gateway.exchange.ports.console.confirmation_times import ConfirmationTimes
from gateway.exchange.ports.console.counts import ExchangeCounts

_LOOKED_BACK = timedelta(days=90)
"""Past in which the last good request of a partner is looked for."""


class PartnerState(StrEnum):
    """State of a partner, as this gateway last saw it."""

    WORKING = "working"
    FAILING = "failing"
    AWAY = "away"
    """A planned window holds."""
    UNKNOWN = "unknown"
    """Never asked, or it has no address."""
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class KnownPartner:
    """A partner of the settings. country: ISO 3166.  has_address: whether it can be asked."""

    key: str
    country: str
    enabled: bool
    has_address: bool


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner on the board. Moments are aware, None where there is none.

    good_at: last exchange in which its service worked.  failing_since: first failure after that.
    asked_us_at: its last request that was answered.  lately: results of the last 24 hours.
    days_left: whole days until its first certificate ends, negative once it has.
    outstanding: confirmations that it has not got.  alerts: that concern it.
    """

    partner: KnownPartner
    state: PartnerState
    good_at: datetime | None
    failing_since: datetime | None
    asked_us_at: datetime | None
    lately: Tally
    window: PlannedWindow | None
    days_left: int | None
    outstanding: int
    alerts: Sequence[Alert]


@dataclass(frozen=True, slots=True)
class PartnerBoard:
    """Use case: the board.

    days_left: gives the days until the first certificate of each partner ends, by key.
    """

    partners: Sequence[KnownPartner]
    history: AvailabilityHistory
    counts: ExchangeCounts
    times: ConfirmationTimes
    days_left: Callable[[], Mapping[str, float]]
    clock: Clock

    def rows(self, alerts: Sequence[Alert]) -> Sequence[PartnerRow]:
        """Return a row for each partner, those that need a person first.

        Raises ServiceUnavailable.
        """
        now = self.clock()
        known = [partner.key for partner in self.partners]
        histories = {each.partner: each for each in self.history.of(known, Span.HOUR)}
        asked_us = self.counts.last_good(Direction.IN, (now - _LOOKED_BACK).date())
        days = self.days_left()
        waiting: dict[str, int] = {}
        for (country, _), count in self.times.outstanding().items():
            waiting[country] = waiting.get(country, 0) + count
        rows = [
            _row(
                partner,
                histories[partner.key],
                now,
                asked_us.get(partner.key),
                days.get(partner.key),
                waiting.get(partner.country, 0) if partner.has_address else 0,
                [alert for alert in alerts if alert.partner == partner.key],
            )
            for partner in self.partners
        ]
        return sorted(rows, key=lambda row: (not row.alerts, _URGENCY[row.state], row.partner.key))


_URGENCY = {
    PartnerState.FAILING: 0,
    PartnerState.AWAY: 1,
    PartnerState.WORKING: 2,
    PartnerState.UNKNOWN: 3,
    PartnerState.DISABLED: 4,
}


def _row(
    partner: KnownPartner,
    history: PartnerHistory,
    now: datetime,
    asked_us_at: datetime | None,
    days_left: float | None,
    outstanding: int,
    alerts: Sequence[Alert],
) -> PartnerRow:
    reach = history.reach
    window = next((each for each in history.windows if each.holds_at(now)), None)
    if not partner.enabled:
        state = PartnerState.DISABLED
    elif window:
        state = PartnerState.AWAY
    elif reach.is_failing:
        state = PartnerState.FAILING
    else:
        state = PartnerState.WORKING if reach.good_at else PartnerState.UNKNOWN
    return PartnerRow(
        partner,
        state,
        reach.good_at,
        reach.failing_since,
        asked_us_at,
        Tally.sum(each.counted for each in history.operations),
        window,
        None if days_left is None else int(days_left // 1),
        outstanding,
        alerts,
    )
