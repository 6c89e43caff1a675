"""Reverse proxy headers: trusted only from a proxy that is authenticated by socket or secret."""

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from gateway.serving import CannotServe, ProxyTrust, ServingOptions, TcpAddress, UnixSocket
from tests.nginx import nginx as running_nginx
from tests.serving.wire import Reply, ask, connect, hear, is_closed, post

pytestmark = pytest.mark.slow

SECRET = "5up3r-s3cret-of-the-proxy-and-the-gateway"
CERTIFICATE, VERIFY, PROXY = (
    "X-EPIX-Client-Certificate",
    "X-EPIX-Client-Verify",
    "X-EPIX-Proxy-Secret",
)


def escaped(identity) -> str:
    return quote(ssl.DER_cert_to_PEM_cert(identity.der), safe="")


@pytest.fixture(scope="module")
def on_socket(start, tmp_path_factory) -> Iterator[str]:
    with start(
        address=UnixSocket(tmp_path_factory.mktemp("run") / "http.sock"), proxy=ProxyTrust()
    ) as server:
        yield server.address


@pytest.fixture(scope="module")
def with_secret(start, tmp_path_factory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("secret") / "secret"
    file.write_text(SECRET + "\n")
    with start(proxy=ProxyTrust(file)) as server:
        yield server.address


def nothing_of_the_proxy(reply: Reply) -> bool:
    return not any(
        name.startswith(("x-epix", "x-ssl", "x-forwarded")) for name in reply.received["headers"]
    )


def test_the_certificate_the_proxy_verified_reaches_the_site_as_der(
    on_socket, with_secret, pki
) -> None:
    word = ((CERTIFICATE, escaped(pki.partner)), (VERIFY, "SUCCESS"))
    for reply in (
        post(on_socket, headers=word),
        post(with_secret, headers=(*word, (PROXY, SECRET))),
    ):
        assert (reply.received["certificate"], reply.received["refused"]) == (
            pki.partner.der.hex(),
            False,
        )
        assert nothing_of_the_proxy(reply)


@pytest.mark.parametrize("word", [(), ((VERIFY, "NONE"),), ((VERIFY, "NONE"), (CERTIFICATE, ""))])
def test_a_caller_without_certificate_is_nobody(on_socket, word) -> None:
    assert post(on_socket, headers=word).received["certificate"] is None


def test_a_certificate_header_from_anybody_else_is_dropped(server, with_secret, pki) -> None:
    forged = ((CERTIFICATE, escaped(pki.partner)), (VERIFY, "SUCCESS"))
    others = (
        ("X-SSL-Cert", "x"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("X_EPIX_Client_Certificate", "x"),
    )
    for address, guess in (
        (server, ""),
        (with_secret, ""),
        (with_secret, SECRET[:-1]),
        (with_secret, SECRET + "x"),
    ):
        reply = post(address, headers=(*forged, *others, (PROXY, guess)))
        assert reply.received["certificate"] is None
        assert nothing_of_the_proxy(reply)
        assert not [name for name in reply.received["headers"] if "epix" in name]


GOOD, SUCCESS = (CERTIFICATE, "GOOD"), (VERIFY, "SUCCESS")
CONTRADICTIONS = {
    "certificate twice": (GOOD, GOOD, SUCCESS),
    "two verdicts": (GOOD, SUCCESS, SUCCESS),
    "success without certificate": (SUCCESS,),
    "certificate without verdict": (GOOD,),
    "failure without certificate": ((VERIFY, "FAILED:certificate has expired"),),
    "failure in another spelling": (GOOD, (VERIFY, "FAILED")),
    "verdict in another spelling": (GOOD, (VERIFY, "success")),
    "no PEM": ((CERTIFICATE, "abc"), SUCCESS),
    "two certificates in one": ((CERTIFICATE, "GOODGOOD"), SUCCESS),
    "text before": ((CERTIFICATE, "xGOOD"), SUCCESS),
    "broken escape": ((CERTIFICATE, "GOOD%0"), SUCCESS),
    "broken base64": (
        (CERTIFICATE, quote("-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----")),
        SUCCESS,
    ),
}


@pytest.mark.parametrize("word", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_trusted_proxy_that_contradicts_itself_is_refused(on_socket, pki, word) -> None:
    headers = tuple((name, value.replace("GOOD", escaped(pki.partner))) for name, value in word)
    reply = post(on_socket, headers=headers)
    assert (reply.status, reply.headers["connection"]) == (400, "close")


def test_a_secret_sent_twice_is_refused(with_secret) -> None:
    assert post(with_secret, headers=((PROXY, SECRET), (PROXY, SECRET))).status == 400


def test_a_short_or_missing_secret_is_named(start, tmp_path, capfd) -> None:
    for content in ("short", None):
        if content:
            (tmp_path / "secret").write_text(content)
        else:
            (tmp_path / "secret").unlink()
        with pytest.raises(CannotServe), start(proxy=ProxyTrust(tmp_path / "secret")):
            pass
    said = capfd.readouterr().err
    assert "must hold at least 32 random bytes" in said
    assert "cannot be read: No such file" in said
    assert "short\n" not in said


@pytest.fixture(scope="module")
def nginx(on_socket, pki, tmp_path_factory) -> Iterator[str]:
    with running_nginx(
        tmp_path_factory.mktemp("nginx"), on_socket, pki.gateway.pem, pki.authority.pem
    ) as address:
        yield address


def test_through_nginx_the_site_gets_exactly_the_certificate_presented(
    nginx, pki, as_client
) -> None:
    for party in (pki.partner, pki.neighbour):
        reply = post(nginx, context=as_client(party))
        assert reply.received["certificate"] == party.der.hex()
        assert nothing_of_the_proxy(reply)


def test_through_nginx_a_caller_without_certificate_is_nobody(nginx, as_client) -> None:
    assert post(nginx, context=as_client(None)).received["certificate"] is None


@pytest.mark.parametrize("name", ["stranger", "expired", "server_only"])
def test_a_certificate_that_nginx_did_not_accept_reaches_the_site_marked_as_refused(
    nginx, pki, as_client, name: str
) -> None:
    for path in ("/epix", "/epix/v1"):
        received = post(nginx, path, context=as_client(getattr(pki, name))).received
        assert (received["certificate"], received["refused"]) == (
            getattr(pki, name).der.hex(),
            True,
        )
        assert (received["path"], received["method"], received["length"]) == (path, "POST", 3)


@pytest.mark.parametrize("path", ["/", "/epixx", "/desk", "/epix/../desk", "/epix/%2e%2e/desk"])
def test_a_certificate_that_nginx_did_not_accept_opens_no_other_path(
    nginx, pki, as_client, path: str
) -> None:
    assert post(nginx, path, context=as_client(pki.stranger)).status == 404


def test_a_word_of_refusal_comes_with_the_certificate_it_is_about(on_socket, pki) -> None:
    word = ((CERTIFICATE, escaped(pki.expired)), (VERIFY, "FAILED:certificate has expired"))
    received = post(on_socket, headers=word).received
    assert (received["certificate"], received["refused"]) == (pki.expired.der.hex(), True)


def test_through_nginx_forged_headers_count_for_nothing(nginx, pki, as_client) -> None:
    forged = (
        (CERTIFICATE, escaped(pki.neighbour)),
        (CERTIFICATE.lower(), escaped(pki.neighbour)),
        (VERIFY, "SUCCESS"),
        ("X_EPIX_Client_Certificate", escaped(pki.neighbour)),
        ("X-SSL-Client-Cert", "x"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("Connection", "X-EPIX-Client-Certificate"),
    )
    assert post(nginx, headers=forged, context=as_client(None)).received["certificate"] is None
    reply = post(nginx, headers=forged, context=as_client(pki.partner))
    assert reply.received["certificate"] == pki.partner.der.hex()
    assert nothing_of_the_proxy(reply)


def test_what_a_soap_call_needs_passes_through_nginx(nginx, pki, as_client) -> None:
    sent = (
        ("Content-Type", "text/xml; charset=utf-8"),
        ("SOAPAction", '"urn:ServiceState"'),
        ("Accept", "*/*"),
    )
    received = post(nginx, "/epix/v2?a=1", headers=sent, context=as_client(pki.partner)).received
    assert (received["path"], received["query"], received["length"]) == ("/epix/v2", "a=1", 3)
    for name, value in sent:
        assert received["headers"][name.lower()] == value


@pytest.mark.parametrize(
    "path", ["/", "/epixx", "/desk", "/epix/../desk", "/epix/%2e%2e/desk", "/metrics"]
)
def test_nothing_but_the_gateways_own_paths_passes_nginx(nginx, as_client, path: str) -> None:
    assert post(nginx, path, context=as_client(None)).status == 404


def test_through_nginx_chunked_and_kept_alive_requests_work(nginx, pki, as_client) -> None:
    chunked = (
        b"POST /epix/v1 HTTP/1.1\r\nHost: epix.example.org\r\nTransfer-Encoding:"
        b" chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    )
    with connect(nginx, as_client(pki.partner)) as line:
        for _ in range(20):
            assert ask(line, chunked).received["length"] == 3


def test_behind_nginx_twenty_slow_heads_and_bodies_do_not_delay_a_good_request(
    nginx, pki, as_client
) -> None:
    context = as_client(pki.partner)
    slow = [connect(nginx, context) for _ in range(40)]
    for number, line in enumerate(slow):
        start_of = b"POST /epix/v1 HTTP/1.1\r\nHost: epix.example.org\r\n"
        line.sendall(start_of if number % 2 else start_of + b"Content-Length: 1000\r\n\r\nab")
    assert post(nginx, context=context).status == 200
    assert not any(map(is_closed, slow)), "the slow ones were still waiting"
    for line in slow:
        line.close()


def test_a_call_by_another_name_is_turned_away(nginx, pki, as_client) -> None:
    port = int(nginx.rsplit(":", 1)[1])
    with (
        socket.create_connection(("127.0.0.1", port)) as line,
        pytest.raises(ssl.SSLError),
    ):
        as_client(pki.partner).wrap_socket(line, server_hostname="other.example.org")


def test_plain_http_is_turned_away(nginx) -> None:
    with connect(nginx.replace("https", "http")) as line:
        line.sendall(
            b"POST /epix/v1 HTTP/1.1\r\nHost: epix.example.org\r\nContent-Length: 0\r\n\r\n"
        )
        assert hear(line).statuses == [400]


def test_tcp_without_a_secret_is_no_way_to_trust_a_proxy() -> None:
    with pytest.raises(CannotServe, match="shared secret"):
        ServingOptions("a:b", TcpAddress(), proxy=ProxyTrust())
