"""State shared by nodes: the newest declaration is in force on all; the first key decides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.exchange.ports import ServiceMode
from gateway.store import open_store
from tests.store.store_acts import clock

CLOSED = ServiceMode(True, clock(), "T. Sitoe", "new disks")
OPEN = ServiceMode(False, clock() + timedelta(hours=1), "A. Macuacua", "done")


def test_the_newest_declaration_is_in_force_on_every_node(store, url):
    other = open_store(url, clock)
    assert other.service_modes.current() is None
    for mode in (CLOSED, OPEN, CLOSED):
        store.service_modes.declare(mode)
        assert other.service_modes.current() == mode
    other.close()


@pytest.mark.parametrize(
    "act", ["UPDATE service_mode SET reason = 'x'", "DELETE FROM service_mode"]
)
def test_declarations_stay(store, act):
    store.service_modes.declare(CLOSED)
    with pytest.raises(DBAPIError), store._engines.writing.begin() as connection:
        connection.execute(text(act))
    assert store.service_modes.current() == CLOSED


def test_the_first_node_decides_about_a_key_and_another_key_is_refused(store, url):
    other = open_store(url, clock)
    assert store.shared_keys.is_ours("token key", b"a" * 32)
    assert other.shared_keys.is_ours("token key", b"a" * 32)
    assert not other.shared_keys.is_ours("token key", b"b" * 32)
    assert other.shared_keys.is_ours("another key", b"b" * 32)
    other.close()


@pytest.mark.both_databases
def test_of_many_nodes_that_start_at_once_one_key_wins(url):
    stores = [open_store(url, clock) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        won = list(
            threads.map(
                lambda pair: pair[1].shared_keys.is_ours("token key", bytes([pair[0]]) * 32),
                enumerate(stores),
            )
        )
    assert sum(won) == 1
    for store in stores:
        store.close()
