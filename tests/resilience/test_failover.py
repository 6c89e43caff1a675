"""Failover of PostgreSQL under load: nothing acknowledged is lost, and no gateway is restarted.

The primary is killed and its synchronous standby promoted, or a server is stopped and started.
"""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.builders import a_position
from tests.resilience.nodes import Node, number, plain_node, token
from tests.resilience.test_exactly_once_in import ENVELOPE, bookings
from tests.waiting import until

pytestmark = pytest.mark.slow

PERMITS, SENDERS = 40, 4
BEFORE_THE_FALL = 10
LONGEST_SECONDS = 60.0


@dataclass(frozen=True)
class DatabaseProblem:
    """An outage of the database. fall: begins it.  rise: ends it."""

    url: str
    fall: Callable[[], None]
    rise: Callable[[], None]


@contextmanager
def primary_killed_and_standby_promoted() -> Iterator[DatabaseProblem]:
    """The standby has each commit before its acknowledgement. Clients use the writable server."""
    with postgres.Server() as primary, postgres.Server(primary) as standby:
        with psycopg.connect(primary.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            state = "SELECT sync_state FROM pg_stat_replication"
            until(
                lambda: connection.execute(state).fetchone() == ("sync",), "the standby to follow"
            )
        hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in (primary, standby))
        url = f"postgresql://tests@/postgres?{hosts}&target_session_attrs=read-write"
        yield DatabaseProblem(url, primary.kill, standby.promote)


@contextmanager
def server_stopped_and_started() -> Iterator[DatabaseProblem]:
    with postgres.Server() as server:
        yield DatabaseProblem(server.url, server.stop_at_once, server.start)


class Senders:
    """Threads that confirm permit after permit, each until it is acknowledged.

    acknowledged: permit -> (id, time).
    """

    def __init__(self, node: Node) -> None:
        self._port = node.port
        self._places = iter(range(PERMITS))
        self._lock = threading.Lock()
        self.acknowledged: dict[int, tuple[str, float]] = {}
        self.refused: set[str] = set()
        self._threads = [threading.Thread(target=self._send) for _ in range(SENDERS)]

    def __enter__(self) -> "Senders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        deadline = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline:
            with self._lock:
                place = next(self._places, None)
            if place is None:
                return
            while not self._acknowledged(place) and time.monotonic() < deadline:
                time.sleep(0.05)

    def _acknowledged(self, place: int) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            body = ENVELOPE.format(number(place), token(place), "A", 5)
            line.request("POST", "/epix/v2", body, {"Content-Type": "text/xml"})
            said = line.getresponse().read().decode()
        finally:
            line.close()
        if "</ConfirmationId>" in said:
            identity = said.partition("<ConfirmationId>")[2].partition("<")[0]
            self.acknowledged[place] = identity, time.monotonic()
            return True
        self.refused.add(said.partition("<faultstring>")[2].partition("<")[0])
        return False


@pytest.mark.long_haul  # the short form has two nodes on one server
@pytest.mark.xdist_group("resilience")
@pytest.mark.parametrize(
    "befalls",
    [
        primary_killed_and_standby_promoted,
        server_stopped_and_started,
    ],
)
def test_nothing_acknowledged_is_lost_and_no_gateway_restarted(
    tmp_path: Path, befalls, capsys
) -> None:
    positions = (a_position("A"),)
    with (
        befalls() as error,
        plain_node(tmp_path, "MZ", error.url, permits=PERMITS, positions=positions) as node,
    ):
        with Senders(node) as senders:
            until(lambda: len(senders.acknowledged) >= BEFORE_THE_FALL)
            error.fall()
            fallen = time.monotonic()
            time.sleep(1.0)  # the time that a tool or a person needs to notice
            error.rise()
            risen = time.monotonic()
        booked = bookings(node, PERMITS)
    first = min(at for _, at in senders.acknowledged.values() if at > fallen + 1.0)
    with capsys.disabled():
        print(
            f"\n  {len(senders.acknowledged)} confirmations, {befalls.__name__.replace('_', ' ')}"
            f" after 1 s: answered again {first - fallen:.1f} s after the fall,"
            f" {first - risen:+.1f} s from when it was up, meanwhile {senders.refused or 'nothing'}"
        )
    assert senders.refused <= {"ServiceUnavailable"}
    assert len(senders.acknowledged) == PERMITS
    assert booked == {
        (place, "A"): [identity] for place, (identity, _) in senders.acknowledged.items()
    }
