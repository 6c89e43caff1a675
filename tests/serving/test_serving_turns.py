"""Does every worker get its share of the connections, and does nobody wait for one that hangs?"""

import os
import signal
import time
from collections import Counter
from contextlib import ExitStack
from ctypes import c_ulong

from wire import ask, connect, post

from gateway.serving.turns import Turns

WHOLE = b"POST /epix/v1 HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc"


def _shares(server, connections: int) -> Counter[int]:
    """How many of the connections that are opened at once each worker has, by its process."""
    with ExitStack() as stack:
        lines = [stack.enter_context(connect(server.address)) for _ in range(connections)]
        return Counter(ask(line, WHOLE).told["worker"] for line in lines)


def test_whoever_took_the_last_connection_lets_the_others_go_first() -> None:
    taken = c_ulong()
    one, two, three = (Turns(taken, workers=3) for _ in range(3))
    assert one.mine and two.mine and three.mine
    one.took()
    assert (one.mine, two.mine, three.mine) == (False, True, True)
    two.took()
    assert (one.mine, two.mine, three.mine) == (False, False, True)
    three.took()
    assert (one.mine, two.mine, three.mine) == (True, False, False)


def test_connections_that_come_at_once_are_shared(start) -> None:
    with start(workers=2) as server:
        while len(_shares(server, 8)) < 2:  # the second worker may still be starting
            time.sleep(0.1)
        shares = _shares(server, 64)
    assert sum(shares.values()) == 64
    assert min(shares.values()) >= 24


def test_a_worker_that_hangs_keeps_no_connection_waiting(start) -> None:
    with start(workers=2) as server:
        while len(both := _shares(server, 8)) < 2:
            time.sleep(0.1)
        hanging, working = both
        os.kill(hanging, signal.SIGSTOP)
        try:
            began = time.monotonic()
            assert {post(server.address).told["worker"] for _ in range(20)} == {working}
            assert time.monotonic() - began < 10.0
        finally:
            os.kill(hanging, signal.SIGCONT)
