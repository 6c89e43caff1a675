"""Can a slow client keep others waiting? It loses its connection after the time set for head, body or answer."""

import socket
import time
from contextlib import ExitStack, contextmanager, suppress

from patience import IMPATIENT
from wire import ask, connect, hear, post

from gateway.serving import Limits

POST = b"POST /epix/v1 HTTP/1.1\r\nHost: gateway\r\n"
WHOLE = POST + b"Content-Length: 3\r\n\r\nabc"
PERMIT = b"GET /permit HTTP/1.1\r\nHost: gateway\r\n\r\n"


@contextmanager
def twenty_slow_heads_and_bodies(address: str):
    with ExitStack() as open_lines:
        lines = [open_lines.enter_context(connect(address)) for _ in range(40)]
        for number, line in enumerate(lines):
            with suppress(ConnectionResetError):  # where a test lets the server have room for fewer
                line.sendall(POST if number % 2 else POST + b"Content-Length: 1000\r\n\r\nab")
        yield lines


def test_twenty_slow_heads_and_bodies_do_not_delay_a_good_request(server: str) -> None:
    with twenty_slow_heads_and_bodies(server):
        before = time.monotonic()
        assert post(server).status == 200
        assert time.monotonic() - before < 3.0


def test_an_unfinished_head_or_body_is_told_so_and_closed_in_time(impatient: str) -> None:
    before = time.monotonic()
    with twenty_slow_heads_and_bodies(impatient) as lines:
        heard = [hear(line, seconds=5.0) for line in lines]
    assert 0.9 < time.monotonic() - before < 4.0
    assert all((one.statuses, one.closed) == ([408], True) for one in heard)


def test_a_head_that_drips_in_gets_no_extra_time(impatient: str) -> None:
    with connect(impatient) as line:
        before = time.monotonic()
        try:
            for letter in POST:
                line.sendall(bytes([letter]))
                time.sleep(0.2)
        except OSError:
            pass
        assert time.monotonic() - before < 4.0, "the server waited for the rest of the head"


def test_the_limit_counts_for_a_later_request_on_the_same_connection_too(impatient: str) -> None:
    with connect(impatient) as line:
        assert ask(line, WHOLE).status == 200
        line.sendall(POST)
        heard = hear(line, seconds=5.0)
    assert (heard.statuses, heard.closed) == ([408], True)


def test_a_slow_but_steady_sender_is_served(impatient: str) -> None:
    with connect(impatient) as line:
        line.sendall(POST)
        for piece in (b"Content-", b"Length: 4\r\n", b"\r\n", b"a", b"b", b"c"):
            line.sendall(piece)
            time.sleep(0.15)
        assert ask(line, b"d").told["length"] == 4


def test_an_idle_connection_is_closed_without_a_word(impatient: str) -> None:
    with connect(impatient) as silent, connect(impatient) as served:
        assert ask(served, WHOLE).status == 200
        for line in (silent, served):
            heard = hear(line, seconds=5.0)
            assert (heard.replies, heard.closed) == ([], True)


def test_a_client_that_does_not_read_is_dropped_while_others_are_served(impatient: str) -> None:
    with connect(impatient, seconds=0.5) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        try:
            for _ in range(2_000):
                line.sendall(PERMIT * 10)
        except OSError:
            pass  # neither our buffers nor theirs take more
        assert post(impatient).status == 200
        time.sleep(IMPATIENT.answer_seconds + IMPATIENT.idle_seconds + 1.5)
        line.settimeout(1.0)
        read = 0
        try:
            while piece := line.recv(1_000_000):
                read += len(piece)
        except ConnectionResetError:
            read = -1
        assert read < 20_000 * 17_000
    assert post(impatient).status == 200


def test_when_all_connections_are_taken_the_longest_waiting_makes_room(start) -> None:
    with start(limits=Limits(max_connections=20)) as small, twenty_slow_heads_and_bodies(small.address) as lines:
        for _ in range(5):
            assert post(small.address).status == 200
        assert sum(hear(line, seconds=0.05).closed for line in lines) >= 20
