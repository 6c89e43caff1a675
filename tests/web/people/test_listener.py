"""Listener for people: behind nginx, in processes of its own, beside the one for partners."""

import http.client
import json
import os
import re
import signal
import socket
import ssl
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from gateway.bootstrap import SANDBOX_PASSWORD, add_sandbox_people, build, open_api
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.api.key import Scope
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.api.administer_keys import KeyWish
from gateway.serving import RunningServer, running
from gateway.settings import load_settings
from tests.forked import commands as forked
from tests.nginx import CONF, PEOPLE, nginx_for_people
from tests.pki import SERVER, Authority
from tests.waiting import until

pytestmark = pytest.mark.slow

SERVE = [sys.executable, "-m", "gateway", "serve"]


@dataclass(frozen=True)
class Both:
    """A gateway that answers partners and people. socket: of the pages for people.

    operations: port of health and metrics.
    """

    directory: Path
    server: RunningServer
    socket: Path
    operations: int = 0

    @property
    def supervisors(self) -> list[int]:
        """Process ids of the supervisors of the pages, also of one that just started."""
        parent = self.server.process.pid
        pids = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        found = []
        for pid in pids:
            with suppress(OSError):  # it has ended meanwhile
                if Path(f"/proc/{pid}/comm").read_text() == "epix-web\n":
                    found.append(int(pid))
        return found


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Partners and people are answered, for people on a Unix socket."""
    folder = tmp_path_factory.mktemp("both")
    directory, listening = folder / "mz", folder / "web.sock"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        operations = probe.getsockname()[1]
    make(directory, Plan(IsoCountryCode("MZ"), listen="127.0.0.1:0"), DevelopmentCa())
    environment = {
        "EPIX_WEB__ENABLED": "true",
        "EPIX_WEB__LISTEN": str(listening),
        "EPIX_WEB__PUBLIC_ADDRESS": f"https://{PEOPLE}",
        "EPIX_WEB__SECOND_FACTOR": "offered",
        "EPIX_OPERATIONS__ENABLED": "true",
        "EPIX_OPERATIONS__LISTEN": f"127.0.0.1:{operations}",
    }
    with build(load_settings(directory, environment)) as gateway:
        add_sandbox_people(gateway)
    with running([*SERVE, "--dir", directory], environment) as server:
        both = Both(directory, server, listening, operations)
        until(lambda: is_ready(both), "the pages for people")
        yield both


def over_socket(path: Path, target: str) -> tuple[int, str]:
    """Status and body of a GET over a Unix socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(path))
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {PEOPLE}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.read().decode()


def is_ready(both: Both) -> bool:
    try:
        return over_socket(both.socket, "/health/ready")[0] == 200
    except OSError:
        return False


def partners_are_answered(both: Both) -> bool:
    """Whether the port of partners answers at all, by its TLS alert to us."""
    host, _, port = both.server.address.removeprefix("https://").partition(":")
    with socket.create_connection((host, int(port)), 20) as connection:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            with context.wrap_socket(connection) as tls:
                tls.sendall(b"GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n")
                return tls.recv(10) == b""
        except ssl.SSLError as error:
            return "CERTIFICATE_REQUIRED" in str(error)


