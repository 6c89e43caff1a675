"""Score of a conformance run: points by the weight of the cases, per group and in all."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.conformance.case import CaseResult, Outcome, Weight


@dataclass(frozen=True, slots=True)
class Score:
    """Score of some cases. points, possible: of the cases that were tried.

    musts_failed: failed cases of the weight `must`.
    """

    name: str
    passed: int
    failed: int
    not_tried: int
    points: int
    possible: int
    musts_failed: int

    @property
    def percent(self) -> int:
        """Points in percent, rounded down: 100 are full marks; 0 where nothing was tried."""
        return 100 * self.points // self.possible if self.possible else 0

    @property
    def is_conformant(self) -> bool:
        """Whether something was tried, and no requirement of the weight `must` failed."""
        return self.possible > 0 and not self.musts_failed


def score_of(name: str, results: Sequence[CaseResult]) -> Score:
    """The score of results."""
    tried = [each for each in results if each.outcome is not Outcome.NOT_TRIED]
    passed = [each for each in tried if each.outcome is Outcome.PASSED]
    return Score(
        name,
        len(passed),
        len(tried) - len(passed),
        len(results) - len(tried),
        sum(each.case.weight.points for each in passed),
        sum(each.case.weight.points for each in tried),
        sum(each.case.weight is Weight.MUST for each in tried if each.outcome is Outcome.FAILED),
    )


def scores_by_group(results: Sequence[CaseResult]) -> list[Score]:
    """The score of each group, in the order of the cases."""
    groups = dict.fromkeys(each.case.group for each in results)
    return [
        score_of(group, [each for each in results if each.case.group == group]) for group in groups
    ]
