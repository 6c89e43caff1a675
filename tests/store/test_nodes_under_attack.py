"""Several nodes on one database under attack: clocks that differ, replays, and holds in a race."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from uuid_utils import uuid7

from gateway.crypto.ws_security.freshness import Freshness
from gateway.domain.errors import (
    DatabaseProblem,
    MessageExpired,
    MessageReplayed,
    ServiceUnavailable,
)
from gateway.exchange.journal.records.hold import record_of_hold
from gateway.exchange.ports import LegalHold, ServiceMode
from gateway.store import Store, open_store
from tests.long_haul import repetitions
from tests.pki import Identity
from tests.store.journal.sealing_acts import (
    OFFICER,
    Sealed,
    holding,
    issue,
    keep,
    long_ago,
    prune,
    there,
)
from tests.store.store_acts import clock

pytestmark = pytest.mark.slow

Result = TypeVar("Result")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MAX_AGE, CLOCK_SKEW = timedelta(minutes=5), timedelta(minutes=1)
CLOCKS = [timedelta(minutes=minutes) for minutes in (-60, -6, -1, 0, 1, 6, 60)]
"""By how much the clocks of the nodes are wrong: some slightly, some by far."""


@contextmanager
def stores(url: str, number: int) -> Iterator[list[Store]]:
    """Nodes on one database, each with connections of its own."""
    with ExitStack() as stack:
        opened = [open_store(url, clock) for _ in range(number)]
        for store in opened:
            stack.callback(store.close)
        yield opened


class Clocks:
    """Time as the nodes tell it."""

    def __init__(self) -> None:
        self.now = NOW

    def of(self, wrong_by: timedelta) -> Callable[[], datetime]:
        return lambda: self.now + wrong_by


def taken(node: Freshness, made: datetime) -> bool:
    """Whether the node takes the signed message of that moment."""
    try:
        valid_until = node.require(made.isoformat(), None)
        node.register(made.isoformat().encode(), valid_until)
    except (MessageExpired, MessageReplayed):
        return False
    return True


@pytest.fixture
def nodes(url: str) -> Iterator[tuple[Clocks, list[Freshness]]]:
    clocks = Clocks()
    with stores(url, len(CLOCKS)) as opened:
        yield (
            clocks,
            [
                Freshness("za", MAX_AGE, CLOCK_SKEW, clocks.of(wrong_by), store.replay_cache)
                for wrong_by, store in zip(CLOCKS, opened, strict=True)
            ],
        )


@pytest.mark.parametrize("seed", range(repetitions(short=2, long=8)))
def test_with_clocks_that_differ_no_message_is_taken_twice(nodes, seed) -> None:
    clocks, all_nodes = nodes
    chance, took, messages = random.Random(seed), Counter[datetime](), [NOW]
    for step in range(60):
        clocks.now += timedelta(seconds=chance.choice((0, 1, 30, 400)))
        # the partner's clock is wrong as well, and an eavesdropper sends everything again
        messages.append(clocks.now + chance.choice(CLOCKS) + timedelta(microseconds=step))
        for made in chance.sample(messages, min(3, len(messages))):
            took[made] += sum(taken(node, made) for node in chance.sample(all_nodes, 3))
    assert took.total() > 0
    assert set(took.values()) <= {0, 1}


def test_a_node_whose_clock_is_wrong_shuts_no_partner_out_of_the_others(nodes) -> None:
    clocks, all_nodes = nodes
    right = all_nodes[CLOCKS.index(timedelta())]
    for minute in range(30):
        clocks.now += timedelta(minutes=1)
        # whoever signs may send the fast node what is fresh by its clock
        for wrong_by, node in zip(CLOCKS, all_nodes, strict=True):
            malicious = Freshness("xx", MAX_AGE, CLOCK_SKEW, node.clock, node.replay_cache)
            taken(malicious, clocks.now + wrong_by)
        assert taken(right, clocks.now + timedelta(microseconds=minute))


@pytest.mark.both_databases
def test_of_many_nodes_at_once_one_takes_a_replayed_message(nodes) -> None:
    clocks, all_nodes = nodes
    near = [node for wrong, node in zip(CLOCKS, all_nodes, strict=True) if abs(wrong) < MAX_AGE / 2]
    for step in range(10):
        made, ready = clocks.now + timedelta(microseconds=step), Barrier(len(near))

        def send(node: Freshness, made=made, ready=ready) -> bool:
            ready.wait(60)
            return taken(node, made)

        with ThreadPoolExecutor(len(near)) as threads:
            assert sum(threads.map(send, near)) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(repetitions(short=3, long=10)))
def test_a_hold_in_a_race_with_prunings_keeps_what_it_says(
    url: str, ours: Identity, seed: int
) -> None:
    """Two nodes prune, and two officers hold; what a hold counted is there afterwards."""
    with stores(url, 4) as opened:
        one, two, *offices = (Sealed(store, ours) for store in opened)
        issue(one)
        ids = keep(one, *(long_ago(2019) for _ in range(40)))
        held = random.Random(seed).sample(ids, 6)
        ready = Barrier(4)

        def hold(office: Sealed, names: list[str]) -> dict[str, int]:
            ready.wait(60)
            return {name: again(lambda: add_hold(office, name)) for name in names}  # noqa: B023

        def remove(node: Sealed) -> None:
            ready.wait(60)
            again(lambda: prune(node))

        with ThreadPoolExecutor(4) as threads:
            removing = [threads.submit(remove, node) for node in (one, two)]
            holds = [
                threads.submit(hold, office, held[start::2]) for start, office in enumerate(offices)
            ]
            counted = {name: count for each in holds for name, count in each.result(300).items()}
            for each in removing:
                each.result(300)
        assert there(one) == {name for name, count in counted.items() if count}
        one.now += timedelta(seconds=5)
        one.seal()
        assert one.flaws == []


def again(act: Callable[[], Result]) -> Result:
    """An act of the database, until no other writer is in its way for longer than it waits."""
    while True:
        try:
            return act()
        except ServiceUnavailable as error:
            assert error.problem is DatabaseProblem.LOCKED


def add_hold(office: Sealed, name: str) -> int:
    """Hold a record without looking for it first; how many records the hold counted."""
    hold = LegalHold(str(uuid7()), name, office.now, OFFICER.person, OFFICER.reason)
    return office.store.holds.add([hold], [record_of_hold(hold)])


def test_a_hold_of_a_record_that_a_pruning_took_is_refused_or_counts_none(
    url: str, ours: Identity
) -> None:
    with stores(url, 2) as opened:
        node, office = (Sealed(store, ours) for store in opened)
        issue(node)
        (record,) = keep(node, long_ago(2019))
        prune(node)
        assert add_hold(office, record) == 0
        assert holding(office).all()
        assert node.flaws == []


@pytest.mark.both_databases
def test_maintenance_declared_on_two_nodes_at_once_is_one_order_for_all(url: str) -> None:
    with stores(url, 4) as opened:
        ready = Barrier(len(opened))

        def declare(place: int) -> None:
            ready.wait(60)
            for step in range(5):
                mode = ServiceMode(bool(step % 2), clock(), f"person {place}", "a reason")
                opened[place].service_modes.declare(mode)

        with ThreadPoolExecutor(len(opened)) as threads:
            list(threads.map(declare, range(len(opened))))
        assert len({store.service_modes.current() for store in opened}) == 1
