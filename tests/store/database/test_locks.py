"""Named locks: a single holder; released with the block, on an error, and with its holder."""

import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import event, text

from gateway.domain.errors import ServiceUnavailable
from gateway.store import open_store
from gateway.store.database.locks import _lock_key
from tests.databases import POSTGRESQL, migrated_database
from tests.programs import started
from tests.store.store_acts import clock

pytestmark = pytest.mark.both_databases

HOLDER = """
import sys, time
from datetime import UTC, datetime
from gateway.store import open_store
with open_store(sys.argv[1], lambda: datetime.now(UTC)).locks.try_acquire("sealing") as acquired:
    print(acquired, flush=True)
    time.sleep(60)
"""


def test_a_lock_has_one_holder_at_a_time(store, url):
    other = open_store(url, clock)
    with (
        store.locks.try_acquire("sealing") as first,
        other.locks.try_acquire("sealing") as second,
    ):
        assert (first, second) == (True, False)
    with other.locks.try_acquire("sealing") as second:
        assert second
    other.close()


def test_locks_of_different_names_are_independent(store):
    with (
        store.locks.try_acquire("sealing") as one,
        store.locks.try_acquire("delivering") as another,
    ):
        assert one and another


def test_an_error_in_the_block_releases_the_lock(store):
    with pytest.raises(RuntimeError), store.locks.try_acquire("sealing"):
        raise RuntimeError
    with store.locks.try_acquire("sealing") as acquired:
        assert acquired


@pytest.fixture
def two_sessions(tmp_path):
    """Two stores on one PostgreSQL database."""
    with migrated_database(tmp_path, POSTGRESQL) as url:
        stores = open_store(url, clock), open_store(url, clock)
        yield stores
        for store in stores:
            store.close()


@pytest.mark.slow
def test_an_error_releases_the_lock_before_the_session_ends(two_sessions):
    """The pool reports the end of a session just before it closes the connection."""
    one, other = two_sessions
    acquired_by_other = []

    @event.listens_for(one.locks._engine, "invalidate")
    def try_from_other_session(*_):
        with other.locks.try_acquire("sealing") as acquired:
            acquired_by_other.append(acquired)

    with pytest.raises(RuntimeError), one.locks.try_acquire("sealing"):
        raise RuntimeError
    assert acquired_by_other == [True]


def _end_session_of_holder(store, name):
    """As a restart of the server would."""
    key = "(CAST(classid AS bigint) << 32 | CAST(objid AS bigint)) = :key"
    of_holder = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE {key}"
    with store._engines.writing.begin() as connection:
        assert connection.execute(text(of_holder), _lock_key(name)).scalar_one()


@pytest.mark.slow
def test_a_lost_connection_does_not_hide_the_error_of_the_block(two_sessions):
    one, other = two_sessions
    with pytest.raises(RuntimeError, match="of the block"), one.locks.try_acquire("sealing"):
        _end_session_of_holder(other, "sealing")
        raise RuntimeError("of the block")


@pytest.mark.slow
def test_a_lock_lost_with_its_connection_is_reported_at_the_end_of_the_block(two_sessions):
    one, other = two_sessions
    with pytest.raises(ServiceUnavailable), one.locks.try_acquire("sealing"):
        _end_session_of_holder(other, "sealing")


@pytest.mark.slow
def test_a_killed_process_leaves_no_lock(store, url):
    command = [sys.executable, "-c", HOLDER, url]
    with started(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline().strip() == "True"
        with store.locks.try_acquire("sealing") as acquired:
            assert not acquired
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert any(_acquired_after_a_moment(store) for _ in range(50))


def _acquired_after_a_moment(store):
    time.sleep(0.1)  # a database server notices a moment later
    with store.locks.try_acquire("sealing") as acquired:
        return acquired
