"""The PostgreSQL that is written to is killed under load, and its synchronous standby promoted: nothing that was
acknowledged is lost."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.builders import a_position
from tests.resilience.nodes import Node, number, plain_node, token
from tests.resilience.test_exactly_once_in import ENVELOPE, bookings

PERMITS, SENDERS = 250, 4
BEFORE_THE_KILL = 60
LONGEST_SECONDS = 60.0


@contextmanager
def pair() -> Iterator[tuple[postgres.Server, postgres.Server]]:
    """A primary and the standby that has every commit before it is acknowledged."""
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
        yield primary, standby


def url_of(*servers: postgres.Server) -> str:
    """All of them; whoever connects takes the one that can be written."""
    hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in servers)
    return f"postgresql://tests@/postgres?{hosts}&target_session_attrs=read-write"


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
            body = ENVELOPE.format(number(place), token(place), "A")
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
def test_nothing_acknowledged_is_lost_with_the_primary(tmp_path: Path, capsys) -> None:
    positions = (a_position("A"),)
    with (
        pair() as (primary, standby),
        plain_node(tmp_path, "MZ", url_of(primary, standby), permits=PERMITS, positions=positions) as node,
    ):
        with Senders(node) as senders:
            while len(senders.acknowledged) < BEFORE_THE_KILL:
                time.sleep(0.01)
            primary.kill()
            killed = time.monotonic()
            time.sleep(1.0)  # somebody has to notice
            standby.promote()
        booked = bookings(node, PERMITS)
    first = min(at for _, at in senders.acknowledged.values() if at > killed + 1.0)
    with capsys.disabled():
        print(
            f"\n  {len(senders.acknowledged)} confirmations; primary killed, standby promoted after 1 s: answered again"
            f" {first - killed:.1f} s after the kill, meanwhile {senders.refused or 'nothing'}"
        )
    assert senders.refused <= {"ServiceUnavailable"}
    assert len(senders.acknowledged) == PERMITS
    assert booked == {(place, "A"): [identity] for place, (identity, _) in senders.acknowledged.items()}
