"""Mutual TLS that the gateway ends itself: clients of the named authorities, known to the site."""

import ssl
from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateway.serving import CannotServe, RunningServer
from tests.serving.limits import SHORT
from tests.serving.wire import ask, connect, hear, post, say

pytestmark = pytest.mark.slow

WHOLE = b"POST /epix/v1 HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc"


@pytest.fixture(scope="module")
def strict(start, tls) -> Iterator[RunningServer]:
    with start(tls=tls, limits=SHORT) as server:
        yield server


@pytest.fixture(scope="module")
def lenient(start, tls) -> Iterator[RunningServer]:
    with start(tls=replace(tls, client_certificate_required=False)) as server:
        yield server


@pytest.fixture(params=["strict", "lenient"])
def either(request) -> RunningServer:
    return request.getfixturevalue(request.param)


def turned_away(address: str, context: ssl.SSLContext) -> bool:
    """Whether there is no HTTP answer.

    In TLS 1.3 the client learns of the refusal only after its own part of the handshake.
    """
    try:
        return say(address, WHOLE, context=context).replies == []
    except (ssl.SSLError, ConnectionError):
        return True


def test_the_site_gets_exactly_the_certificate_presented(either, pki, as_client) -> None:
    assert either.address.startswith("https://127.0.0.1:")
    for party in (pki.partner, pki.neighbour):
        assert (
            post(either.address, context=as_client(party)).received["certificate"]
            == party.der.hex()
        )


def test_connections_side_by_side_never_share_a_certificate(strict, pki, as_client) -> None:
    with (
        connect(strict.address, as_client(pki.partner)) as one,
        connect(strict.address, as_client(pki.neighbour)) as other,
    ):
        for line, party in [(one, pki.partner), (other, pki.neighbour)] * 5:
            assert ask(line, WHOLE).received["certificate"] == party.der.hex()


def test_a_certificate_out_of_date_reaches_the_site_which_judges_dates(
    strict, pki, as_client
) -> None:
    received = post(strict.address, context=as_client(pki.expired)).received
    assert received["certificate"] == pki.expired.der.hex()


@pytest.mark.parametrize("name", ["stranger", "server_only"])
def test_a_certificate_that_is_not_valid_gets_no_answer(either, pki, as_client, name: str) -> None:
    assert turned_away(either.address, as_client(getattr(pki, name)))


def test_a_client_without_certificate_is_refused_where_one_is_required(strict, as_client) -> None:
    assert turned_away(strict.address, as_client(None))


def test_a_client_without_certificate_is_nobody_where_none_is_required(lenient, as_client) -> None:
    assert post(lenient.address, context=as_client(None)).received["certificate"] is None


def test_a_header_never_stands_in_for_a_certificate(lenient, pki, as_client) -> None:
    forged = (
        ("X-EPIX-Client-Certificate", "x"),
        ("X-EPIX-Client-Verify", "SUCCESS"),
        ("X-Forwarded-For", "1.2.3.4"),
    )
    received = post(lenient.address, headers=forged, context=as_client(None)).received
    assert received["certificate"] is None
    assert not [name for name in received["headers"] if name.startswith("x-")]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_1_1_is_refused(lenient, as_client) -> None:
    context = as_client(None)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    assert turned_away(lenient.address, context)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3_are_taken(strict, pki, as_client, version) -> None:
    context = as_client(pki.partner)
    context.minimum_version = context.maximum_version = version
    assert post(strict.address, context=context).status == 200


def test_plain_http_on_the_tls_port_gets_no_answer(strict) -> None:
    with connect(strict.address.replace("https", "http")) as line:
        line.sendall(WHOLE)
        assert hear(line).replies == []


def test_slow_handshakes_heads_and_bodies_do_not_delay_a_good_request(
    strict, pki, as_client
) -> None:
    context = as_client(pki.partner)
    silent = [connect(strict.address.replace("https", "http")) for _ in range(20)]
    slow = [connect(strict.address, context) for _ in range(20)]
    for number, line in enumerate(slow):
        line.sendall(WHOLE[: 30 if number % 2 else -1])
    assert post(strict.address, context=context).status == 200
    heard = [hear(line) for line in slow]
    assert all((one.statuses, one.closed) == ([408], True) for one in heard)
    for line in silent + slow:
        line.close()


def test_a_key_that_is_not_the_certificates_own_is_named(start, tls, pki, capfd) -> None:
    key = pki.partner.pem
    with pytest.raises(CannotServe), start(tls=replace(tls, key=key)):
        pass
    assert f"key {key} are no readable PEM pair" in capfd.readouterr().err
