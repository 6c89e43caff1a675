"""A signed message is taken once: by whichever node, before or after a restart, for as long as it counts."""

import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from store_acts import clock

from gateway.store import Store, open_store
from gateway.store.tables import taken_message

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=7)
MARK, OTHER = sha256(b"one").hexdigest(), sha256(b"two").hexdigest()


def test_the_first_is_taken_and_no_other(store: Store) -> None:
    taken = store.taken_messages
    assert taken.take("za", MARK, LATER, NOW)
    assert not taken.take("za", MARK, LATER, NOW)
    assert taken.take("za", OTHER, LATER, NOW)
    assert taken.take("mz", MARK, LATER, NOW)


def test_another_node_and_a_restarted_one_know_it(store: Store, url: str) -> None:
    assert store.taken_messages.take("za", MARK, LATER, NOW)
    node = open_store(url, clock)
    assert not node.taken_messages.take("za", MARK, LATER, NOW)
    node.close()


def test_what_counts_no_longer_is_forgotten(store: Store) -> None:
    assert store.taken_messages.take("za", MARK, LATER, NOW)
    assert not store.taken_messages.take("za", MARK, LATER, LATER)
    assert store.taken_messages.take("za", OTHER, LATER + timedelta(minutes=7), LATER + timedelta(seconds=1))
    with store._writing.connect() as connection:
        assert [row.mark for row in connection.execute(select(taken_message.c.mark))] == [OTHER]


def test_of_many_at_once_one_is_taken(store: Store) -> None:
    taken: list[bool] = []
    ready = threading.Barrier(8)

    def take() -> None:
        ready.wait()
        taken.append(store.taken_messages.take("za", MARK, LATER, NOW))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 7 + [True]
