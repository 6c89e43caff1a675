"""Delivery from the outbox of one gateway to another: each confirmation is booked exactly once.

The line between the gateways is bad, the one that delivers is killed at random, and their databases
become unavailable. Nothing that was acknowledged is missing. In the long form the one that books is
killed too; in the short form test_exactly_once_in.py does that.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, build
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import ServiceUnavailable
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.ports import OutgoingConfirmation
from tests.builders import a_position
from tests.databases import SQLITE, both_in_long_form
from tests.long_haul import is_long_haul, repetitions
from tests.resilience import short_leases
from tests.resilience.bad_line import BadLine
from tests.resilience.nodes import Node, number, plain_node, token
from tests.resilience.outages import Batches, batches_of, databases, trouble
from tests.resilience.test_exactly_once_in import bookings

pytestmark = pytest.mark.slow

CONFIRMATIONS = repetitions(short=10, long=160, endurance=2_000)
LINES = "ABCD"
PERMITS = CONFIRMATIONS // len(LINES)
PLACES = [(place, letter) for letter in LINES for place in range(PERMITS)]
LONGEST_SECONDS = repetitions(short=120, long=300, endurance=1_200)
"""For the delivery of what is under way when the last outage is over."""

SEED = 20261124
PARTNER = """
[[partner]]
key = "mz"
country = "MZ"
address = "http://127.0.0.1:{}/epix/v2"
connect_timeout_seconds = 1
total_timeout_seconds = 2
"""
EAGER = {
    "EPIX_OUTBOX__POLL_SECONDS": "0.2",
    "EPIX_OUTBOX__INITIAL_BACKOFF_SECONDS": "0.2",
    "EPIX_OUTBOX__MAX_BACKOFF_SECONDS": "1.0",
    "EPIX_OUTBOX__CIRCUIT_OPEN_SECONDS": "0.5",
}


@contextmanager
def both(folder: Path, urls: dict[str, str]) -> Iterator[tuple[Node, Node, BadLine]]:
    """Mozambique that issued, South Africa that counted, and the line between them."""
    positions = tuple(a_position(letter) for letter in LINES)
    with (
        plain_node(folder, "MZ", urls["mz"], permits=PERMITS, positions=positions) as mozambique,
        BadLine(mozambique.port, SEED) as bad,
        plain_node(
            folder,
            "ZA",
            urls["za"],
            PARTNER.format(bad.port),
            more=EAGER,
            program=short_leases.__name__,
        ) as south_africa,
    ):
        yield mozambique, south_africa, bad


def book_all(gateway: Gateway, batches: Batches) -> dict[str, tuple[int, str]]:
    """Id in the outbox -> what was counted.

    An officer tries again where the confirmation could not be stored.
    """
    booked = {}
    for piece, (place, letter) in enumerate(PLACES):
        batches.wait_for(piece)
        while True:
            with suppress(ServiceUnavailable):
                seen = [SeenQuantity(letter, "5")]
                booked[
                    gateway.outbox.book.book("MZ", number(place), token(place), seen, "T. Nkosi").id
                ] = (
                    place,
                    letter,
                )
                break
            time.sleep(0.1)
    return booked


def wait_until_delivered(gateway: Gateway) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    waiting: object = "the database is away"
    while time.monotonic() < deadline:
        with suppress(ServiceUnavailable):
            waiting = gateway.store.outbox.counts()
        if not waiting:
            return
        time.sleep(0.1)
    raise AssertionError(waiting)


@pytest.mark.xdist_group("resilience")
@pytest.mark.parametrize("kind", both_in_long_form(SQLITE))
def test_what_is_in_the_outbox_is_booked_exactly_once(tmp_path: Path, kind: str, capsys) -> None:
    with (
        databases(kind, tmp_path, "mz", "za") as shared,
        both(tmp_path, shared.urls) as (mozambique, south_africa, bad),
        build(south_africa.settings) as gateway,
        ThreadPoolExecutor(2) as threads,
    ):
        began, over = time.monotonic(), threading.Event()
        nodes = (mozambique, south_africa) if is_long_haul() else (south_africa,)
        batches = batches_of(len(PLACES), len(nodes))
        broken = threads.submit(trouble, nodes, shared.outage, over, SEED, batches)
        booking = threads.submit(book_all, gateway, batches)
        try:
            booked = booking.result()
        finally:
            over.set()
        made = broken.result()
        wait_until_delivered(gateway)
        took = time.monotonic() - began
        told = gateway.store.outbox.all(list(DeliveryState))
        outcomes = Counter(
            event.outcome for each in told for event in gateway.store.outbox.history(each.id)
        )
        ledger = bookings(mozambique, PERMITS)
    with capsys.disabled():
        print(
            f"\n  {kind}: {len(told)} confirmations in {took:.0f} s, {dict(made)}, on the line"
            f" {dict(bad.done)}, outcomes {dict(outcomes)}"
        )
    assert {each.state for each in told} == {DeliveryState.DELIVERED}
    assert {place: len(ids) for place, ids in ledger.items()} == dict.fromkeys(PLACES, 1)
    assert booked.keys() <= {each.id for each in told}
    assert all([each.confirmation_id] == ledger[place_of(each)] for each in told)


def place_of(outgoing: OutgoingConfirmation) -> tuple[int, str]:
    return int(outgoing.permit_number[-6:]), outgoing.seen[0].position
