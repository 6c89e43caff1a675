"""Port of daily counts: exchanges by day, direction, partner, outcome and class of duration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from gateway.exchange.ports.journal import Direction


@dataclass(frozen=True, slots=True)
class CountKey:
    """What is counted together. day: in UTC.  partner: key, empty where it is not known.

    duration: class of the answer time, as `gateway/exchange/console/durations.py` has it.
    """

    day: date
    direction: Direction
    partner: str
    outcome: str
    duration: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Number of exchanges, and id of the newest of them."""

    times: int
    newest: str


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """Exchanges of a day with an outcome, in both directions."""

    day: date
    outcome: str
    times: int


@dataclass(frozen=True, slots=True)
class DayDuration:
    """Exchanges of a day and direction with a class of duration."""

    day: date
    direction: Direction
    duration: int
    times: int


class ExchangeCounts(Protocol):
    """Daily counts. Every method raises ServiceUnavailable."""

    def position(self) -> str | None:
        """Return the id up to which exchanges are counted; None before the first."""

    def add(self, counts: Mapping[CountKey, Counted], before: str | None, reached: str) -> bool:
        """Add counts and move the position, in one transaction.

        before: the position that was read.  reached: the new one.
        Returns False, and stores nothing, where another process has moved it meanwhile.
        """

    def remove(self, before: date) -> None:
        """Remove the counts of days before one."""

    def outcomes(self, since: date, partner: str | None = None) -> Sequence[DayOutcome]:
        """Return exchanges by day and outcome, from a day on. partner: key; None: of all."""

    def durations(self, since: date, partner: str | None = None) -> Sequence[DayDuration]:
        """Return exchanges by day, direction and class of duration, from a day on."""

    def last_good(self, direction: Direction, since: date) -> Mapping[str, datetime]:
        """Return the moment of the newest exchange with outcome `ok`, by partner."""
