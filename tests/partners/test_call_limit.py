"""Rate limit of calls to a partner: strict in every window, across processes and budgets."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.dialects import CallBudget
from gateway.domain.errors import Retry, ServiceUnavailable, TooManyRequests
from gateway.domain.partner import OperationName
from gateway.partners.call_limit import JITTER_SECONDS, CallLimit
from gateway.partners.client import PartnerClient
from tests.partners.conftest import JournalInMemory
from tests.partners.partner_cases import NUMBER, TOKEN, envelope, profile
from tests.partners.partner_server import says


@dataclass
class Clock:
    """Seconds since 1970; a wait moves it on."""

    at: float = 1_000_000.0
    waited: float = 0.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.waited += seconds


def limit(file: Path, clock: Clock, **budget: float) -> CallLimit:
    return CallLimit(
        "Partner be (BE)",
        CallBudget(source="its page", **budget),  # type: ignore[arg-type]
        file,
        clock.now,
        clock.sleep,
    )


def test_no_window_holds_more_calls_than_the_budget(tmp_path: Path) -> None:
    clock = Clock()
    there = limit(tmp_path / "be", clock, per_second=5, per_minute=12, wait_seconds=60)
    moments = []
    for step in range(40):
        clock.at += step % 3 * 0.07
        there.take()
        moments.append(clock.at)
    for seconds, most in ((1.0, 5), (60.0, 12)):
        for begin in moments:
            inside = [each for each in moments if begin <= each < begin + seconds - 1e-6]
            assert len(inside) <= most
    assert clock.waited > 0


def test_a_short_wait_is_waited_and_a_long_one_is_refused(tmp_path: Path) -> None:
    clock = Clock()
    short = limit(tmp_path / "short", clock, per_second=2, wait_seconds=2)
    for _ in range(3):
        short.take()
    assert clock.waited == pytest.approx(1.0 + JITTER_SECONDS)
    long = limit(tmp_path / "long", clock, per_day=1, wait_seconds=2)
    long.take()
    with pytest.raises(TooManyRequests, match=r"1 call a day.*come back in 86401 s") as refused:
        long.take()
    assert refused.value.retry is Retry.LATER
    assert clock.waited == pytest.approx(1.0 + JITTER_SECONDS)


def test_the_wait_of_several_places_together_is_bounded(tmp_path: Path) -> None:
    clock = Clock()
    there = limit(tmp_path / "be", clock, per_second=1, wait_seconds=0.5)
    there.take()
    with pytest.raises(TooManyRequests):
        there.take()
    clock.at += 0.8
    there.take()
    assert clock.waited == pytest.approx(0.2 + JITTER_SECONDS)


def test_a_new_budget_begins_anew(tmp_path: Path) -> None:
    clock = Clock()
    limit(tmp_path / "be", clock, per_day=1, wait_seconds=0).take()
    limit(tmp_path / "be", clock, per_day=2, wait_seconds=0).take()
    assert clock.waited == 0


def test_a_clock_that_is_set_back_stops_nothing(tmp_path: Path) -> None:
    clock = Clock()
    there = limit(tmp_path / "be", clock, per_day=1, wait_seconds=0)
    there.take()
    clock.at -= 500_000
    there.take()
    with pytest.raises(TooManyRequests):
        there.take()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "be").mkdir()
    with pytest.raises(ServiceUnavailable, match="be cannot be written"):
        limit(tmp_path / "be", Clock(), per_second=1).take()


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    limit(tmp_path / "calls/be", Clock(), per_second=1).take()
    assert (tmp_path / "calls/be").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "calls").stat().st_mode & 0o777 == 0o700


TAKES = """
import sys
from pathlib import Path
from gateway.dialects import CallBudget
from gateway.domain.errors import TooManyRequests
from gateway.partners.call_limit import JITTER_SECONDS, CallLimit

budget = CallBudget(per_day=3000, wait_seconds=0, source="x")
there = CallLimit("be", budget, Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
taken = 0
for _ in range(2000):
    try:
        there.take()
        taken += 1
    except TooManyRequests:
        pass
print(taken)
"""


@pytest.mark.slow
def test_processes_share_one_budget(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TAKES, str(tmp_path / "be")]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for each in running:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    for each in running:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    taken = [int(each.communicate()[0]) for each in running]
    assert sum(taken) == 3000


@pytest.mark.slow
def test_a_call_over_the_budget_is_not_sent_and_not_journalled(
    partner: Callable, journal: JournalInMemory, tmp_path: Path
) -> None:
    there = partner(says(envelope("partner_v2_permit.xml")))
    clock = Clock()
    client = PartnerClient(
        profile(there.address),
        journal,
        lambda: datetime.now(UTC),
        lambda: "exchange",
        limit=limit(tmp_path / "be", clock, per_day=1),
    )
    client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    with pytest.raises(TooManyRequests):
        client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN)
    assert (len(there.asked), len(journal.exchanges)) == (1, 1)
    assert client.longest_seconds == 2.0 + 2.0 + 5.0
