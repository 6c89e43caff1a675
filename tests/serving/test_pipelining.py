"""Pipelined requests: memory and parsing ahead are bounded, and each request is answered."""

import re
from collections.abc import Iterator

import pytest

from gateway.http import HttpAnswer, HttpRequest
from gateway.serving import Limits
from gateway.serving.capacity.limit import Limit
from gateway.serving.capacity.pipelining import PIECE_BYTES, UnparsedBytes, WorkerLoad
from tests.serving.playbook import Server

GET = b"GET /%d HTTP/1.1\r\nHost: g\r\n\r\n"
TINY = b"GET / HTTP/1.1\r\nHost:\r\n\r\n"
MANY = 3_000
MOST_PARSED = 8 + PIECE_BYTES // len(TINY) + 1
"""Requests that one connection may have parsed: those ahead, and one piece."""


@pytest.fixture
def answered() -> list[str]:
    return []


@pytest.fixture
def server(answered: list[str]) -> Iterator[Server]:
    def site(request: HttpRequest) -> HttpAnswer:
        answered.append(request.path)
        return HttpAnswer(200, (), request.body or b"ok")

    made = Server(Limits(max_connections=1_000), site)
    yield made
    made.close()


@pytest.mark.parametrize("request_bytes", [TINY, GET % 1])
def test_few_requests_of_a_read_are_parsed_and_reading_pauses(
    server: Server, request_bytes: bytes
) -> None:
    play = server.connect()
    play.connection.data_received(request_bytes * MANY)
    assert 8 <= len(play.connection.unanswered) <= MOST_PARSED
    assert not play.transport.reading


@pytest.mark.slow
def test_each_of_many_pipelined_requests_is_answered_in_order_and_reading_resumes(
    server: Server, answered: list[str]
) -> None:
    play = server.connect()
    play.connection.data_received(b"".join(GET % number for number in range(MANY)))
    most = 0
    while play.connection.unanswered:
        most = max(most, server.load.requests)
        server.passes(0.0)
    assert answered == [f"/{number}" for number in range(MANY)]
    assert most <= MOST_PARSED
    assert play.leaves().count(b"HTTP/1.1 200 OK\r\n") == MANY
    assert play.transport.reading
    assert (server.load.requests, server.load.unparsed_bytes) == (0, 0)
    play.arrives(GET % MANY)
    assert play.leaves().startswith(b"HTTP/1.1 200 OK\r\n")


def test_bodies_between_pipelined_requests_arrive_whole(server: Server) -> None:
    play = server.connect()
    bodies = [b"<v>HTTP/1.1</v>" * length for length in range(1, 60)]
    post = b"POST / HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n\r\n%s"
    play.connection.data_received(b"".join(post % (len(body), body) for body in bodies))
    while play.connection.unanswered:
        server.passes(0.0)
    sent = re.split(rb"HTTP/1\.1 200 OK\r\n.*?\r\n\r\n", play.leaves(), flags=re.DOTALL)
    assert sent[1:] == bodies


def test_what_arrives_while_reading_pauses_waits_with_the_rest(
    server: Server, answered: list[str]
) -> None:
    play = server.connect()
    play.connection.data_received(b"".join(GET % number for number in range(100)))
    play.connection.data_received((GET % 100)[:9])
    play.connection.data_received((GET % 100)[9:])
    while play.connection.unanswered:
        server.passes(0.0)
    assert answered == [f"/{number}" for number in range(101)]


def test_a_fault_after_many_pipelined_requests_is_refused_after_their_answers(
    server: Server,
) -> None:
    play = server.connect()
    play.connection.data_received((GET % 1) * 50 + b"no HTTP\r\n\r\n" + (GET % 1) * 50)
    server.passes(0.1)
    statuses = re.findall(rb"HTTP/1\.1 (\d+)", play.leaves())
    assert statuses == [b"200"] * 50 + [b"400"]
    assert server.load.unparsed_bytes == 0
    assert play.transport.reading, "the client's bytes are read for a moment, and dropped"


@pytest.mark.slow
def test_the_first_requests_of_a_full_worker_are_answered_one_by_one(server: Server) -> None:
    server.load.max_requests = 20
    plays = [server.connect() for _ in range(40)]
    for play in plays:
        play.connection.data_received((GET % 1) * 60)
    most_of_one = 2 + PIECE_BYTES // len(TINY)
    assert server.load.requests <= 20 + MOST_PARSED + 40 * most_of_one
    while server.load.requests:
        server.passes(0.0)
    assert all(play.leaves().count(b"HTTP/1.1 200") == 60 for play in plays)


def test_a_body_that_is_under_way_is_read_in_a_full_worker(server: Server) -> None:
    server.load.max_requests = 1
    play = server.connect()
    head = b"POST / HTTP/1.1\r\nHost: g\r\nContent-Length: 10000\r\n\r\n"
    play.arrives(head)
    for _ in range(10):
        play.arrives(b"HTTP/1.1 /1." + b"x" * 988)
    assert play.leaves().startswith(b"HTTP/1.1 200 OK\r\n")


def test_above_the_unparsed_bytes_of_a_worker_the_connection_is_reset(server: Server) -> None:
    server.load.max_unparsed_bytes = 600_000
    plays = [server.connect() for _ in range(4)]
    for play in plays:
        play.connection.data_received(TINY * 8_000)
    assert [play.is_open for play in plays] == [True, True, True, False]
    plays[3].connection.connection_lost(None)
    assert server.load.unparsed_bytes <= 600_000
    assert server.logged == ["too many pipelined requests in this worker: a connection was reset"]
    assert server.counted == [Limit.PIPELINED_BYTES]
    for play in plays[:3]:
        play.connection.connection_lost(None)
    assert (server.load.requests, server.load.unparsed_bytes) == (0, 0)


def test_a_read_with_one_request_is_one_piece() -> None:
    unparsed = UnparsedBytes(WorkerLoad(report=print))
    read = GET % 1 + b"x" * 200_000
    unparsed.add(read)
    assert unparsed.next_piece() == read
    assert unparsed.size == 0