@pytest.fixture(scope="module")
def front(
    both: Both, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[http.client.HTTPSConnection]:
    """A connection to nginx in front of the pages."""
    folder = tmp_path_factory.mktemp("nginx")
    authority = Authority(folder, "authority")
    server = authority.issue("server", SERVER, hosts=(PEOPLE, "127.0.0.1"))
    with nginx_for_people(folder, f"unix:{both.socket}", server.pem, authority.pem) as address:
        context = ssl.create_default_context(cafile=str(authority.pem))
        host = address.removeprefix("https://")
        connection = http.client.HTTPSConnection(PEOPLE, context=context, timeout=30)
        raw = socket.create_connection(tuple(host.split(":")), 30)
        connection.sock = context.wrap_socket(raw, server_hostname=PEOPLE)
        yield connection
        connection.close()


@pytest.mark.long_haul  # the short form signs in through nginx
def test_the_error_log_of_nginx_has_no_secret_of_a_mail_link_or_a_sign_on(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "authority")
    server = authority.issue("server", SERVER, hosts=(PEOPLE, "127.0.0.1"))
    context = ssl.create_default_context(cafile=str(authority.pem))
    away = f"unix:{tmp_path}/away.sock"
    with nginx_for_people(tmp_path, away, server.pem, authority.pem) as address:
        host, _, port = address.removeprefix("https://").partition(":")
        connection = http.client.HTTPSConnection(PEOPLE, context=context, timeout=30)
        raw = socket.create_connection((host, int(port)), 30)
        connection.sock = context.wrap_socket(raw, server_hostname=PEOPLE)
        assert asked(connection, "GET", "/answer/the-secret")[0] == 502
        callback = "/sign-in/national/callback"
        assert asked(connection, "GET", f"{callback}?code=the-secret")[0] == 502
        assert asked(connection, "GET", "/questions")[0] == 502
        logout = "/sign-in/national/logout"
        # The provider is one address, and may sign everybody out at once.
        answers = {asked(connection, "POST", logout, "x")[0] for _ in range(100)}
        assert answers == {502}
        connection.close()
    log = (tmp_path / "error.log").read_text()
    assert "/questions" in log and "the-secret" not in log
    one, nodes = ((CONF / name).read_text() for name in ("nginx.conf", "nginx-nodes.conf"))
    for location, kept in (
        ("location /answer/", "error_log"),
        (f"location = {callback}", "error_log"),
        (f"location = {logout}", "limit_req"),
    ):
        place = one[one.index(location) :].partition("}")[0]
        assert kept in place and place in nodes


def asked(
    front: http.client.HTTPSConnection, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, dict[str, str], str]:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    front.request(method, path, body.encode() or None, fields)
    answer = front.getresponse()
    text = answer.read().decode()
    # Of several cookies the first: the session.
    fields = {name.lower(): value for name, value in reversed(answer.getheaders())}
    return answer.status, fields, text


def test_through_nginx_a_person_signs_in_and_their_address_is_the_one_nginx_saw(
    front: http.client.HTTPSConnection, both: Both
) -> None:
    status, headers, page = asked(front, "GET", "/sign-in")
    assert status == 200
    assert headers["strict-transport-security"] == "max-age=63072000"
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
    assert token
    form = {"name": "customs", "password": SANDBOX_PASSWORD, "form_token": token[1]}
    status, headers, _ = asked(
        front,
        "POST",
        "/sign-in",
        urlencode(form),
        Content_Type="application/x-www-form-urlencoded",
        Cookie=headers["set-cookie"].partition(";")[0],
        Origin=f"https://{PEOPLE}",
        X_Forwarded_For="203.0.113.66",
        X_EPIX_Client_Address="203.0.113.66",
    )
    assert (status, headers["location"]) == (303, "/")
    cookie = headers["set-cookie"].partition(";")[0]
    status, _, page = asked(front, "GET", "/account", Cookie=cookie)
    assert status == 200
    assert "127.0.0.1" in page
    assert "203.0.113.66" not in page


def test_through_nginx_a_system_calls_with_key_token_and_number(
    front: http.client.HTTPSConnection, both: Both
) -> None:
    with open_api(load_settings(both.directory)) as api:
        wish = KeyWish("Single Window", [Scope.READ, Scope.CONFIRM], networks=["127.0.0.1"])
        key = api.administer.add(wish, "T. Sitoe")[1]
    sent = {"Authorization": f"Bearer {key}", "Permit_Token": "a token"}
    status, headers, text = asked(front, "GET", "/api/v1/service", **sent)
    assert (status, headers["ratelimit-policy"]) == (200, '"calls";q=600;w=60')
    number = "country=MZ&number=MZ%2F26%20EX-7"
    status, _, text = asked(front, "GET", f"/api/v1/certificates/status?{number}", **sent)
    assert (status, json.loads(text)["code"]) == (404, "CertificateNotFound")
    body = {"country": "BR", "number": "A", "person": "x"}
    body |= {"lines": [{"position": "A", "quantity": "5"}]}
    more = {"Idempotency_Key": "request-1", "Content_Type": "application/json"}
    path = "/api/v1/confirmations"
    status, _, text = asked(front, "POST", path, json.dumps(body), **sent, **more)
    assert (status, json.loads(text)["code"]) == (404, "CalleeNotFound")


@pytest.mark.long_haul  # the short form signs in through nginx
@pytest.mark.parametrize(
    ("path", "status"), [("/health/ready", 404), ("/epix", 404), ("/epix/v2", 404)]
)
def test_through_nginx_nothing_of_operators_and_partners_is_reached(
    front: http.client.HTTPSConnection, path: str, status: int
) -> None:
    assert asked(front, "GET", path)[0] == status


def test_a_long_form_ends_at_nginx_and_at_the_listener(
    front: http.client.HTTPSConnection, both: Both
) -> None:
    assert asked(front, "POST", "/sign-in", "x" * 70_000)[0] == 413
    front.close()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(both.socket))
        head = f"POST /sign-in HTTP/1.1\r\nHost: {PEOPLE}\r\nContent-Length: 70000\r\n\r\n"
        connection.sendall(head.encode() + b"x" * 70_000)
        assert b" 413 " in connection.recv(100)


