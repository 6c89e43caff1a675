"""Concurrent delivery: each confirmation is claimed once, and no node waits for another."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from gateway.domain.delivery_state import DeliveryState
from gateway.exchange.ports import DeliveryEvent
from gateway.store import Store, open_store
from tests.databases import POSTGRESQL, migrated_database
from tests.store.store_acts import book, clock

pytestmark = pytest.mark.both_databases

CLAIMERS, LINES = 8, 60


@pytest.mark.slow
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


def test_the_confirmations_of_one_permit_are_found_in_every_state(store: Store) -> None:
    booked = [book(store, place) for place in range(3)]
    one = store.outbox.find(booked[1])
    assert one
    assert store.outbox.of_permit(one.country, one.permit_number) == [one]
    event = DeliveryEvent(clock(), DeliveryState.DROPPED, "drop", "T. Nkosi", "Twice.")
    assert store.outbox.settle(one, event, clock())
    (dropped,) = store.outbox.of_permit(one.country, one.permit_number)
    assert (dropped.id, dropped.state) == (one.id, DeliveryState.DROPPED)
    assert store.outbox.of_permit("ZA", one.permit_number) == []


@pytest.mark.slow
def test_a_row_that_another_node_claims_is_skipped(tmp_path: Path) -> None:
    with migrated_database(tmp_path, POSTGRESQL) as url:
        store = open_store(url, clock)
        claimed, free = (store.outbox.find(book(store, place)) for place in range(2))
        assert claimed and free
        until = clock() + timedelta(hours=1)
        with store._engines.writing.begin() as another:
            another.execute(
                text("SELECT id FROM outbox WHERE id = :id FOR UPDATE"), {"id": claimed.id}
            )
            assert not store.outbox.claim(claimed, until)  # waiting for it would end in an error
            assert store.outbox.claim(free, until)
        assert store.outbox.claim(claimed, until)
        store.close()
