"""The PostgreSQL that is written to is killed under load and its synchronous standby promoted, or it is stopped and
started: nothing that was acknowledged is lost, and the gateway goes on by itself."""

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

PERMITS, SENDERS = 250, 4
BEFORE_THE_FALL = 60
LONGEST_SECONDS = 60.0


@dataclass(frozen=True)
class Trouble:
    """fall, rise: what is done to the server, and for it."""

    url: str
    fall: Callable[[], None]
    rise: Callable[[], None]


@contextmanager
def primary_killed_and_standby_promoted() -> Iterator[Trouble]:
    """The standby has every commit before it is acknowledged; whoever connects takes the one that can be written."""
    with postgres.Server() as primary, postgres.Server(primary) as standby:
        with psycopg.connect(primary.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            for _ in range(100):
                if connection.execute("SELECT sync_state FROM pg_stat_replication").fetchone() == ("sync",):
                    break
                time.sleep(0.1)
            else:
                raise AssertionError("the standby does not follow")
        hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in (primary, standby))
        url = f"postgresql://tests@/postgres?{hosts}&target_session_attrs=read-write"
        yield Trouble(url, primary.kill, standby.promote)


@contextmanager
def server_stopped_and_started() -> Iterator[Trouble]:
    with postgres.Server() as server:
        yield Trouble(server.url, server.stop_at_once, server.start)


class Senders:
    """Each confirms permit after permit, again and again until it is acknowledged. acknowledged: permit -> id, when."""

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
        until = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < until:
            with self._lock:
                place = next(self._places, None)
            if place is None:
                return
            while not self._acknowledged(place) and time.monotonic() < until:
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


@pytest.mark.xdist_group("resilience")
@pytest.mark.parametrize("befalls", [primary_killed_and_standby_promoted, server_stopped_and_started])
def test_nothing_acknowledged_is_lost_and_no_gateway_restarted(tmp_path: Path, befalls, capsys) -> None:
    positions = (a_position("A"),)
    with befalls() as trouble, plain_node(tmp_path, "MZ", trouble.url, permits=PERMITS, positions=positions) as node:
        with Senders(node) as senders:
            while len(senders.acknowledged) < BEFORE_THE_FALL:
                time.sleep(0.01)
            trouble.fall()
            fallen = time.monotonic()
            time.sleep(1.0)  # somebody has to notice
            trouble.rise()
            risen = time.monotonic()
        booked = bookings(node, PERMITS)
    first = min(at for _, at in senders.acknowledged.values() if at > fallen + 1.0)
    with capsys.disabled():
        print(
            f"\n  {len(senders.acknowledged)} confirmations, {befalls.__name__.replace('_', ' ')} after 1 s: answered"
            f" again {first - fallen:.1f} s after the fall, {first - risen:+.1f} s from when it was up, meanwhile"
            f" {senders.refused or 'nothing'}"
        )
    assert senders.refused <= {"ServiceUnavailable"}
    assert len(senders.acknowledged) == PERMITS
    assert booked == {(place, "A"): [identity] for place, (identity, _) in senders.acknowledged.items()}
