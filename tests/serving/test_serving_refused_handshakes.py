"""Rate limit of audit records about refused TLS handshakes: few single ones, others counted."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.serving.handshake_log_limit import (
    DAY_SECONDS,
    MAX_SINGLE_RECORDS,
    MAX_SINGLE_RECORDS_PER_DAY,
    WINDOW_SECONDS,
    HandshakeLogLimit,
)
from tests.serving.wire import post, say
from tests.waiting import until

SITE, RECORD = "mirror_site:site_of_short_windows", "mirror_site:note_refused_handshake"
UNKNOWN, NONE = "unable to get local issuer certificate", "no certificate"


class Loop:
    """An event loop whose clock and timers the test drives."""

    def __init__(self) -> None:
        self.now = 1.0
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, due: Callable[[], None]) -> None:
        self.timers.append((seconds, due))


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    made = Loop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: made)
    return made


def test_in_each_window_few_are_recorded_singly_and_the_others_counted(loop: Loop) -> None:
    records: list[str] = []
    limit = HandshakeLogLimit(records.append)
    for reason in [UNKNOWN] * MAX_SINGLE_RECORDS + [NONE, UNKNOWN, NONE]:
        limit.add(reason)
    assert records == [UNKNOWN] * MAX_SINGLE_RECORDS
    ((seconds, end_window),) = loop.timers
    assert seconds == WINDOW_SECONDS
    end_window()
    assert records[MAX_SINGLE_RECORDS:] == [
        f"{NONE} (2 more within a minute)",
        f"{UNKNOWN} (1 more within a minute)",
    ]
    limit.add(NONE)
    assert records[-1] == NONE
    assert len(loop.timers) == 2, "a new window has begun"


def test_what_is_recorded_in_a_day_is_bounded(loop: Loop) -> None:
    records: list[str] = []
    limit = HandshakeLogLimit(records.append)
    windows = MAX_SINGLE_RECORDS_PER_DAY // MAX_SINGLE_RECORDS + 10
    for window in range(windows):
        for _ in range(MAX_SINGLE_RECORDS + 5):
            limit.add(NONE)
        assert len(loop.timers) == window + 1, "one window at a time"
        loop.now += WINDOW_SECONDS
        loop.timers[-1][1]()
    assert len(records) == MAX_SINGLE_RECORDS_PER_DAY + windows
    loop.now += DAY_SECONDS
    limit.add(UNKNOWN)
    assert records[-1] == UNKNOWN, "a new day has begun"


def total(file: Path) -> Counter[str]:
    """How often each reason was recorded, singly or in a count."""
    counts: Counter[str] = Counter()
    for line in file.read_text().splitlines() if file.exists() else ():
        more = re.fullmatch(r"(.+) \((\d+) more within a minute\)", line)
        counts[more[1] if more else line] += int(more[2]) if more else 1
    return counts


@pytest.mark.slow
def test_each_refused_handshake_of_a_flood_is_recorded_or_counted(
    start, tls, pki, as_client, tmp_path
) -> None:
    file = tmp_path / "refused"
    stranger, nobody, partner = (as_client(who) for who in (pki.stranger, None, pki.partner))
    with start(
        {"REFUSED_FILE": str(file)}, site=SITE, tls=tls, refused_handshakes=RECORD
    ) as server:
        for number in range(30):
            context = nobody if number % 3 == 0 else stranger
            try:
                say(server.address, b"GET / HTTP/1.1\r\n\r\n", context=context)
            except OSError:
                continue
        assert post(server.address, context=partner).status == 200
        until(lambda: total(file) == {UNKNOWN: 20, NONE: 10}, "every refused handshake")
