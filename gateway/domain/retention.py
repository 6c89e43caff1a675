"""Retention rule: a journal record is kept a number of years after its permit has expired."""

from dataclasses import dataclass
from datetime import date, timedelta

from gateway.domain.codes import document_types
from gateway.domain.rules.validity import months_later

_TIME_ZONES = timedelta(days=1)
"""A day has ended in every time zone one day later."""


@dataclass(frozen=True, slots=True)
class Retention:
    """years: counted from the expiry of the permit, or from the exchange where that is later."""

    years: int

    def is_over(self, exchanged_on: date, expires_on: date | None, today: date) -> bool:
        """Whether the retention time of a record is over.

        expires_on: last day of its permit; None where the record is about no permit.
        """
        counted_from = max(exchanged_on, expires_on or exchanged_on)
        return today - _TIME_ZONES > _years_later(counted_from, self.years)

    def may_be_over(self, today: date) -> date:
        """Return the first day of exchanges that are kept in any case."""
        return months_later(today, -12 * self.years)


def foreign_expiry(exchanged_on: date) -> date:
    """Return the latest possible expiry of a foreign permit that existed on a day.

    Its last day is not known here, so the longest validity of any document type is assumed.
    """
    return months_later(exchanged_on, max(each.months or 0 for each in document_types().values()))


def _years_later(day: date, years: int) -> date:
    try:
        return months_later(day, 12 * years)
    except (
        ValueError
    ):  # some permits are written as valid to the year 9999, the end of the calendar
        return date.max
