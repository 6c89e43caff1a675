"""Availability of a real partner: two nodes probe it, it goes away, and everybody is told so."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build, operations
from gateway.bootstrap.gateway import Gateway
from gateway.bootstrap.parts.alerts import current_alerts
from gateway.cli.demo import two_gateways
from gateway.cli.demo.two_gateways import Country, TwoGateways
from gateway.cli.main import app
from gateway.exchange.ports import JournalFilter
from gateway.settings import load_settings
from tests.forked.commands import running
from tests.postgres import free_port
from tests.waiting import LONGEST_SECONDS

pytestmark = pytest.mark.slow

ROUND = timedelta(minutes=6)
"""Longer than an interval with its jitter: each round has one probe."""
UP, DOWN = 4, 8
"""Rounds."""


class Clock:
    """A clock that both nodes share, hours behind the real one at first."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) - ROUND * (UP + DOWN + 2)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def gateways(tmp_path: Path) -> TwoGateways:
    """Mozambique, which probes South Africa each five minutes, and South Africa."""
    made = two_gateways.make(tmp_path)
    file = made.mozambique.directory / "conf/gateway.toml"
    text = file.read_text(encoding="utf-8").replace("# probe_seconds = 0", "probe_seconds = 300")
    assert "\nprobe_seconds = 300" in text
    file.write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def nodes(gateways: TwoGateways) -> Iterator[tuple[Clock, list[Gateway]]]:
    """Two nodes of Mozambique on one database."""
    clock = Clock()
    with ExitStack() as stack:
        settings = load_settings(gateways.mozambique.directory)
        yield clock, [stack.enter_context(build(settings, clock)) for _ in range(2)]


def probes(clock: Clock, nodes: list[Gateway]) -> int:
    """Let both nodes look for partners that are due, at once; the number of probes."""
    clock.now += ROUND
    with ThreadPoolExecutor(len(nodes)) as threads:
        sent = [threads.submit(node.availability.probe.all_due) for node in nodes]
    return sum(each.result() for each in sent)


def epix(country: Country, *words: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, [*words, "--dir", str(country.directory)])
    assert done.exit_code == status, done.output
    return done.output


def metrics(country: Country) -> str:
    port = free_port()
    file = country.directory / "conf/gateway.toml"
    text = file.read_text(encoding="utf-8")
    listen = f'\n[operations]\nenabled = true\nlisten = "127.0.0.1:{port}"\n'
    file.write_text(text.replace("\n[operations]\n", listen), encoding="utf-8")
    address = f"http://127.0.0.1:{port}/metrics"
    with operations(load_settings(country.directory)):
        return urllib.request.urlopen(address, timeout=30).read().decode()


@pytest.mark.long_haul  # tests/store/availability has nodes
def test_a_partner_is_probed_by_one_node_at_a_time_and_its_failure_is_known_everywhere(
    gateways: TwoGateways, nodes: tuple[Clock, list[Gateway]]
) -> None:
    ours, theirs = gateways.both
    command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", theirs.directory]
    assert probes(*nodes) == 0, "the first probe comes after a part of the interval"
    with running([*map(str, command)], ready_seconds=LONGEST_SECONDS):
        assert [probes(*nodes) for _ in range(UP)] == [1] * UP
    with build(theirs.settings) as partner:
        states = JournalFilter(operation="ServiceState")
        assert len(partner.store.journal.search(states, 100)) == UP
    assert [probes(*nodes) for _ in range(DOWN)] == [1] * DOWN

    (history,) = json.loads(epix(ours, "state", "ZA", "--history", "--json"))
    (state,) = history["operations"]
    assert (history["failing"], state["answered"], state["unreachable"]) == (True, UP, DOWN)
    assert state["availability"] == UP / (UP + DOWN)
    shown = epix(ours, "state", "--history", "--by", "day")
    assert "✗ za  failing since" in shown
    assert "ServiceState  33.33 % of 12 worked" in shown
    assert "Its last good answer came" in epix(ours, "ask", "ZA", "ZA26EX000001", status=40)

    def told() -> list[str]:
        return [
            each.partner
            for each in current_alerts(load_settings(ours.directory))
            if each.kind == "partner-unreachable"
        ]

    assert told() == ["za"]
    text = metrics(ours)
    assert 'epix_partner_answered_ratio{operation="ServiceState",partner="za"} 0.33' in text
    assert 'epix_partner_last_good_timestamp_seconds{operation="ServiceState"' in text
    today, later = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (0, 1))
    by = ("--person", "T. Sitoe", "--reason", "new servers")
    epix(ours, "partners", "window", "add", "za", "--from", today, "--until", later, *by)
    assert told() == []
    assert "It has announced to be away until" in epix(ours, "state", "ZA", "--json", status=40)
