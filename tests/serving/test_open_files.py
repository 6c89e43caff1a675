"""Open files: the limit of descriptors is raised, or the connections are cut down to it."""

import logging
import resource
from collections.abc import Iterator

import pytest

from gateway.serving import CannotServe, Limits
from gateway.serving.capacity.open_files import RESERVED_FILES, within_open_files

LIMITS = Limits(max_connections=1_000, max_handshakes=200)
NEEDED = 1_000 + 200 + RESERVED_FILES


class Process:
    """The limit of this process; soft and hard as in getrlimit(2)."""

    def __init__(self) -> None:
        self.limit = (1024, 1024)

    def get(self, _: int) -> tuple[int, int]:
        return self.limit

    def set(self, _: int, limit: tuple[int, int]) -> None:
        self.limit = limit


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    made = Process()
    monkeypatch.setattr(resource, "getrlimit", made.get)
    monkeypatch.setattr(resource, "setrlimit", made.set)
    yield made


@pytest.mark.parametrize("hard", [NEEDED, resource.RLIM_INFINITY])
def test_the_soft_limit_is_raised_to_what_connections_need(process: Process, hard: int) -> None:
    process.limit = (1024, hard)
    assert within_open_files(LIMITS, with_tls=True) == LIMITS
    assert process.limit == (NEEDED, hard)


def test_a_limit_that_is_high_enough_stays(process: Process) -> None:
    process.limit = (NEEDED, NEEDED)
    assert within_open_files(LIMITS, with_tls=True) == LIMITS
    assert process.limit == (NEEDED, NEEDED)


def test_without_tls_no_handshakes_are_counted(process: Process) -> None:
    process.limit = (NEEDED - 200, NEEDED - 200)
    assert within_open_files(LIMITS, with_tls=False) == LIMITS


def test_under_a_low_hard_limit_there_are_fewer_connections_and_the_log_says_so(
    process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    process.limit = (512, 1024)
    with caplog.at_level(logging.WARNING):
        limits = within_open_files(LIMITS, with_tls=True)
    assert process.limit == (1024, 1024)
    assert limits.max_connections + limits.max_handshakes + RESERVED_FILES <= 1024
    assert limits.max_connections > 500
    assert "LimitNOFILE" in caplog.text


def test_a_limit_that_leaves_no_connections_is_an_error(process: Process) -> None:
    process.limit = (RESERVED_FILES, RESERVED_FILES)
    with pytest.raises(CannotServe, match="LimitNOFILE"):
        within_open_files(LIMITS, with_tls=False)
