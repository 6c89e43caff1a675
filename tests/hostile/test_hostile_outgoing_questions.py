"""Questions to OCSP responders and time-stamping authorities: servers that never come to an end,
and certificates and answers that name an address inside.
"""

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID as Access

from gateway.crypto.callers.judge import CallerJudge, RevocationSetting
from gateway.crypto.callers.ocsp import BACKOFF, OcspResponder
from gateway.crypto.callers.revocation import RevocationStatus
from gateway.crypto.journal_seal.timestamps import Rfc3161Verifier, TimeStampingAuthority
from gateway.domain.errors import CertificateMissing, ServiceUnavailable
from tests.dripping_server import dripping
from tests.ocsp_responder import responding
from tests.pki import NOW, Authority
from tests.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"), "ca")


class Watch:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


# A server that sends a byte now and then


def test_a_responder_that_drips_is_given_up_and_asked_again_after_the_back_off(
    ca: Authority,
) -> None:
    caller, watch = ca.issue("caller").certificate, Watch()
    with dripping("body") as server:
        responder = OcspResponder(server.address, 0.5, watch)

        def seconds() -> float:
            began = monotonic()
            status = responder.status(caller, ca.certificate, watch.now)
            assert status is RevocationStatus.UNAVAILABLE
            return monotonic() - began

        assert seconds() < 3
        until(lambda: not responder._in_flight, "the request is over")
        # In the back-off the responder is left alone, and no caller waits for it.
        assert seconds() < 0.4
        assert server.connections == 1
        watch.now += BACKOFF
        seconds()
        assert server.connections == 2


def test_callers_share_the_time_of_one_request(ca: Authority) -> None:
    """A later caller waits for what is left of the request under way, and not anew."""
    caller, watch = ca.issue("caller").certificate, Watch()
    statuses: list[RevocationStatus] = []
    with dripping("status line") as server:
        responder = OcspResponder(server.address, 1.0, watch)
        began = monotonic()

        def ask() -> None:
            statuses.append(responder.status(caller, ca.certificate, watch.now))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert monotonic() - began < 4
        assert server.connections == 1
    assert statuses == [RevocationStatus.UNAVAILABLE] * 6


@pytest.mark.parametrize("what", ["status line", "head", "body", "chunks"])
def test_a_time_stamping_authority_that_drips_is_given_up(ca: Authority, what: str) -> None:
    with dripping(what) as server:
        authority = TimeStampingAuthority(
            server.address, Rfc3161Verifier([ca.certificate]), lambda: datetime.now(UTC), 0.4
        )
        began = monotonic()
        with pytest.raises(ServiceUnavailable, match="nothing that counts"):
            authority.timestamp(b"statement")
        assert monotonic() - began < 3


# Addresses inside (SSRF): configuration alone says who is asked


class Inside:
    """A port of a server inside that nobody outside may reach. connections: how many came."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.2)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/admin?delete=all"

    @property
    def was_reached(self) -> bool:
        try:
            connection, _ = self.listener.accept()
        except TimeoutError:
            return False
        connection.close()
        return True


@pytest.fixture
def inside() -> Iterator[Inside]:
    inside = Inside()
    with inside.listener:
        yield inside


def leading(inside: Inside) -> list[x509.ExtensionType]:
    """Every extension of a certificate that names an address to fetch something from."""
    address = x509.UniformResourceIdentifier(inside.address)
    points = [x509.DistributionPoint([address], None, None, None)]
    return [
        x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(Access.OCSP, address),
                x509.AccessDescription(Access.CA_ISSUERS, address),
            ]
        ),
        x509.CRLDistributionPoints(points),
        x509.FreshestCRL(points),
    ]


def test_the_addresses_in_a_callers_certificate_are_never_asked(
    ca: Authority, inside: Inside, tmp_path: Path
) -> None:
    caller = ca.issue("caller", extensions=leading(inside))
    listed = tmp_path / "list"
    listed.write_bytes(ca.revocation_list())
    with responding() as responder:
        responder.says(caller, ca.ocsp_answer(caller.certificate))
        for setting in (
            [],
            [RevocationSetting(ca.pem, list_file=listed)],
            [RevocationSetting(ca.pem, ocsp_address=responder.address)],
        ):
            assert CallerJudge(ca.pem, (), setting, lambda: NOW).judge(caller.der)
        assert responder.asked == [caller.certificate.serial_number]
    assert not inside.was_reached


def test_no_other_responder_is_asked_where_the_configured_one_fails(
    ca: Authority, inside: Inside
) -> None:
    """Nor the one that the certificate of the answer's own signer names."""
    caller = ca.issue("caller", extensions=leading(inside))
    with responding() as responder:
        judge = CallerJudge(
            ca.pem, (), [RevocationSetting(ca.pem, ocsp_address=responder.address)], lambda: NOW
        )
        with pytest.raises(CertificateMissing, match="cannot be found out"):
            judge.judge(caller.der)
    assert not inside.was_reached


def test_a_caller_of_an_unknown_authority_leads_nowhere(
    ca: Authority, inside: Inside, tmp_path: Path
) -> None:
    """The issuer that the certificate names for fetching (caIssuers) is not fetched."""
    stranger = Authority(tmp_path, "stranger").issue("caller", extensions=leading(inside))
    with pytest.raises(CertificateMissing, match="not known here"):
        CallerJudge(ca.pem, (), (), lambda: NOW).judge(stranger.der)
    assert not inside.was_reached


@contextmanager
def redirecting(to: str) -> Iterator[str]:
    class Redirect(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(int(self.path.lstrip("/")))
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """No log on the terminal."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirect) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_an_address_inside_is_not_followed(
    ca: Authority, inside: Inside, status: int
) -> None:
    caller = ca.issue("caller").certificate
    with redirecting(inside.address) as address:
        responder = OcspResponder(f"{address}/{status}", 2.0, lambda: NOW)
        assert responder.status(caller, ca.certificate, NOW) is RevocationStatus.UNAVAILABLE
        authority = TimeStampingAuthority(
            f"{address}/{status}", Rfc3161Verifier([ca.certificate]), lambda: NOW
        )
        with pytest.raises(ServiceUnavailable):
            authority.timestamp(b"statement")
    assert not inside.was_reached


def test_a_proxy_of_the_environment_is_not_asked(
    ca: Authority, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, inside.address)
    caller = ca.issue("caller")
    with responding() as responder:
        responder.says(caller, ca.ocsp_answer(caller.certificate, until=NOW + timedelta(hours=1)))
        source = OcspResponder(responder.address, 2.0, lambda: NOW)
        status = source.status(caller.certificate, ca.certificate, NOW)
    assert status is RevocationStatus.GOOD
    assert not inside.was_reached
