"""Eight who deliver at once: each confirmation is claimed by one of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from store_acts import clock

from gateway.domain.delivery import DeliveryState
from gateway.domain.endorsement import SeenQuantity
from gateway.exchange.ports import Outgoing, OutgoingEvent
from gateway.store import Store, open_store

CLAIMERS, LINES = 8, 60


def book(store: Store, place: int) -> str:
    outgoing = Outgoing(
        f"{place:036}", "MZ", f"MZ26EX{place:06d}", None, (SeenQuantity("A", "5"),), "T. Nkosi", clock(),
        DeliveryState.WAITING, 0, clock(), None, "booked",
    )  # fmt: skip
    store.outbox.add(outgoing, OutgoingEvent(clock(), DeliveryState.WAITING, "booked", "T. Nkosi"))
    return outgoing.id


def test_each_is_claimed_by_one_of_eight(store: Store, url: str) -> None:
    booked = [book(store, place) for place in range(LINES)]
    nodes = [open_store(url, clock) for _ in range(CLAIMERS)]
    together = Barrier(CLAIMERS)

    def claimed(node: Store) -> list[str]:
        due = node.outbox.due(clock())
        together.wait(10)
        return [each.id for each in due if node.outbox.claim(each, clock() + timedelta(hours=1))]

    with ThreadPoolExecutor(CLAIMERS) as threads:
        taken = list(threads.map(claimed, nodes))
    assert sorted(identity for each in taken for identity in each) == booked
    assert store.outbox.due(clock()) == []
    for node in nodes:
        node.close()
