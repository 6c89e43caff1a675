"""Score: sum of the weights of the indicators that fired, shown with every indicator."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.risk.facts import RiskFacts
from gateway.domain.risk.indicators import INDICATORS, Evidence, Indicator, Judged
from gateway.domain.trace.held import HeldDocument

DEFAULT_WEIGHTS: Mapping[Indicator, int] = {
    Indicator.REPEATED_NUMBER: 30,
    Indicator.REPEATED_STAMP: 30,
    Indicator.BEYOND_QUOTA: 20,
    Indicator.SUSPENSION: 40,
    Indicator.SOURCE_AND_PURPOSE: 20,
    Indicator.UNUSUAL_ROUTE: 10,
    Indicator.EARLIER_MISMATCH: 10,
    Indicator.SHOWN_ELSEWHERE: 40,
    Indicator.CHAIN_OPEN: 10,
    Indicator.MORE_THAN_CAME_IN: 40,
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """An indicator with its weight. points: the weight where it fired, else 0."""

    indicator: Indicator
    weight: int
    judged: Judged

    @property
    def fired(self) -> bool:
        """Whether there is evidence."""
        return bool(self.judged.evidence)

    @property
    def points(self) -> int:
        """Share of the score."""
        return self.weight if self.fired else 0


@dataclass(frozen=True, slots=True)
class Risk:
    """Risk of a permit: every indicator, those that fired first, the heaviest before lighter."""

    held: HeldDocument
    indicators: tuple[Weighed, ...]

    @property
    def score(self) -> int:
        """Sum of the weights of the indicators that fired."""
        return sum(each.points for each in self.indicators)

    @property
    def fired(self) -> tuple[Weighed, ...]:
        """The indicators that fired."""
        return tuple(each for each in self.indicators if each.fired)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All evidence."""
        return tuple(piece for each in self.indicators for piece in each.judged.evidence)


def risk_of(facts: RiskFacts, weights: Mapping[Indicator, int] = DEFAULT_WEIGHTS) -> Risk:
    """Judge a permit by every indicator."""
    found = [
        Weighed(indicator, weights[indicator], judge(facts))
        for indicator, judge in INDICATORS.items()
    ]
    found.sort(key=lambda each: (not each.fired, -each.weight))
    return Risk(facts.held, tuple(found))
