"""Connection without sockets: deadlines for slow clients, limit of connections, shutdown."""

import re
from collections.abc import Iterator

import pytest

from gateway.serving import Limits
from gateway.serving.capacity.limit import Limit
from gateway.serving.connection import LINGER_SECONDS
from tests.serving.playbook import Server

LIMITS = Limits(
    head_seconds=10.0, body_seconds=20.0, answer_seconds=30.0, idle_seconds=40.0, max_connections=3
)
HEAD = b"POST /epix/v1 HTTP/1.1\r\nHost: gateway\r\n"
WHOLE = HEAD + b"Content-Length: 3\r\n\r\nabc"
TICK = 1.0
"""Deadlines are checked so often, in seconds."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(LIMITS)
    yield made
    made.close()


def test_a_request_is_answered_and_the_connection_stays_open(server: Server) -> None:
    play = server.connect()
    play.arrives(WHOLE)
    assert play.leaves().startswith(b"HTTP/1.1 200 OK\r\n")
    assert play.is_open


def test_a_head_that_arrives_byte_by_byte_gets_no_extra_time(server: Server) -> None:
    play = server.connect()
    for byte in (HEAD * 2)[:10]:
        play.arrives(bytes([byte]))
        assert play.leaves() == b""
        server.passes(1.0)
    server.passes(TICK)
    assert play.leaves().startswith(b"HTTP/1.1 408 ")
    assert server.counted == [Limit.REQUEST_SECONDS]
    assert play.transport.half_closed


def test_a_body_has_a_time_of_its_own(server: Server) -> None:
    play = server.connect()
    server.passes(9.0)
    play.arrives(WHOLE[:-1])
    server.passes(19.0)
    assert play.leaves() == b""
    server.passes(1.0 + TICK)
    assert play.leaves().startswith(b"HTTP/1.1 408 ")


def test_a_later_request_has_no_more_time_than_the_first(server: Server) -> None:
    play = server.connect()
    play.arrives(WHOLE)
    server.passes(30.0)
    play.leaves()
    play.arrives(HEAD)
    server.passes(10.0 + TICK)
    assert play.leaves().startswith(b"HTTP/1.1 408 ")


def test_after_a_refusal_the_connection_is_read_for_a_moment_and_then_reset(server: Server) -> None:
    play = server.connect()
    play.arrives(b"no HTTP\r\n\r\n")
    assert play.leaves().startswith(b"HTTP/1.1 400 ")
    assert play.is_open
    server.passes(LINGER_SECONDS + TICK)
    assert play.transport.reset


def test_a_silent_connection_is_closed_without_a_word(server: Server) -> None:
    play = server.connect()
    server.passes(10.0 + TICK)
    assert (play.leaves(), play.is_open) == (b"", False)


def test_an_idle_connection_is_closed_after_its_time(server: Server) -> None:
    play = server.connect()
    play.arrives(WHOLE)
    play.leaves()
    server.passes(39.0)
    assert play.is_open
    server.passes(1.0 + TICK)
    assert (play.leaves(), play.is_open) == (b"", False)


def test_a_client_that_does_not_read_is_reset(server: Server) -> None:
    play = server.connect()
    play.connection.pause_writing()  # back pressure: the transport's buffer is full
    play.arrives(WHOLE)
    server.passes(29.0)
    assert play.is_open
    server.passes(1.0 + TICK)
    assert play.transport.reset


def test_at_the_limit_the_connection_that_has_waited_longest_makes_room(server: Server) -> None:
    plays = []
    for _ in range(LIMITS.max_connections):
        plays.append(server.connect())
        server.passes(3.0)
    plays[0].arrives(WHOLE)  # its time begins anew
    newest = server.connect()
    assert [play.is_open for play in (*plays, newest)] == [True, False, True, True]


def test_a_connection_that_pauses_for_a_moment_makes_no_room_and_the_new_one_is_refused(
    server: Server,
) -> None:
    plays = [server.connect() for _ in range(LIMITS.max_connections)]
    for play in plays:
        play.arrives(WHOLE[:-1])
    server.passes(0.15)
    assert not server.connect().is_open
    assert all(play.is_open for play in plays)
    assert server.logged == ["more than 3 connections: the new one was refused"]
    assert server.counted == [Limit.CONNECTIONS]


def test_a_short_wait_for_a_head_is_no_worse_than_a_long_one_for_a_body(server: Server) -> None:
    slow = [server.connect() for _ in range(2)]
    for play in slow:
        play.arrives(WHOLE[:-1])
    server.passes(8.0)
    paused = server.connect()  # its deadline is the next to come, though its wait is short
    paused.arrives(HEAD)
    server.passes(5.5)
    server.connect()
    assert paused.is_open
    assert [play.is_open for play in slow].count(False) == 1


def test_the_address_with_most_connections_makes_room(server: Server) -> None:
    partner = server.connect("192.0.2.7")
    server.passes(1.0)
    flood = [server.connect("198.51.100.1") for _ in range(2)]
    server.passes(6.0)
    newest = server.connect("192.0.2.8")
    assert partner.is_open and newest.is_open
    assert [play.is_open for play in flood].count(True) == 1


def test_a_shutdown_answers_the_request_in_flight_and_closes(server: Server) -> None:
    play = server.connect()
    play.arrives(WHOLE[:-1])
    play.connection.shutdown()
    server.passes(LINGER_SECONDS + TICK)
    assert play.is_open
    play.arrives(WHOLE[-1:])
    answer = play.leaves()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"connection: close\r\n" in answer
    assert not play.is_open


def test_a_request_that_crosses_the_shutdown_is_answered(server: Server) -> None:
    crossing, idle = server.connect(), server.connect()
    for play in (crossing, idle):
        play.connection.shutdown()
    server.passes(LINGER_SECONDS / 2)
    crossing.arrives(WHOLE)
    assert b"connection: close\r\n" in crossing.leaves()
    assert not crossing.is_open
    assert idle.is_open
    server.passes(LINGER_SECONDS)
    assert (idle.leaves(), idle.is_open) == (b"", False)


def test_pipelined_requests_are_answered_in_order_before_a_refusal(server: Server) -> None:
    play = server.connect()
    play.arrives(WHOLE + WHOLE + b"no HTTP\r\n\r\n")
    server.passes(0.1)
    assert re.findall(rb"HTTP/1\.1 (\d+)", play.leaves()) == [b"200", b"200", b"400"]
