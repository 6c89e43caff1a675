"""Port of results: sums by hour and day, the last results, and the plan of probes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gateway.domain.availability.results import Result, Tally


class Span(StrEnum):
    """Length of a slot."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class PartnerResult:
    """Result of one exchange with a partner.

    partner: key.  operation: of the wire contract.  at: its beginning, aware.
    """

    partner: str
    operation: str
    at: datetime
    result: Result
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Slot:
    """Results of a partner and operation within one hour or day of UTC.

    planned: they came while a planned window was in force; the others have a slot of their own.
    """

    partner: str
    operation: str
    span: Span
    begins_at: datetime
    planned: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class LastResults:
    """The last results of a partner and operation. All moments are aware, None where there is none.

    good_at: last exchange in which the service worked.  bad_at: last one in which it did not.
    failing_since: first one that failed after the last good one; None where that was good.
    """

    partner: str
    operation: str
    good_at: datetime | None
    bad_at: datetime | None
    failing_since: datetime | None


class PartnerResults(Protocol):
    """Results of exchanges with partners. Every method raises ServiceUnavailable."""

    def add(self, result: PartnerResult) -> None:
        """Add a result to the slot of its hour, and to the last results, in one transaction.

        It counts as planned where a window of the partner holds at its moment.
        """

    def slots(self, since: datetime) -> Sequence[Slot]:
        """Return the slots that begin at a moment or later, oldest first."""

    def last(self) -> Sequence[LastResults]:
        """Return the last results of each partner and operation."""

    def condense(self, hours_before: datetime, days_before: datetime) -> None:
        """Make days of the hours before a moment, and remove the days before another."""


class ProbePlan(Protocol):
    """Moments of the next probes, which all nodes share."""

    def claim(
        self, partner: str, now: datetime, *, first: datetime, following: datetime, latest: datetime
    ) -> bool:
        """Whether the partner is to be probed now; if so, no other node is told so.

        first: moment of the first probe of a partner that has none yet.
        following: moment of the probe after this one.
        latest: a probe that is planned for later than this is planned for `first` anew, because the
        clock was wrong when it was planned, or the interval was longer.
        Raises ServiceUnavailable.
        """
