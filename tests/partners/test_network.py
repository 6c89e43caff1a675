"""A partner that is absent, slow, or hangs up: each has its own error, and every wait ends."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from gateway.domain.errors import PartnerReplyInvalid, PartnerTimeout, PartnerUnreachable
from gateway.domain.partner import OperationName
from tests.partners.partner_cases import NUMBER, TOKEN, envelope
from tests.partners.partner_server import says, writes

pytestmark = pytest.mark.slow

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 5000\r\n\r\n"


@pytest.fixture
def nobody() -> str:
    """An address where nothing listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}/"


@pytest.fixture
def overrun() -> Iterator[str]:
    """A port whose queue is full, so that connections are neither taken nor refused."""
    with ExitStack() as stack:
        listening = stack.enter_context(closing(socket.socket()))
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(8):
            waiting = stack.enter_context(closing(socket.socket()))
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        time.sleep(0.05)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


@pytest.fixture
def mute() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening.getsockname()[1]


def test_a_refused_connection_is_unreachable(endpoint: Callable, nobody: str) -> None:
    with pytest.raises(PartnerUnreachable, match="refused the connection"):
        endpoint(nobody).state()


def test_an_unknown_host_name_is_unreachable(
    endpoint: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # the tests never ask a real name server
    with pytest.raises(PartnerUnreachable, match="the host name in its address is not known"):
        endpoint("https://permits.invalid/epix").state()


def test_a_connection_that_is_not_taken_ends_after_the_connect_time(
    endpoint: Callable, overrun: str
) -> None:
    began = time.monotonic()
    with pytest.raises(PartnerUnreachable, match="did not take the connection in time"):
        endpoint(overrun, connect_timeout_seconds=0.3).state()
    assert 0.25 < time.monotonic() - began < 4


def test_a_tls_handshake_that_is_not_answered_ends_after_the_connect_time(
    endpoint: Callable, mute: int
) -> None:
    began = time.monotonic()
    with pytest.raises(PartnerUnreachable, match="did not take the connection in time"):
        endpoint(f"https://127.0.0.1:{mute}/", connect_timeout_seconds=0.3).state()
    assert time.monotonic() - began < 4


def test_silence_ends_after_the_read_time(endpoint: Callable, mute: int) -> None:
    began = time.monotonic()
    with pytest.raises(PartnerTimeout, match="did not answer in time"):
        endpoint(f"http://127.0.0.1:{mute}/", read_timeout_seconds=0.3).state()
    assert 0.25 < time.monotonic() - began < 4


def test_silence_in_the_middle_of_an_answer_ends_after_the_read_time(
    asking: Callable, journal: object
) -> None:
    over = threading.Event()
    client, _ = asking(
        writes(HEAD + b"<Envelope>", then=lambda: over.wait(5)), read_timeout_seconds=0.3
    )
    try:
        with pytest.raises(PartnerTimeout, match="began to answer but did not finish in time"):
            client.state()
    finally:
        over.set()
    assert journal.only.answer == b"<Envelope>"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("first", "drip"),
    [
        pytest.param(HEAD, b"<a/>", id="body"),
        pytest.param(b"", b"H", id="status line"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n", id="headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-A: ", b"x", id="one header"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="interim answers"),
    ],
)
def test_a_slow_dribble_ends_after_the_total_time(
    asking: Callable, first: bytes, drip: bytes
) -> None:
    client, _ = asking(
        writes(first, *[drip] * 60, then=lambda: time.sleep(0.05)),
        read_timeout_seconds=1,
        total_timeout_seconds=0.5,
    )
    began = time.monotonic()
    with pytest.raises(PartnerTimeout):
        client.state()
    assert 0.4 < time.monotonic() - began < 2.5


def test_a_slow_but_steady_answer_is_read(asking: Callable) -> None:
    body = envelope("partner_v2_permit.xml")
    head = HEAD.replace(b"5000", str(len(body)).encode())
    pieces = [body[begin : begin + 200] for begin in range(0, len(body), 200)]
    client, _ = asking(
        writes(head, *pieces, then=lambda: time.sleep(0.02)), read_timeout_seconds=0.5
    )
    assert client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN).version == "v2"


def test_a_connection_closed_without_an_answer_is_unreachable(asking: Callable) -> None:
    client, _ = asking(writes())
    with pytest.raises(PartnerUnreachable, match="closed the connection without an answer"):
        client.state()


def test_a_connection_reset_in_the_middle_is_an_invalid_answer(asking: Callable) -> None:
    def answer(handler) -> None:  # type: ignore[no-untyped-def]
        handler.wfile.write(HEAD + b"<Envelope>")
        time.sleep(0.1)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    client, _ = asking(answer)
    with pytest.raises(PartnerReplyInvalid, match="broke off in the middle"):
        client.state()


def test_every_exchange_has_a_connection_of_its_own(asking: Callable) -> None:
    client, partner = asking("partner_state.xml")
    client.state()
    client.state()
    assert [asked.headers["Connection"] for asked in partner.asked] == ["close", "close"]


def test_one_client_serves_many_threads(asking: Callable, journal: object) -> None:
    client, partner = asking(says(envelope("partner_v2_permit.xml")))
    replies = []

    def ask() -> None:
        replies.append(client.certificate(OperationName.GET_NON_FINAL, NUMBER, TOKEN))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(replies) == len(partner.asked) == 12
    assert {exchange.outcome for exchange in journal.exchanges} == {"ok"}  # type: ignore[attr-defined]
