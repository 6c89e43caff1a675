"""Health and metrics as operators see them: parts, figures of all workers, and no secret."""

import http.client
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from threading import Event, Thread

import pytest

from gateway.domain.errors import ServiceUnavailable
from gateway.operations import CannotListen, Health, Scrape, listener, listening
from tests.serving.wire import is_closed
from tests.waiting import until

pytestmark = pytest.mark.slow


@dataclass
class WatchedGateway:
    """A gateway under watch.

    store_works, journal_works: result of the checks.  days_left: of its certificates.
    """

    folder: Path
    store_works: bool = True
    journal_works: bool = True
    days_left: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        parts: dict[str, Callable[[], None]] = {
            "store": lambda: _works(self.store_works),
            "journal": lambda: _works(self.journal_works),
        }
        self.health = Health(parts)
        self.scrape = Scrape(
            self.folder,
            self.health,
            lambda: self.days_left,
            lambda: [("parked", 2, 90.0)],
            lambda: -3600.0,
            lambda: 3,
            "1.2.3",
            lambda: [("file", 61.0), ("partner-za", float("inf"))],
            lambda: 4.5,
        )

    @contextmanager
    def open(self) -> Iterator[Callable[..., tuple[int, str]]]:
        with listening("127.0.0.1", 0, self.health, self.scrape) as address:
            port = int(address.rpartition(":")[2])

            def ask(path: str, method: str = "GET") -> tuple[int, str]:
                with closing(
                    http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                ) as connection:
                    connection.request(method, path)
                    answer = connection.getresponse()
                    return answer.status, answer.read().decode()

            ask.port = port  # type: ignore[attr-defined]
            yield ask


def _works(works: bool) -> None:
    if not works:
        raise ServiceUnavailable("secret-host:5432 does not answer")


@pytest.fixture
def watched(tmp_path: Path) -> WatchedGateway:
    return WatchedGateway(tmp_path)


def test_a_gateway_whose_parts_work_is_ready(watched: WatchedGateway) -> None:
    with watched.open() as ask:
        status, body = ask("/health/ready")
    assert status == 200
    assert json.loads(body) == {
        "status": "ready",
        "parts": {"store": "ok", "journal": "ok", "serving": "ok"},
    }


@pytest.mark.parametrize("part", ["store", "journal"])
def test_a_part_that_fails_is_named_and_its_reason_is_not(
    watched: WatchedGateway, part: str
) -> None:
    setattr(watched, f"{part}_works", False)
    with watched.open() as ask:
        status, body = ask("/health/ready")
        assert ask("/health/live") == (200, '{"status": "live"}\n')
    assert status == 503
    assert json.loads(body)["parts"][part] == "failing"
    assert "secret-host" not in body


def test_a_check_that_breaks_is_a_part_that_fails(watched: WatchedGateway) -> None:
    def broken() -> None:
        raise KeyError("inside")

    health = Health({"store": broken})
    assert health.report() == (False, {"store": "failing", "serving": "ok"})


def test_a_gateway_that_finishes_its_last_requests_is_alive_and_not_ready(
    watched: WatchedGateway,
) -> None:
    watched.health.draining.set()
    with watched.open() as ask:
        status, body = ask("/health/ready")
        assert ask("/health/live")[0] == 200
    assert status == 503
    assert json.loads(body)["parts"]["serving"] == "draining"


