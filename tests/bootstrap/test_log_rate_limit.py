"""Rate limit of log events: a kind is logged so often a minute, and the others are counted."""

import io
import logging

import pytest

from gateway.bootstrap.log_format import OneLineFormatter
from gateway.bootstrap.log_rate_limit import MAX_OF_A_KIND, WINDOW_SECONDS, LogRateLimit


class Log:
    """A logger of its own with the limit, and a clock that the test moves."""

    def __init__(self, name: str) -> None:
        self.time = 100.0
        self.out = io.StringIO()
        handler = logging.StreamHandler(self.out)
        handler.setFormatter(OneLineFormatter("%(levelname)s %(message)s"))
        handler.addFilter(LogRateLimit(handler.handle, lambda: self.time))
        self.logger = logging.Logger(name, logging.INFO)
        self.logger.addHandler(handler)

    def lines(self) -> list[str]:
        return self.out.getvalue().splitlines()


@pytest.fixture
def log(request: pytest.FixtureRequest) -> Log:
    return Log(request.node.name)


def test_a_kind_is_logged_so_often_and_the_others_are_counted(log: Log) -> None:
    for number in range(MAX_OF_A_KIND + 500):
        log.logger.error("The database refused: %s", number)
    assert len(log.lines()) == MAX_OF_A_KIND
    log.time += WINDOW_SECONDS
    log.logger.warning("another kind")
    assert log.lines()[MAX_OF_A_KIND:] == [
        "ERROR 500 more events within 60 seconds like: The database refused: %s",
        "WARNING another kind",
    ]


def test_a_kind_that_is_seldom_is_logged_beside_a_flood_of_another(log: Log) -> None:
    for number in range(10 * MAX_OF_A_KIND):
        log.logger.error("flood %s", number)
    log.logger.error("seldom %s", 1)
    log.logger.warning("flood %s", 1)
    assert log.lines()[MAX_OF_A_KIND:] == ["ERROR seldom 1", "WARNING flood 1"]


def test_a_new_window_begins_anew(log: Log) -> None:
    for _ in range(3):
        for number in range(MAX_OF_A_KIND):
            log.logger.error("refused %s", number)
        log.time += WINDOW_SECONDS
    assert len(log.lines()) == 3 * MAX_OF_A_KIND, "and no count, as none was left out"


def test_events_of_exchanges_are_not_limited(log: Log) -> None:
    for number in range(5 * MAX_OF_A_KIND):
        log.logger.info("exchange %s", number)
    assert len(log.lines()) == 5 * MAX_OF_A_KIND
