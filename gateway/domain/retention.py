"""How long is a record of the journal kept? So many years after the permit that it is about has expired."""

from dataclasses import dataclass
from datetime import date, timedelta

from gateway.domain.codes import document_types
from gateway.domain.rules.validity import months_later

_ANYWHERE = timedelta(days=1)
"""A day is over everywhere on Earth one day later."""


@dataclass(frozen=True, slots=True)
class Retention:
    """years: after the permit has expired, or after the exchange where that came later."""

    years: int

    def is_over(self, exchanged_on: date, expires_on: date | None, today: date) -> bool:
        """Whether a record may go. expires_on: last day of its permit; None: it is about none."""
        counted_from = max(exchanged_on, expires_on or exchanged_on)
        return today - _ANYWHERE > _years_later(counted_from, self.years)

    def may_be_over(self, today: date) -> date:
        """Exchanges from this day on are kept, whatever permit they are about."""
        return months_later(today, -12 * self.years)


def foreign_expiry(exchanged_on: date) -> date:
    """The latest day on which a permit can expire that was there on that day: with the longest validity of any type."""
    return months_later(exchanged_on, max(each.months or 0 for each in document_types().values()))


def _years_later(day: date, years: int) -> date:
    try:
        return months_later(day, 12 * years)
    except ValueError:  # beyond the calendar: some permits are written as valid to the year 9999
        return date.max
