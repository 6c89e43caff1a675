"""One worker at a time does a duty, and the turn ends when its holder dies."""

import signal
import subprocess
import sys
import time

import pytest
from store_acts import clock

from gateway.store import open_store

HOLDER = """
import sys, time
from datetime import UTC, datetime
from gateway.store import open_store
with open_store(sys.argv[1], lambda: datetime.now(UTC)).turns.take("sealing") as mine:
    print(mine, flush=True)
    time.sleep(60)
"""


def test_a_turn_is_given_once_at_a_time(store, url):
    other = open_store(url, clock)
    with store.turns.take("sealing") as mine, other.turns.take("sealing") as theirs:
        assert (mine, theirs) == (True, False)
    with other.turns.take("sealing") as theirs:
        assert theirs
    other.close()


def test_different_duties_do_not_wait_for_each_other(store):
    with store.turns.take("sealing") as one, store.turns.take("delivering") as another:
        assert one and another


def test_the_turn_ends_with_an_error(store):
    with pytest.raises(RuntimeError), store.turns.take("sealing"):
        raise RuntimeError
    with store.turns.take("sealing") as mine:
        assert mine


def test_the_turn_of_a_killed_process_is_free(store, url):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline().strip() == "True"
        with store.turns.take("sealing") as mine:
            assert not mine
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert any(_taken(store) for _ in range(50))
    finally:
        holder.kill()
        holder.wait()


def _taken(store):
    time.sleep(0.1)  # a database server notices a moment later
    with store.turns.take("sealing") as mine:
        return mine
