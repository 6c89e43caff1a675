"""Rate limit of a stand-in: so many calls in each window as its dialect says."""

import pytest

from gateway.dialects import CallBudget
from gateway.domain.errors import TooManyRequests
from gateway.simulator.budget_count import BudgetCount


def test_a_call_over_the_budget_is_refused_until_its_window_is_over() -> None:
    now = [100.0]
    count = BudgetCount(CallBudget(per_second=2, per_day=3, source="test"), lambda: now[0])
    count.require()
    count.require()
    with pytest.raises(TooManyRequests, match="2 calls in 1 seconds"):
        count.require()
    now[0] += 1.0
    count.require()
    with pytest.raises(TooManyRequests, match="3 calls in 86400 seconds"):
        count.require()


def test_without_a_budget_every_call_is_taken() -> None:
    count = BudgetCount(None)
    for _ in range(100):
        count.require()