def test_the_port_of_partners_has_no_page_for_people(both: Both) -> None:
    assert partners_are_answered(both)
    assert over_socket(both.socket, "/epix")[0] == 404


def test_the_metrics_of_the_gateway_have_the_answers_to_people(both: Both) -> None:
    assert over_socket(both.socket, "/sign-in")[0] == 200
    metrics = f"http://127.0.0.1:{both.operations}/metrics"
    with urllib.request.urlopen(metrics, timeout=20) as answer:
        text = answer.read().decode()
    assert re.search(r'epix_web_answers_total\{area="sign-in",status="2xx"\} [1-9]', text)


def test_pages_that_are_killed_come_back_and_partners_notice_nothing(both: Both) -> None:
    (killed,) = both.supervisors
    os.kill(killed, signal.SIGKILL)
    assert partners_are_answered(both)
    until(lambda: both.supervisors not in ([], [killed]) and is_ready(both), "the pages again")
    assert partners_are_answered(both)


@pytest.mark.long_haul  # the short form kills the other side, the pages
def test_the_pages_end_with_a_server_of_partners_that_is_killed(both: Both, tmp_path: Path) -> None:
    environment = {
        "EPIX_WEB__ENABLED": "true",
        "EPIX_WEB__LISTEN": str(tmp_path / "web.sock"),
        "EPIX_WEB__PUBLIC_ADDRESS": f"https://{PEOPLE}",
    }
    with running([*SERVE, "--dir", both.directory], environment) as server:
        other = Both(both.directory, server, tmp_path / "web.sock")
        until(lambda: is_ready(other), "the pages for people")
        (beside,) = other.supervisors
        server.process.kill()
        server.process.wait(60)
        until(lambda: not Path(f"/proc/{beside}").exists(), "end of the pages")
    assert not (tmp_path / "web.sock").exists()


def test_only_web_answers_people_alone_and_says_where_it_is_not_enabled(
    both: Both, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        operations = f"127.0.0.1:{probe.getsockname()[1]}"
    environment = {
        "EPIX_WEB__ENABLED": "true",
        "EPIX_WEB__LISTEN": str(tmp_path / "web.sock"),
        "EPIX_WEB__PUBLIC_ADDRESS": f"https://{PEOPLE}",
        "EPIX_WEB__OPERATIONS_LISTEN": operations,
    }
    command = [*SERVE, "--only", "web", "--dir", str(both.directory)]
    with forked.running(command, environment) as server:
        assert server.address == f"unix:{tmp_path}/web.sock"
        assert over_socket(tmp_path / "web.sock", "/people/by-name/secret-name")[0] == 303
        with urllib.request.urlopen(f"http://{operations}/health/ready", timeout=20) as answer:
            parts = json.load(answer)["parts"]
        assert parts == {"store": "ok", "journal": "ok", "serving": "ok"}
        with urllib.request.urlopen(f"http://{operations}/metrics", timeout=20) as answer:
            text = answer.read().decode()
        assert 'epix_web_answers_total{area="people",status="3xx"} 1.0' in text
        assert "epix_store_reachable 1.0" in text
        assert "secret-name" not in text
        assert server.stop() == 0
    refused = forked.completed(command)
    assert refused.returncode == 1
    assert "enabled = true in [web]" in refused.stderr
