"""Retention rule: five years after the permit has expired, unless another rule is set."""

from datetime import date

import pytest

from gateway.domain.retention import Retention, foreign_expiry

FIVE = Retention(5)


@pytest.mark.parametrize(
    ("exchanged_on", "expires_on", "last_day"),
    [
        (
            date(2020, 6, 1),
            date(2020, 12, 31),
            date(2026, 1, 1),
        ),  # from the expiry, not from the exchange
        (date(2020, 6, 1), None, date(2025, 6, 2)),  # about no permit
        (
            date(2023, 6, 1),
            date(2020, 12, 31),
            date(2028, 6, 2),
        ),  # asked for long after it had expired
        (
            date(2019, 1, 1),
            date(2020, 2, 29),
            date(2025, 3, 1),
        ),  # a day that the later year has not
    ],
)
def test_a_record_stays_to_the_last_day_and_one_more_for_every_time_zone(
    exchanged_on, expires_on, last_day
) -> None:
    assert not FIVE.is_over(exchanged_on, expires_on, last_day)
    assert FIVE.is_over(exchanged_on, expires_on, date.fromordinal(last_day.toordinal() + 1))


def test_a_permit_without_end_is_kept_to_the_end_of_the_calendar() -> None:
    assert not FIVE.is_over(date(2020, 1, 1), date(9999, 12, 31), date.max)


def test_another_rule() -> None:
    assert Retention(1).is_over(date(2020, 1, 1), None, date(2021, 1, 3))
    assert not Retention(100).is_over(date(2020, 1, 1), None, date(2119, 1, 1))


def test_a_foreign_permit_may_have_been_issued_on_that_very_day_for_three_years() -> None:
    assert foreign_expiry(date(2020, 6, 1)) == date(2023, 6, 1)


def test_nothing_younger_than_the_rule_needs_to_be_looked_at() -> None:
    assert FIVE.may_be_over(date(2026, 3, 5)) == date(2021, 3, 5)
    assert not FIVE.is_over(date(2021, 3, 5), None, date(2026, 3, 5))
