"""Retry policy: growing back-off with jitter, and a circuit breaker for each partner."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Barrier, Event

import pytest

from gateway.domain.errors import GatewayError, PartnerFault, PartnerTimeout, PartnerUnreachable
from gateway.exchange.ports import CircuitOpen
from gateway.partners.retry import FAILURES_IN_A_ROW, RetryPolicy

FIRST, LONGEST, OPEN = 2.0, 3600.0, 15.0
DOWN = PartnerUnreachable("down")


@dataclass
class Circuit:
    """A retry policy and a clock that tests set."""

    time: float = 1_000.0
    policy: RetryPolicy = field(init=False)

    def __post_init__(self) -> None:
        self.policy = RetryPolicy(FIRST, LONGEST, OPEN, lambda: self.time)

    def answers(self, country: str = "MZ") -> bool:
        """Whether a call that succeeds was let through."""
        try:
            return self.policy.call(country, lambda: True)
        except CircuitOpen:
            return False

    def fails(self, error: BaseException = DOWN, times: int = 1) -> None:
        """Calls that are let through and raise this error."""
        for _ in range(times):
            with pytest.raises(type(error)):
                self.policy.call("MZ", partial(raising, error))


def raising(error: BaseException) -> None:
    raise error


@pytest.fixture
def circuit() -> Circuit:
    return Circuit()


def test_backoff_doubles_up_to_the_maximum(circuit: Circuit) -> None:
    for attempts, least in ((1, FIRST), (2, 4.0), (3, 8.0), (10, 1024.0), (12, LONGEST)):
        assert least <= circuit.policy.seconds(attempts) <= least + FIRST
    assert LONGEST <= circuit.policy.seconds(100_000) <= LONGEST + FIRST


def test_backoff_has_jitter(circuit: Circuit) -> None:
    assert len({circuit.policy.seconds(1) for _ in range(20)}) > 10


@pytest.mark.parametrize("error", [DOWN, PartnerTimeout("late")])
def test_the_circuit_opens_after_five_failures_in_a_row(
    circuit: Circuit, error: GatewayError
) -> None:
    circuit.fails(error, FAILURES_IN_A_ROW - 1)
    assert circuit.answers()  # and the count begins anew
    circuit.fails(error, FAILURES_IN_A_ROW)
    assert not circuit.answers()
    assert circuit.answers("CH")


@pytest.mark.parametrize(
    "error",
    [
        PartnerFault("no", partner_code="QuantityExceeded", partner_text=""),
        ValueError("a defect of ours"),
    ],
)
def test_any_other_error_opens_nothing(circuit: Circuit, error: Exception) -> None:
    circuit.fails(error, 3 * FAILURES_IN_A_ROW)
    assert circuit.answers()


def test_an_open_circuit_lets_nothing_through_until_its_time_is_over(circuit: Circuit) -> None:
    circuit.fails(times=FAILURES_IN_A_ROW)
    circuit.time += OPEN - 0.001
    assert not circuit.answers()
    circuit.time += 0.001
    assert circuit.answers()


def test_a_trial_that_succeeds_closes_the_circuit(circuit: Circuit) -> None:
    circuit.fails(times=FAILURES_IN_A_ROW)
    circuit.time += OPEN
    assert circuit.answers()
    circuit.fails(times=FAILURES_IN_A_ROW - 1)
    assert circuit.answers()


def test_a_trial_that_fails_opens_the_circuit_for_the_whole_time(circuit: Circuit) -> None:
    circuit.fails(times=FAILURES_IN_A_ROW)
    circuit.time += OPEN
    circuit.fails()
    circuit.time += OPEN - 0.001
    assert not circuit.answers()
    circuit.time += 0.001
    assert circuit.answers()


def test_a_trial_that_ends_in_a_defect_does_not_block_the_next(circuit: Circuit) -> None:
    circuit.fails(times=FAILURES_IN_A_ROW)
    circuit.time += OPEN
    circuit.fails(KeyboardInterrupt())
    assert circuit.answers()


def test_only_one_trial_is_under_way(circuit: Circuit) -> None:
    circuit.fails(times=FAILURES_IN_A_ROW)
    circuit.time += OPEN
    assert circuit.policy.call("MZ", circuit.answers) is False
    assert circuit.answers()


def test_calls_run_side_by_side_while_the_circuit_is_closed(circuit: Circuit) -> None:
    together = Barrier(4)  # passes once all four are there
    with ThreadPoolExecutor(4) as threads:
        arrived = threads.map(
            lambda _: circuit.policy.call("MZ", lambda: together.wait(10)), range(4)
        )
        assert sorted(arrived) == [0, 1, 2, 3]


def test_failures_of_calls_side_by_side_are_counted_each(circuit: Circuit) -> None:
    together = Barrier(FAILURES_IN_A_ROW)

    def action() -> None:
        together.wait(10)
        raise DOWN

    def attempt(_: int) -> None:
        with pytest.raises(PartnerUnreachable):
            circuit.policy.call("MZ", action)

    with ThreadPoolExecutor(FAILURES_IN_A_ROW) as threads:
        list(threads.map(attempt, range(FAILURES_IN_A_ROW)))
    assert not circuit.answers()


def test_a_success_from_before_the_circuit_opened_does_not_close_it(circuit: Circuit) -> None:
    begun, may_end = Event(), Event()

    def slow() -> bool:
        begun.set()
        return may_end.wait(10)

    with ThreadPoolExecutor(1) as threads:
        under_way = threads.submit(circuit.policy.call, "MZ", slow)
        assert begun.wait(10)
        circuit.fails(times=FAILURES_IN_A_ROW)
        may_end.set()
        assert under_way.result(10)
    assert not circuit.answers()
