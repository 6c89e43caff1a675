"""Slow clients (slowloris) of a real server: they delay no other client, and lose their connection.

test_connection_protocol.py has the deadlines one by one.
"""

import socket
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from gateway.serving import Limits
from tests.serving.wire import ask, connect, hear, is_closed, post
from tests.waiting import until

pytestmark = pytest.mark.slow

POST = b"POST /epix/v1 HTTP/1.1\r\nHost: gateway\r\n"
WHOLE = POST + b"Content-Length: 3\r\n\r\nabc"
PERMIT = b"GET /permit HTTP/1.1\r\nHost: gateway\r\n\r\n"


@contextmanager
def twenty_slow_heads_and_bodies(address: str):
    with ExitStack() as open_lines:
        lines = []
        for number in range(40):
            with suppress(ConnectionResetError):  # where a test lets the server have room for fewer
                line = open_lines.enter_context(connect(address))
                lines.append(line)
                line.sendall(POST if number % 2 else POST + b"Content-Length: 1000\r\n\r\nab")
        yield lines


def test_twenty_slow_heads_and_bodies_do_not_delay_a_good_request(server: str) -> None:
    with twenty_slow_heads_and_bodies(server) as lines:
        assert post(server).status == 200
        assert not any(map(is_closed, lines)), "the slow ones were still waiting"


def test_an_unfinished_head_or_body_is_told_so_and_closed_in_time(short_limits: str) -> None:
    before = time.monotonic()
    with twenty_slow_heads_and_bodies(short_limits) as lines:
        heard = [hear(line) for line in lines]
    assert time.monotonic() - before > 0.9
    assert all((one.statuses, one.closed) == ([408], True) for one in heard)


def test_a_sender_in_small_pieces_is_served_within_the_time(server: str) -> None:
    with connect(server) as line:
        line.sendall(POST)
        for piece in (b"Content-", b"Length: 4\r\n", b"\r\n", b"a", b"b", b"c"):
            line.sendall(piece)
            time.sleep(0.02)
        assert ask(line, b"d").received["length"] == 4


def server_holds(server: int, client: int) -> bool:
    """Whether the server's kernel still has its end of the connection between two ports.

    A client whose receive window is full learns nothing of a reset.
    """
    ends = f":{server:04X} ", f":{client:04X} "
    table = Path("/proc/net/tcp").read_text().splitlines()
    return any(0 < row.find(ends[0]) < row.find(ends[1]) for row in table)


def test_a_client_that_does_not_read_is_dropped_while_others_are_served(short_limits: str) -> None:
    with connect(short_limits, seconds=0.5) as line:
        ports = line.getpeername()[1], line.getsockname()[1]
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        try:
            for _ in range(2_000):
                line.sendall(PERMIT * 10)
        except OSError:
            pass  # neither our buffers nor theirs take more
        assert post(short_limits).status == 200
        until(lambda: not server_holds(*ports), "the client that does not read to be dropped")
    assert post(short_limits).status == 200


def test_when_all_connections_are_taken_the_longest_waiting_makes_room(start) -> None:
    with (
        start(limits=Limits(max_connections=20, young_seconds=0.2)) as small,
        twenty_slow_heads_and_bodies(small.address) as lines,
    ):
        time.sleep(0.3)
        for _ in range(5):
            assert post(small.address).status == 200
        refused = 40 - len(lines)
        until(
            lambda: refused + sum(map(is_closed, lines)) >= 20, "the longest waiting to be closed"
        )


def test_a_partner_that_pauses_is_answered_while_slow_bodies_flood(start) -> None:
    with ExitStack() as stack:
        small = stack.enter_context(start(limits=Limits(max_connections=50, young_seconds=1.0)))
        for _ in range(50):
            line = stack.enter_context(connect(small.address))
            line.sendall(POST + b"Content-Length: 1000\r\n\r\nab")
        time.sleep(1.1)  # from now on the slow bodies are no more young
        for _ in range(5):
            partner = stack.enter_context(connect(small.address))
            partner.sendall(POST)
            for _ in range(3):
                flood = stack.enter_context(connect(small.address))
                flood.sendall(POST + b"Content-Length: 1000\r\n\r\nab")
                time.sleep(0.05)
            assert ask(partner, WHOLE.removeprefix(POST)).status == 200
