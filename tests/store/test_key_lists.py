"""Held key lists on both databases: the newest of each partner, and no other in its place."""

from datetime import timedelta

from gateway.exchange.ports.paper.codes import KeptList
from gateway.store import Store
from tests.store.store_acts import clock

FIRST = KeptList("mz", b"first", clock())
SECOND = KeptList("mz", b"second", clock() + timedelta(hours=1))


def test_a_list_takes_the_place_of_the_one_that_was_read(store: Store) -> None:
    lists = store.key_lists
    assert list(lists.every()) == []
    assert lists.keep(FIRST, None)
    assert lists.keep(KeptList("ls", b"other", clock()), None)
    assert lists.keep(SECOND, b"first")
    assert [(kept.partner, kept.content) for kept in lists.every()] == [
        ("ls", b"other"),
        ("mz", b"second"),
    ]
    assert lists.of("mz") == SECOND
    assert lists.of("za") is None
    assert lists.received() == {"ls": clock(), "mz": SECOND.received_at}


def test_a_list_that_came_meanwhile_stays(store: Store) -> None:
    lists = store.key_lists
    lists.keep(SECOND, None)
    assert not lists.keep(FIRST, None)
    assert not lists.keep(FIRST, b"read before")
    assert list(lists.every()) == [SECOND]
