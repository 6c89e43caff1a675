"""Round robin of pipelined floods: others wait for few of them, and no client keeps a slot."""

from collections.abc import Iterator

import pytest

from gateway.http import HttpAnswer, HttpRequest
from gateway.serving import Limits
from gateway.serving.capacity.round_robin import SLOTS, RoundRobin, Slot
from tests.serving.playbook import Server

FLOODING = 60
MANY = 500
GET = b"GET /flood HTTP/1.1\r\nHost: g\r\n\r\n"
PARTNER = b"GET /partner HTTP/1.1\r\nHost: g\r\n\r\n"


@pytest.fixture
def answered() -> list[str]:
    return []


@pytest.fixture
def server(answered: list[str]) -> Iterator[Server]:
    def site(request: HttpRequest) -> HttpAnswer:
        answered.append(request.path)
        return HttpAnswer(200, (), b"ok")

    made = Server(Limits(max_connections=1_000), site)
    yield made
    made.close()


def test_a_partner_waits_for_few_requests_of_a_pipelined_flood(
    server: Server, answered: list[str]
) -> None:
    for _ in range(FLOODING):
        server.connect().connection.data_received(GET * MANY)
    for _ in range(50):
        server.passes(0.0)
    partner = server.connect("192.0.2.2")
    before = len(answered)
    partner.connection.data_received(PARTNER)
    while not (came := partner.leaves()):
        server.passes(0.0)
    assert came.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answered.index("/partner") - before <= 4 * SLOTS


@pytest.mark.slow
def test_each_request_of_each_flooding_connection_is_answered(
    server: Server, answered: list[str]
) -> None:
    plays = [server.connect() for _ in range(20)]
    for play in plays:
        play.connection.data_received(GET * MANY)
    while server.load.requests or server.load.unparsed_bytes:
        server.passes(0.0)
    assert len(answered) == 20 * MANY
    assert all(play.leaves().count(b"HTTP/1.1 200") == MANY for play in plays)
    assert all(play.transport.reading for play in plays)
    assert not any(play.connection.slot.held for play in plays)


def test_connections_are_answered_batch_by_batch(server: Server) -> None:
    plays = [server.connect() for _ in range(2 * SLOTS)]
    for play in plays:
        play.connection.data_received(GET * MANY)
    for _ in range(100):
        server.passes(0.0)
    shares = [play.leaves().count(b"HTTP/1.1 200") for play in plays]
    assert min(shares) > 0 and max(shares) < MANY


@pytest.mark.parametrize("how", ["unread", "lost", "refused"])
def test_a_client_that_does_not_go_on_keeps_no_slot(
    server: Server, answered: list[str], how: str
) -> None:
    plays = [server.connect() for _ in range(SLOTS)]
    for play in plays:
        play.connection.data_received(GET * 20 + (b"no HTTP\r\n\r\n" if how == "refused" else GET))
        assert play.connection.slot.held
    other = server.connect("192.0.2.2")
    other.connection.data_received(PARTNER * 20)
    for play in plays:
        if how == "unread":
            play.connection.pause_writing()
        elif how == "lost":
            play.connection.connection_lost(None)
    while answered.count("/partner") < 20:
        server.passes(0.0)


def test_a_waiting_connection_that_is_lost_waits_no_more(server: Server) -> None:
    round_robin, begun = RoundRobin(1), []
    first, lost, third = (Slot(round_robin, server.loop, lambda: begun.append(1)) for _ in range(3))
    assert first.acquire() and first.acquire()
    assert not lost.acquire() and not lost.acquire() and not third.acquire()
    lost.close()
    third.close()
    first.release()
    server.passes(0.0)
    assert not begun
    assert third.acquire(), "the slot is free again"
