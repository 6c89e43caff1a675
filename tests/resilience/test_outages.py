"""Tests of the outages themselves: what they end, and what goes on."""

import threading
import time

import psycopg
import pytest

from tests import postgres


@pytest.mark.slow
@pytest.mark.xdist_group("resilience")
def test_a_server_outlives_the_thread_that_started_it() -> None:
    with postgres.Server() as server:
        server.stop_at_once()
        starter = threading.Thread(target=server.start)
        starter.start()
        starter.join()
        time.sleep(0.3)  # the kernel's signal at the end of a thread comes at once
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