def test_metrics_tell_store_software_and_the_first_certificate_of_a_purpose_to_expire(
    watched: WatchedGateway,
) -> None:
    watched.days_left = [("server", 41.0), ("server", 12.0), ("client", -3.0)]
    with watched.open() as ask:
        _, text = ask("/metrics")
        watched.store_works = False
        _, later = ask("/metrics")
    assert "epix_store_reachable 1.0" in text
    assert 'epix_outbox{state="parked"} 2.0' in text
    assert "epix_journal_unsealed_seconds 4.5" in text
    assert 'epix_journal_anchor_age_seconds{anchor="file"} 61.0' in text
    assert 'epix_journal_anchor_age_seconds{anchor="partner-za"} +Inf' in text
    assert 'epix_outbox_oldest_seconds{state="parked"} 90.0' in text
    assert "epix_outbox{" not in later
    assert "epix_store_reachable 0.0" in later
    assert 'epix_certificate_days_left{purpose="server"} 12.0' in text
    assert 'epix_certificate_days_left{purpose="client"} -3.0' in text
    assert 'epix_build_info{python="' in text and 'version="1.2.3"} 1.0' in text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/epix", 404),
        ("GET", "/metrics/../x", 404),
        ("POST", "/metrics", 501),
    ],
)
def test_nothing_else_is_there(
    watched: WatchedGateway, method: str, path: str, status: int
) -> None:
    with watched.open() as ask:
        assert ask(path, method)[0] == status


def test_head_tells_what_get_would_without_its_body(watched: WatchedGateway) -> None:
    with watched.open() as ask:
        assert ask("/health/ready", "HEAD") == (200, "")


def test_an_address_that_is_taken_is_named(watched: WatchedGateway) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(CannotListen, match=rf"operations\.listen 127\.0\.0\.1:{port}"),
            listening("127.0.0.1", port, watched.health, watched.scrape),
        ):
            pass


def is_live(ask: Callable[..., tuple[int, str]]) -> bool:
    try:
        return ask("/health/live")[0] == 200
    except (ConnectionError, http.client.RemoteDisconnected):
        return False


def drip(connections: list[socket.socket], stop: Event) -> None:
    """Send the head of a request on each connection, a byte at a time."""
    for byte in cycle(b"GET /health/live HTTP/1.1\r\nX-Long: " + b"x" * 10_000):
        for connection in connections:
            with suppress(OSError):
                connection.send(bytes([byte]))
        if stop.wait(0.05):
            return


def test_callers_that_say_nothing_make_room_when_others_ask(
    watched: WatchedGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    with watched.open() as ask, ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", ask.port)))  # type: ignore[attr-defined]
        for _ in range(4):
            assert is_live(ask)
    assert not caplog.records


def test_callers_that_send_their_head_byte_by_byte_make_room_when_others_ask(
    watched: WatchedGateway,
) -> None:
    stop = Event()
    with watched.open() as ask, ExitStack() as stack:
        where = ("127.0.0.1", ask.port)  # type: ignore[attr-defined]
        slow = [stack.enter_context(socket.create_connection(where)) for _ in range(8)]
        dripping = Thread(target=drip, args=(slow, stop))
        dripping.start()
        try:
            time.sleep(0.5)
            for _ in range(10):
                before = time.monotonic()
                assert ask("/health/ready")[0] == 200
                assert time.monotonic() - before < 2.0
        finally:
            stop.set()
            dripping.join()


def test_a_head_has_one_deadline_whatever_the_pieces_in_which_it_comes(
    watched: WatchedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "_HEAD_SECONDS", 0.5)
    stop = Event()
    with watched.open() as ask, ExitStack() as stack:
        where = ("127.0.0.1", ask.port)  # type: ignore[attr-defined]
        slow = stack.enter_context(socket.create_connection(where))
        dripping = Thread(target=drip, args=([slow], stop))
        dripping.start()
        try:
            until(lambda: is_closed(slow), "the head's time to be over")
        finally:
            stop.set()
            dripping.join()


def test_a_caller_that_does_not_read_its_answer_makes_room_when_others_ask(
    watched: WatchedGateway,
) -> None:
    watched.days_left = [(f"purpose {number}" * 300, 1.0) for number in range(2_000)]
    with watched.open() as ask, ExitStack() as stack:
        where = ("127.0.0.1", ask.port)  # type: ignore[attr-defined]
        for _ in range(8):
            deaf = stack.enter_context(socket.socket())
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(where)
            deaf.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        until(lambda: is_live(ask), "health to be answered")
