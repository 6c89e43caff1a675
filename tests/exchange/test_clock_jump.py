"""Clock jump detection: logged once, and over when the clock is set back."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from gateway.exchange.service.clock_jump import ClockJumpDetector

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


class Machine:
    """A machine with two clocks. wrong: error of its wall clock."""

    def __init__(self) -> None:
        self.runs, self.wrong = 0.0, timedelta(0)
        self.clock_jump = ClockJumpDetector(
            lambda: NOON + timedelta(seconds=self.runs) + self.wrong, lambda: 50.0 + self.runs
        )


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_time_that_passes_is_no_jump(machine: Machine) -> None:
    machine.runs = 30 * 86400.0
    assert not machine.clock_jump.has_jumped()
    assert machine.clock_jump.off_seconds() == 0


def test_small_corrections_are_no_jump(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    machine.wrong = timedelta(seconds=-50)
    assert not machine.clock_jump.has_jumped()
    assert caplog.text == ""


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=3650)])
def test_a_jump_is_logged_once_and_holds_until_it_is_undone(
    machine: Machine, jump: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        machine.wrong = jump
        assert machine.clock_jump.has_jumped()
        assert machine.clock_jump.has_jumped()
        assert caplog.text.count("jumped by") == 1
        assert f"{jump.total_seconds():+.0f} seconds" in caplog.text
        machine.wrong = timedelta(0)
        assert not machine.clock_jump.has_jumped()
        assert caplog.text.count("jumped by") == 2
