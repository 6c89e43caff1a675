"""What operators see: parts that work or fail, figures of every worker, and nothing that is a secret."""

import http.client
import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.domain.errors import ServiceUnavailable
from gateway.operations import CannotListen, Health, Scrape, listening


@dataclass
class House:
    """store_works, journal_works: what its parts say.  days_left: of its certificates."""

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
            self.folder, self.health, lambda: self.days_left, lambda: [("parked", 2, 90.0)], lambda: -3600.0, "1.2.3"
        )

    @contextmanager
    def open(self) -> Iterator[Callable[..., tuple[int, str]]]:
        with listening("127.0.0.1", 0, self.health, self.scrape) as address:
            port = int(address.rpartition(":")[2])

            def ask(path: str, method: str = "GET") -> tuple[int, str]:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request(method, path)
                answer = connection.getresponse()
                return answer.status, answer.read().decode()

            ask.port = port  # type: ignore[attr-defined]
            yield ask


def _works(works: bool) -> None:
    if not works:
        raise ServiceUnavailable("secret-host:5432 does not answer")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_gateway_whose_parts_work_is_ready(house: House) -> None:
    with house.open() as ask:
        status, body = ask("/health/ready")
    assert status == 200
    assert json.loads(body) == {"status": "ready", "parts": {"store": "ok", "journal": "ok", "serving": "ok"}}


@pytest.mark.parametrize("part", ["store", "journal"])
def test_a_part_that_fails_is_named_and_its_reason_is_not(house: House, part: str) -> None:
    setattr(house, f"{part}_works", False)
    with house.open() as ask:
        status, body = ask("/health/ready")
        assert ask("/health/live") == (200, '{"status": "live"}\n')
    assert status == 503
    assert json.loads(body)["parts"][part] == "failing"
    assert "secret-host" not in body


def test_a_check_that_breaks_is_a_part_that_fails(house: House) -> None:
    def broken() -> None:
        raise KeyError("inside")

    health = Health({"store": broken})
    assert health.told() == (False, {"store": "failing", "serving": "ok"})


def test_a_gateway_that_finishes_its_last_requests_is_alive_and_not_ready(house: House) -> None:
    house.health.draining.set()
    with house.open() as ask:
        status, body = ask("/health/ready")
        assert ask("/health/live")[0] == 200
    assert status == 503
    assert json.loads(body)["parts"]["serving"] == "draining"


def test_metrics_tell_store_software_and_the_first_certificate_of_a_purpose_to_expire(house: House) -> None:
    house.days_left = [("server", 41.0), ("server", 12.0), ("client", -3.0)]
    with house.open() as ask:
        _, shown = ask("/metrics")
        house.store_works = False
        _, later = ask("/metrics")
    assert "epix_store_reachable 1.0" in shown
    assert 'epix_outbox{state="parked"} 2.0' in shown
    assert 'epix_outbox_oldest_seconds{state="parked"} 90.0' in shown
    assert "epix_outbox{" not in later
    assert "epix_store_reachable 0.0" in later
    assert 'epix_certificate_days_left{purpose="server"} 12.0' in shown
    assert 'epix_certificate_days_left{purpose="client"} -3.0' in shown
    assert 'epix_build_info{python="' in shown and 'version="1.2.3"} 1.0' in shown


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/epix", 404), ("GET", "/metrics/../x", 404), ("POST", "/metrics", 501)],
)
def test_nothing_else_is_there(house: House, method: str, path: str, status: int) -> None:
    with house.open() as ask:
        assert ask(path, method)[0] == status


def test_head_tells_what_get_would_without_its_body(house: House) -> None:
    with house.open() as ask:
        assert ask("/health/ready", "HEAD") == (200, "")


def test_an_address_that_is_taken_is_named(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(CannotListen, match=rf"operations\.listen 127\.0\.0\.1:{port}"),
            listening("127.0.0.1", port, house.health, house.scrape),
        ):
            pass


def test_callers_that_say_nothing_leave_room_again_when_they_go(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    with house.open() as ask:
        silent = [socket.create_connection(("127.0.0.1", ask.port)) for _ in range(8)]  # type: ignore[attr-defined]
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            for _ in range(3):
                ask("/health/live")
        for each in silent:
            each.close()
        for _ in range(100):
            try:
                assert ask("/health/live")[0] == 200
                break
            except (ConnectionError, http.client.RemoteDisconnected):
                continue
        else:
            pytest.fail("the house stayed full")
    assert not caplog.records
