"""Sandbox for a team, as a process: the steps of its page, mutual TLS, and a reset under load."""

import http.client
import re
import shlex
import ssl
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from gateway.domain.partner import OperationName
from gateway.exchange.sandbox.cases import sandbox_cases
from tests.forked.commands import GATEWAY, completed, started
from tests.pki import Authority
from tests.programs import program
from tests.sandbox.conftest import envelope
from tests.waiting import until

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs/sandbox.md"
ADDRESS_OF_THE_PAGE = "https://sandbox.example.mz:8443"
FIRST = sandbox_cases()[0]
CONFIRM = next(case for case in sandbox_cases() if case.outcome == "CONFIRMED")
SECONDS = 60
REQUESTERS = 3
PAUSE = 0.01
"""Of a requester, in seconds: requests are under way at most moments of a reset."""


@dataclass(frozen=True)
class Served:
    """A running sandbox. printed: its output.  files: what the steps of the page have fetched."""

    address: str
    printed: str
    files: Path
    steps: str
    environment: dict[str, str]

    def context(self, certificate: Path | None = None) -> ssl.SSLContext:
        """TLS of a client. certificate: PEM with its key; None: without."""
        context = ssl.create_default_context(cafile=str(self.files / "ca.pem"))
        if certificate:
            context.load_cert_chain(certificate)
        return context

    @property
    def ours(self) -> ssl.SSLContext:
        """TLS of a client with the certificate that the sandbox offers."""
        context = self.context()
        context.load_cert_chain(self.files / "client.pem", self.files / "client.key")
        return context

    def connection(self, context: ssl.SSLContext) -> http.client.HTTPSConnection:
        parts = urlsplit(self.address)
        return http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=SECONDS, context=context
        )

    def ask(self, message: str, context: ssl.SSLContext) -> str:
        with closing(self.connection(context)) as connection:
            return asked(connection, message)


def asked(connection: http.client.HTTPSConnection, message: str) -> str:
    connection.request("POST", "/epix/v2", message, {"Content-Type": "text/xml; charset=utf-8"})
    return connection.getresponse().read().decode()


def blocks(page: str) -> list[str]:
    """The indented blocks of a page."""
    found = re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", page, re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A sandbox for a team; its client files are fetched by the commands of docs/sandbox.md."""
    program("curl")
    program("openssl")
    folder = tmp_path_factory.mktemp("team")
    (folder / "tmp").mkdir()
    (folder / "files").mkdir()
    out = folder / "out"
    # A setting of a real gateway must not reach into the sandbox.
    environment = {"TMPDIR": str(folder / "tmp"), "EPIX_SERVER__LISTEN": "0.0.0.0:1"}
    words = ["serve", "--sandbox", "--with-tls", "--bind", "127.0.0.1:0", "--reset-every", "1440"]
    with (
        out.open("w") as file,
        started([*GATEWAY, *words], environment, file) as process,
    ):
        until(lambda: "curl" in out.read_text() or process.poll() is not None, "the sandbox")
        printed = out.read_text()
        found = re.search(r"public address (https://[0-9.:]+)", printed)
        assert found, printed
        fetch = next(block for block in blocks(PAGE.read_text("utf-8")) if "-sSk" in block)
        done = run(fetch.replace(ADDRESS_OF_THE_PAGE, found[1]), folder / "files")
        yield Served(found[1], printed, folder / "files", done, environment)
        process.terminate()
        assert process.wait(SECONDS) == 0
    assert list((folder / "tmp").iterdir()) == []


