"""Two gateways, a bad line between them, either of them killed at random: what is in the outbox of the one is booked
exactly once in the ledger of the other, and nothing that was acknowledged is missing there.

TESTED_DELIVERIES says how many confirmations there are.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.domain.delivery import DeliveryState
from gateway.domain.endorsement import SeenQuantity
from tests.builders import a_position
from tests.databases import empty_database
from tests.resilience.bad_line import BadLine
from tests.resilience.nodes import Node, number, plain_node, token
from tests.resilience.test_exactly_once_in import bookings

CONFIRMATIONS = int(os.environ.get("TESTED_DELIVERIES", "60"))
LINES = "AB"
PERMITS = CONFIRMATIONS // len(LINES)
LONGEST_SECONDS = 180 + CONFIRMATIONS
SEED = 20261124
PARTNER = """
[[partner]]
key = "mz"
country = "MZ"
address = "http://127.0.0.1:{}/epix/v2"
read_timeout_seconds = 5
"""


@contextmanager
def both(folder: Path) -> Iterator[tuple[Node, Node, BadLine]]:
    """Mozambique that issued, South Africa that counted, and the line between them."""
    (folder / "mz-db").mkdir()
    (folder / "za-db").mkdir()
    positions = tuple(a_position(letter) for letter in LINES)
    with (
        empty_database(folder / "mz-db") as mz_url,
        empty_database(folder / "za-db") as za_url,
        plain_node(folder, "MZ", mz_url, permits=PERMITS, positions=positions) as mozambique,
        BadLine(mozambique.port, SEED) as bad,
        plain_node(folder, "ZA", za_url, PARTNER.format(bad.port)) as south_africa,
    ):
        yield mozambique, south_africa, bad


def kill(nodes: tuple[Node, Node], over: threading.Event) -> Counter[str]:
    """One or the other, every few seconds, until it is over."""
    chance, killed = random.Random(SEED), Counter[str]()
    while not over.wait(chance.uniform(2.0, 4.0)):
        node = chance.choice(nodes)
        node.kill()
        node.start()
        killed[node.directory.name] += 1
    return killed


def book_all(south_africa: Node) -> dict[str, tuple[int, str]]:
    """Id in the outbox -> what was counted."""
    with build(south_africa.settings) as gateway:
        return {
            gateway.book_outgoing.book("MZ", number(place), token(place), [SeenQuantity(letter, "5")], "T. Nkosi").id: (
                place,
                letter,
            )
            for place in range(PERMITS)
            for letter in LINES
        }


def wait_until_over(south_africa: Node) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    with build(south_africa.settings) as gateway:
        while gateway.store.outbox.all([DeliveryState.WAITING, DeliveryState.UNKNOWN]):
            assert time.monotonic() < until, gateway.store.outbox.counts()
            time.sleep(0.5)


@pytest.mark.xdist_group("resilience")
def test_what_is_in_the_outbox_is_booked_exactly_once(tmp_path: Path, capsys) -> None:
    began = time.monotonic()
    with both(tmp_path) as (mozambique, south_africa, bad):
        booked = book_all(south_africa)
        over = threading.Event()
        with ThreadPoolExecutor(1) as threads:
            killing = threads.submit(kill, (mozambique, south_africa), over)
            try:
                wait_until_over(south_africa)
            finally:
                over.set()
            killed = killing.result()
        with build(south_africa.settings) as gateway:
            told = gateway.store.outbox.all(list(DeliveryState))
            outcomes = Counter(event.outcome for each in told for event in gateway.store.outbox.history(each.id))
        ledger = bookings(mozambique, PERMITS)
    with capsys.disabled():
        print(
            f"\n  {len(told)} confirmations in {time.monotonic() - began:.0f} s, killed {dict(killed)},"
            f" on the line {dict(bad.done)}, outcomes {dict(outcomes)}"
        )
    assert killed, "nobody was killed"
    assert {each.state for each in told} == {DeliveryState.DELIVERED}
    assert len(told) == len(booked)
    assert {place: len(ids) for place, ids in ledger.items()} == dict.fromkeys(booked.values(), 1)
    assert {booked[each.id]: [each.confirmation_id] for each in told} == ledger
