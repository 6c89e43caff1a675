"""Two gateways, a bad line between them, either of them killed at random, and their database stopped and started: what
is in the outbox of the one is booked exactly once in the ledger of the other, and nothing acknowledged is missing.

TESTED_DELIVERIES says how many confirmations there are.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, build
from gateway.domain.delivery import DeliveryState
from gateway.domain.endorsement import SeenQuantity
from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.ports import Outgoing
from tests.builders import a_position
from tests.databases import BOTH
from tests.resilience.bad_line import BadLine
from tests.resilience.nodes import Node, number, plain_node, token
from tests.resilience.outages import databases, trouble
from tests.resilience.test_exactly_once_in import bookings

CONFIRMATIONS = int(os.environ.get("TESTED_DELIVERIES", "2000"))
LINES = "ABCD"
PERMITS = CONFIRMATIONS // len(LINES)
PLACES = [(place, letter) for letter in LINES for place in range(PERMITS)]
CALM_AT_THE_END = 0.95
"""Of the confirmations: once so many are delivered, no more is broken, and the rest has to arrive by itself."""

LONGEST_SECONDS = 180 + CONFIRMATIONS / 5
SEED = 20261124
PARTNER = """
[[partner]]
key = "mz"
country = "MZ"
address = "http://127.0.0.1:{}/epix/v2"
connect_timeout_seconds = 1
total_timeout_seconds = 4
"""
EAGER = {
    "EPIX_OUTBOX__LOOK_EVERY_SECONDS": "0.2",
    "EPIX_OUTBOX__FIRST_WAIT_SECONDS": "0.5",
    "EPIX_OUTBOX__LONGEST_WAIT_SECONDS": "4.0",
    "EPIX_OUTBOX__REST_SECONDS": "1.0",
}


@contextmanager
def both(folder: Path, urls: dict[str, str]) -> Iterator[tuple[Node, Node, BadLine]]:
    """Mozambique that issued, South Africa that counted, and the line between them."""
    positions = tuple(a_position(letter) for letter in LINES)
    with (
        plain_node(folder, "MZ", urls["mz"], permits=PERMITS, positions=positions) as mozambique,
        BadLine(mozambique.port, SEED) as bad,
        plain_node(folder, "ZA", urls["za"], PARTNER.format(bad.port), more=EAGER) as south_africa,
    ):
        yield mozambique, south_africa, bad


def book_all(gateway: Gateway) -> dict[str, tuple[int, str]]:
    """Id in the outbox -> what was counted. An officer who is told that it cannot be kept tries again."""
    booked = {}
    for place, letter in PLACES:
        while True:
            with suppress(ServiceUnavailable):
                seen = [SeenQuantity(letter, "5")]
                booked[gateway.book_outgoing.book("MZ", number(place), token(place), seen, "T. Nkosi").id] = (
                    place,
                    letter,
                )
                break
            time.sleep(0.1)
    return booked


def wait_until_delivered(gateway: Gateway, count: int) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    delivered = 0
    while delivered < count:
        assert time.monotonic() < until, gateway.store.outbox.counts()
        time.sleep(0.5)
        with suppress(ServiceUnavailable):
            delivered = len(gateway.store.outbox.all([DeliveryState.DELIVERED]))


@pytest.mark.xdist_group("resilience")
@pytest.mark.parametrize("kind", BOTH)
def test_what_is_in_the_outbox_is_booked_exactly_once(tmp_path: Path, kind: str, capsys) -> None:
    with (
        databases(kind, tmp_path, "mz", "za") as shared,
        both(tmp_path, shared.urls) as (mozambique, south_africa, bad),
        build(south_africa.settings) as gateway,
        ThreadPoolExecutor(2) as threads,
    ):
        began, over = time.monotonic(), threading.Event()
        broken = threads.submit(trouble, (mozambique, south_africa), shared.outage, over, SEED)
        booking = threads.submit(book_all, gateway)
        try:
            wait_until_delivered(gateway, int(len(PLACES) * CALM_AT_THE_END))
        finally:
            over.set()
        made, booked = broken.result(), booking.result()
        wait_until_delivered(gateway, len(gateway.store.outbox.all(list(DeliveryState))))
        took = time.monotonic() - began
        told = gateway.store.outbox.all(list(DeliveryState))
        outcomes = Counter(event.outcome for each in told for event in gateway.store.outbox.history(each.id))
        ledger = bookings(mozambique, PERMITS)
    with capsys.disabled():
        print(
            f"\n  {kind}: {len(told)} confirmations in {took:.0f} s, {dict(made)}, on the line {dict(bad.done)},"
            f" outcomes {dict(outcomes)}"
        )
    assert {each.state for each in told} == {DeliveryState.DELIVERED}
    assert {place: len(ids) for place, ids in ledger.items()} == dict.fromkeys(PLACES, 1)
    assert booked.keys() <= {each.id for each in told}
    assert all([each.confirmation_id] == ledger[place_of(each)] for each in told)


def place_of(outgoing: Outgoing) -> tuple[int, str]:
    return int(outgoing.permit_number[-6:]), outgoing.seen[0].position