def run(script: str, folder: Path) -> str:
    """The output of commands of a page."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail"], input=script, cwd=folder, capture_output=True, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_fingerprint_that_is_compared_is_the_one_that_was_printed(served: Served) -> None:
    compared = served.steps.strip().partition("=")[2]
    assert f"SHA-256 of its CA, to compare: {compared}" in served.printed


def test_the_steps_of_the_page_lead_to_the_permit_with_curl_and_with_zeep(served: Served) -> None:
    curl, zeep = (
        next(block for block in blocks(PAGE.read_text("utf-8")) if start in block)
        for start in ("--data-binary", "import requests, zeep")
    )
    answer = run(curl.replace(ADDRESS_OF_THE_PAGE, served.address), served.files)
    assert "<CITESEPermit" in answer and "MZ26EX000001" in answer
    script = served.files / "call.py"
    script.write_text(zeep.replace(ADDRESS_OF_THE_PAGE, served.address))
    assert run(f"{shlex.quote(sys.executable)} call.py", served.files) == "MZ26EX000001\n"


def test_the_printed_commands_lead_to_the_permit_too(served: Served, tmp_path: Path) -> None:
    script = "\n".join(line for line in served.printed.splitlines() if line.startswith("curl "))
    assert "<CITESEPermit" in run(script, tmp_path)


def test_the_soap_endpoint_asks_for_the_certificate_and_the_pages_do_not(served: Served) -> None:
    assert "CertificateMissing" in served.ask(envelope(FIRST, "v2"), served.context())
    with closing(served.connection(served.context())) as connection:
        connection.request("GET", "/epix/sandbox")
        page = connection.getresponse()
        assert page.status == 200
        assert "every 1440 minutes" in page.read().decode()


def test_a_certificate_of_another_ca_is_refused_in_the_handshake(
    served: Served, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "elsewhere").issue("caller", country="ZA")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        served.ask(envelope(FIRST, "v2"), served.context(stranger.pem))


def test_certificate_pkcs12_and_service_state_are_marked_as_sandbox(served: Served) -> None:
    with closing(served.connection(served.ours)) as connection:
        connection.request("GET", "/epix/sandbox/client.p12")
        key, certificate, others = pkcs12.load_key_and_certificates(
            connection.getresponse().read(), b"sandbox"
        )
    in_pem = x509.load_pem_x509_certificate((served.files / "client.pem").read_bytes())
    assert key and certificate == in_pem and len(others) == 1
    assert "DEVELOPMENT ONLY" in in_pem.subject.rfc4514_string()
    assert "SANDBOX" in in_pem.subject.rfc4514_string()
    state = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        '<v:ServiceStateRequest xmlns:v="urn:CitesDataExchange/v2/"/></e:Body></e:Envelope>'
    )
    assert re.search(r"<Version>[^<]* sandbox</Version>", served.ask(state, served.ours))


def test_a_reset_drops_no_request_and_takes_the_confirmation_back(served: Served) -> None:
    """Requests go on until each connection has moved from the old worker to the new one."""
    assert "CONFIRMED" in served.ask(envelope(CONFIRM, "v2"), served.ours)
    stop = Event()
    outcomes: Counter[str] = Counter()

    def request() -> None:
        while not stop.is_set():
            with closing(served.connection(served.ours)) as connection:
                connection.connect()
                outcomes["connected"] += 1
                while connection.sock is not None and not stop.wait(PAUSE):
                    answer = asked(connection, envelope(FIRST, "v2"))
                    outcomes["permit" if "<CITESEPermit" in answer else answer] += 1

    with ThreadPoolExecutor(REQUESTERS) as pool:
        requesting = [pool.submit(request) for _ in range(REQUESTERS)]
        try:
            until(lambda: outcomes["permit"] > 20, "requests before the reset")
            assert outcomes["connected"] == REQUESTERS
            done = completed([*GATEWAY, "sandbox", "reset"], served.environment, SECONDS)
            assert done.returncode == 0, done.stderr
            assert served.address in done.stdout
            until(
                lambda: outcomes["connected"] >= 2 * REQUESTERS or is_over(requesting),
                "connections to the new worker",
            )
        finally:
            stop.set()
        for each in requesting:
            each.result()
    assert set(outcomes) == {"connected", "permit"}
    final = replace(CONFIRM, operation=OperationName.GET_FINAL, quantities=())
    assert "CertificateNotFinal" in served.ask(envelope(final, "v2"), served.ours)


def is_over(requesting: list[Future[None]]) -> bool:
    """Whether a thread has ended, which it does only by an error."""
    return any(each.done() for each in requesting)
