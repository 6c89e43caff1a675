"""Look at a partner's service over real TLS: chains, refusals, and peers that never finish."""

import gc
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.domain.errors import PartnerFailed
from gateway.partners.look import ServiceLook
from tests.dripping_server import dripping
from tests.partners.partner_cases import profile
from tests.partners.partner_server import Answer, running, says
from tests.partners.test_tls import ours, server_context
from tests.pki import DAY, NOW, SERVER, Authority

pytestmark = pytest.mark.slow
WSDL = (
    b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:x"><service/>'
    b"</definitions>"
)
PUBLISHED = says(WSDL)
SECONDS = 0.3


def look(address: str, authorities: bytes | None = None, **changes: Any) -> ServiceLook:
    limits = dict.fromkeys(
        ("connect_timeout_seconds", "read_timeout_seconds", "total_timeout_seconds"), SECONDS
    )
    return ServiceLook(profile(address, **(limits | changes)), authorities)


def failure(attempt: Callable[[], object]) -> str:
    """The sentence of a step that fails within its time."""
    began = monotonic()
    with pytest.raises(PartnerFailed) as failed:
        attempt()
    assert monotonic() - began < 4 * SECONDS + 1
    return failed.value.text


Serving = Callable[..., str]


@pytest.fixture
def serving() -> Iterator[Serving]:
    """`serving(tls context, answer to GET)`: the address of a partner, until the test ends."""
    with ExitStack() as stack:

        def serve(tls: ssl.SSLContext, to_get: Answer = PUBLISHED) -> str:
            return stack.enter_context(running(says(b""), tls, to_get)).address

        yield serve


def test_the_chain_of_a_server_is_shown_before_it_is_trusted(serving: Serving, keys: Any) -> None:
    address = serving(server_context(keys.server))
    stranger = look(address, ca_file=keys.stranger.pem)
    assert stranger.chain() == (keys.server.der,)
    assert "does not come from the CA" in failure(stranger.verify)
    trusted = look(address, ca_file=keys.ca.pem)
    assert trusted.chain() == (keys.server.der,)
    assert trusted.verify() == "TLSv1.3"
    assert trusted.addresses() == ("127.0.0.1",)
    assert trusted.connect() == "127.0.0.1"


def test_a_ca_that_is_not_yet_in_a_file_counts(serving: Serving, keys: Any) -> None:
    address = serving(server_context(keys.server))
    assert look(address, keys.ca.pem.read_bytes()).verify() == "TLSv1.3"
    text = failure(look(address, keys.stranger.pem.read_bytes(), ca_file=keys.ca.pem).verify)
    assert "does not come from the CA" in text


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_wants_a_client_certificate_shows_its_own_all_the_same(
    serving: Serving, keys: Any, newest: ssl.TLSVersion
) -> None:
    context = server_context(keys.server, clients=keys.ca)
    context.maximum_version = newest
    address = serving(context)
    for known in (keys.ca, keys.stranger):
        assert look(address, ca_file=known.pem).chain()[0] == keys.server.der


def test_expired_and_of_another_name_is_said_as_such(serving: Serving, keys: Any) -> None:
    over = keys.ca.issue("over", SERVER, hosts=["127.0.0.1"], until=NOW - DAY / 24)
    address = serving(server_context(over))
    assert "has expired. It must renew it" in failure(look(address, ca_file=keys.ca.pem).verify)
    assert look(address, ca_file=keys.ca.pem).chain() == (over.der,)
    other = keys.ca.issue("other", SERVER, hosts=["permits.example"])
    address = serving(server_context(other))
    assert "is for another host" in failure(look(address, ca_file=keys.ca.pem).verify)


def test_the_reason_for_which_a_server_refuses_our_certificate_is_said(
    serving: Serving, keys: Any
) -> None:
    address = serving(server_context(keys.server, clients=keys.ca))
    over = keys.ca.issue("ours-over", country="ZA", until=NOW - DAY / 24)
    strange = keys.stranger.issue("ours-strange", country="ZA")
    for words, said in (
        (ours(over), "because it has expired. Renew it."),
        (ours(strange), "does not know the CA behind it"),
        ({}, "saw no client certificate of ours"),
    ):
        assert said in failure(look(address, ca_file=keys.ca.pem, **words).wsdl)


def test_the_wsdl_is_read_and_anything_else_is_none(serving: Serving, keys: Any) -> None:
    for body, status, said in (
        (WSDL, 200, None),
        (WSDL, 404, "answers 404 where a WSDL"),
        (b"<html/>", 200, "something else"),
        (b"\x00\x01", 200, "not an XML"),
        (b"<!DOCTYPE x><definitions/>", 200, "DOCTYPE"),
    ):
        address = serving(server_context(keys.server), says(body, status))
        service = look(address, ca_file=keys.ca.pem)
        if said is None:
            assert service.wsdl() == "urn:x"
        else:
            assert said in failure(service.wsdl)


def test_a_host_without_name_or_listener_is_told_apart() -> None:
    assert "not known" in failure(look("https://no-such-host.invalid/").addresses)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "refused the connection" in failure(look(f"https://127.0.0.1:{port}/").connect)


@contextmanager
def peer(behaviour: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does one thing with each connection. Gives its address."""
    stopping = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def serve() -> None:
            waiting = []
            while not stopping.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                waiting.append(connection)
                behaviour(connection)
            for connection in waiting:
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"https://127.0.0.1:{listener.getsockname()[1]}/epix/v2"
        finally:
            stopping.set()
            thread.join()


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


BEHAVIOURS: dict[str, Callable[[socket.socket], None]] = {
    "says nothing": lambda connection: None,
    "closes": lambda connection: connection.close(),
    "resets": reset,
    "speaks plain HTTP": lambda connection: connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n"),
    "speaks SSH": lambda connection: connection.sendall(b"SSH-2.0-x\r\n"),
}


@pytest.mark.long_haul  # the short form has peers that speak it
# The standard library drops its socket without closing it where the peer resets before a handshake;
# it is closed as soon as the error is forgotten.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_peer_that_does_not_speak_tls_is_left_in_time(behaviour: str) -> None:
    with peer(BEHAVIOURS[behaviour]) as address:
        for attempt in (look(address).chain, look(address).verify, look(address).wsdl):
            assert failure(attempt).startswith("Partner za-dffe (ZA) ")
    gc.collect()  # what is dropped is dropped here, not in a later test


def test_a_handshake_that_drips_is_left_in_time() -> None:
    with dripping("TLS handshake") as server:
        service = look(server.address.replace("http:", "https:"))
        for attempt in (service.chain, service.verify, service.wsdl):
            failure(attempt)


def test_a_wsdl_that_drips_is_left_in_time() -> None:
    for what in ("head", "body without end"):
        with dripping(what) as server:
            failure(look(server.address).wsdl)


def test_a_chain_of_several_certificates_comes_whole(serving: Serving, keys: Any) -> None:
    intermediate = Authority(keys.folder, "intermediate", root=keys.ca)
    server = intermediate.issue("below", SERVER, hosts=["127.0.0.1"])
    chain = keys.folder / "chain.pem"
    chain.write_bytes(server.certificate_file.read_bytes() + intermediate.pem.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, server.key_file)
    service = look(serving(context), ca_file=keys.ca.pem)
    assert service.chain() == (
        server.der,
        intermediate.certificate.public_bytes(Encoding.DER),
    )
    assert service.verify() == "TLSv1.3"
