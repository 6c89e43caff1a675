"""Replay cache: a signed message is registered once, for all nodes and over restarts."""

import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from gateway.store import Store, open_store
from gateway.store.tables import taken_message
from tests.store.store_acts import clock

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=7)
DIGEST, OTHER_DIGEST = sha256(b"one").hexdigest(), sha256(b"two").hexdigest()


def test_the_first_is_registered_and_no_other(store: Store) -> None:
    cache = store.replay_cache
    assert cache.register("za", DIGEST, LATER, NOW)
    assert not cache.register("za", DIGEST, LATER, NOW)
    assert cache.register("za", OTHER_DIGEST, LATER, NOW)
    assert cache.register("mz", DIGEST, LATER, NOW)


def test_another_node_and_a_restarted_one_know_it(store: Store, url: str) -> None:
    assert store.replay_cache.register("za", DIGEST, LATER, NOW)
    node = open_store(url, clock)
    assert not node.replay_cache.register("za", DIGEST, LATER, NOW)
    node.close()


@pytest.mark.both_databases
def test_expired_digests_are_deleted(store: Store) -> None:
    assert store.replay_cache.register("za", DIGEST, LATER, NOW)
    assert not store.replay_cache.register("za", DIGEST, LATER, LATER)
    assert store.replay_cache.register(
        "za", OTHER_DIGEST, LATER + timedelta(minutes=7), LATER + timedelta(seconds=1)
    )
    assert digests(store) == {OTHER_DIGEST}


def digests(store: Store) -> set[str]:
    """The digests that are kept, without the high-water mark."""
    with store._engines.writing.connect() as connection:
        return {row.mark for row in connection.execute(select(taken_message.c.mark))} - {"0" * 64}


def test_a_clock_set_ahead_and_back_lets_no_message_in_again(store: Store) -> None:
    assert store.replay_cache.register("za", DIGEST, LATER, NOW)
    ahead = timedelta(days=365)
    assert store.replay_cache.register("za", OTHER_DIGEST, LATER + ahead, NOW + ahead)
    assert digests(store) == {OTHER_DIGEST}  # what was registered before is forgotten
    assert not store.replay_cache.register("za", DIGEST, LATER, NOW)
    assert not store.replay_cache.register("za", DIGEST, LATER, NOW + timedelta(minutes=1))
    later = LATER + timedelta(seconds=1)  # a message that was made after those forgotten
    assert store.replay_cache.register("za", sha256(b"new").hexdigest(), later, NOW)


def test_a_message_of_one_partner_shuts_out_none_of_another(store: Store) -> None:
    ahead = timedelta(days=365)
    assert store.replay_cache.register("za", DIGEST, LATER + ahead, NOW + ahead)
    assert store.replay_cache.register("za", OTHER_DIGEST, LATER + 2 * ahead, NOW + 2 * ahead)
    assert not store.replay_cache.register("za", sha256(b"new").hexdigest(), LATER, NOW)
    assert store.replay_cache.register("mz", DIGEST, LATER, NOW)


def test_the_high_water_mark_never_falls_and_outlives_a_restart(store: Store, url: str) -> None:
    for days in (2, 1, 3, 1):
        moment = NOW + timedelta(days=days)
        digest = sha256(moment.isoformat().encode()).hexdigest()
        store.replay_cache.register("za", digest, moment + timedelta(minutes=7), moment)
    assert not store.replay_cache.register("za", DIGEST, LATER + timedelta(days=1), NOW)
    node = open_store(url, clock)
    assert not node.replay_cache.register("za", DIGEST, LATER + timedelta(days=1), NOW)
    assert node.replay_cache.register("za", DIGEST, LATER + timedelta(days=3, seconds=1), NOW)
    node.close()


@pytest.mark.slow
def test_with_a_right_clock_no_message_is_ever_refused_for_the_mark(store: Store) -> None:
    for minute in range(60):
        now = NOW + timedelta(minutes=minute)
        digest = sha256(bytes([minute])).hexdigest()
        assert store.replay_cache.register("za", digest, now + timedelta(minutes=1), now)


@pytest.mark.both_databases
@pytest.mark.slow
def test_of_many_that_are_sent_again_while_the_clock_jumps_none_is_taken_twice(
    store: Store,
) -> None:
    known = [sha256(b"%d" % number).hexdigest() for number in range(20)]
    for digest in known:
        assert store.replay_cache.register("za", digest, LATER, NOW)
    ready = threading.Barrier(3)
    taken: list[str] = []

    def send_again() -> None:
        ready.wait()
        taken.extend(one for one in known if store.replay_cache.register("za", one, LATER, NOW))

    def jump() -> None:
        ready.wait()
        for number in range(20):
            now = NOW + timedelta(days=1, seconds=number)
            store.replay_cache.register("za", sha256(b"j%d" % number).hexdigest(), now, now)

    threads = [threading.Thread(target=act) for act in (send_again, send_again, jump)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == []


@pytest.mark.both_databases
def test_of_many_at_once_a_single_one_is_registered(store: Store) -> None:
    registered: list[bool] = []
    ready = threading.Barrier(8)

    def register() -> None:
        ready.wait()
        registered.append(store.replay_cache.register("za", DIGEST, LATER, NOW))

    threads = [threading.Thread(target=register) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(registered) == [False] * 7 + [True]
