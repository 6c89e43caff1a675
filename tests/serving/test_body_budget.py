"""Bodies under way: their bytes in a worker have a limit, and the largest address makes room."""

from collections.abc import Iterator

import pytest

from gateway.http import HttpAnswer, HttpRequest
from gateway.serving import Limits
from gateway.serving.capacity.bodies import LARGE_READ_BYTES
from gateway.serving.capacity.limit import Limit
from tests.serving.playbook import Playbook, Server

LENGTH = 100_000
HEAD = b"POST / HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n\r\n" % LENGTH
BUDGET = 10 * LENGTH
FLOOD, PARTNER = "192.0.2.1", "192.0.2.2"
TOO_MANY = "too many bytes of messages under way in this worker: one was refused"


@pytest.fixture
def held_while_answered() -> list[int]:
    return []


@pytest.fixture
def server(held_while_answered: list[int]) -> Iterator[Server]:
    def site(request: HttpRequest) -> HttpAnswer:
        held_while_answered.append(made.load.bodies.held)
        return HttpAnswer(200, (), b"%d" % len(request.body))

    made = Server(Limits(max_body_bytes=4 * LENGTH), site)
    made.load.bodies.most = BUDGET
    yield made
    made.close()


def begun(server: Server, host: str, size: int = LENGTH - 1) -> Playbook:
    """A connection that has sent so much of a body."""
    play = server.connect(host)
    play.arrives(HEAD)
    play.arrives(b"x" * size)
    server.passes(0.01)
    return play


def test_a_flood_of_bodies_under_way_holds_no_more_than_the_budget(server: Server) -> None:
    plays = [begun(server, FLOOD) for _ in range(60)]
    assert server.load.bodies.held <= BUDGET
    refused = [play for play in plays if play.leaves().startswith(b"HTTP/1.1 503 ")]
    assert refused == plays[:50], "the slowest first"
    assert set(server.logged) == {TOO_MANY}
    assert set(server.counted) == {Limit.BODY_BYTES}


def test_a_partner_sends_its_large_message_while_another_address_floods(server: Server) -> None:
    for _ in range(30):
        begun(server, FLOOD)
    partner = begun(server, PARTNER)
    for _ in range(30):
        begun(server, FLOOD)
    partner.arrives(b"x")
    assert partner.leaves().startswith(b"HTTP/1.1 200 OK\r\n")


def test_many_addresses_with_much_leave_the_one_with_little_alone(server: Server) -> None:
    partner = begun(server, PARTNER, 20_000)
    plays = [begun(server, f"198.51.100.{last}") for last in range(40)]
    assert partner.is_open and not partner.leaves()
    assert sum(play.leaves().startswith(b"HTTP/1.1 503 ") for play in plays) == 31


def test_a_refused_body_is_not_read_on_and_its_connection_ends(server: Server) -> None:
    first, *_ = [begun(server, FLOOD) for _ in range(11)]
    assert first.leaves().count(b"Too many messages are under way") == 1
    held = server.load.bodies.held
    first.arrives(b"x" * LENGTH)
    assert server.load.bodies.held == held
    server.passes(3.0)
    assert not first.is_open


def test_what_is_answered_lost_or_refused_is_counted_no_more(server: Server) -> None:
    answered, lost, _ = begun(server, FLOOD), begun(server, FLOOD), begun(server, FLOOD)
    answered.arrives(b"x")
    assert server.load.bodies.held == 2 * (LENGTH - 1)
    lost.connection.connection_lost(None)
    assert server.load.bodies.held == LENGTH - 1
    server.passes(server.limits.body_seconds + 3.0)
    assert server.load.bodies.held == 0


def test_a_body_longer_than_the_largest_counts_while_it_is_read(server: Server) -> None:
    play = server.connect(FLOOD)
    play.arrives(b"POST / HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n\r\n" % (10 * LENGTH))
    for _ in range(10):
        play.arrives(b"x" * LENGTH)
    assert play.leaves().startswith(b"HTTP/1.1 200 OK\r\n")
    play.connection.connection_lost(None)
    assert server.load.bodies.held == 0


def test_a_message_in_one_small_read_is_not_counted_and_a_large_one_is(
    server: Server, held_while_answered: list[int]
) -> None:
    play = server.connect(PARTNER)
    post = b"POST / HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n\r\n%s"
    for length in (1_000, LARGE_READ_BYTES):
        play.arrives(post % (length, b"x" * length))
        assert play.leaves().startswith(b"HTTP/1.1 200 OK\r\n")
    none, all_of_it = held_while_answered
    assert none == 0 and all_of_it > LARGE_READ_BYTES
    assert server.load.bodies.held == 0
