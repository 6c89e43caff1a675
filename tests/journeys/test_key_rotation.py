"""Key rotation under load: no request to a real server over mutual TLS fails."""

import hashlib
import http.client
import json
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build
from gateway.cli.demo import two_gateways
from gateway.cli.demo.two_gateways import TwoGateways
from gateway.cli.main import app
from gateway.cli.running_server import Reload, reload
from gateway.domain.errors import GatewayError
from gateway.exchange.ports import Direction
from gateway.settings import load_settings
from tests.forked.commands import running
from tests.waiting import until

pytestmark = pytest.mark.slow

SECONDS = 90.0
PASSPHRASE = "correct horse battery"
PAUSE_SECONDS = 0.03
"""Between two requests of a caller, so that other processes of a small machine get time."""
STATE = (
    b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    b'<v2:ServiceStateRequest xmlns:v2="urn:CitesDataExchange/v2/"/></e:Body></e:Envelope>'
)


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoGateways]:
    """Mozambique serves, South Africa is its partner; one development CA."""
    made = two_gateways.make(tmp_path_factory.mktemp("gateways"))
    encrypt_from_now_on(made.mozambique.directory, "server")
    encrypt_from_now_on(made.south_africa.directory, "client")
    command = [sys.executable, "-m", "gateway", "serve", "--dir", made.mozambique.directory]
    with running(command):
        yield made


def encrypt_from_now_on(directory: Path, purpose: str) -> None:
    """The next key of a purpose is encrypted; that of `init` is not and needs no passphrase."""
    passphrase = directory / "keys/passphrase"
    passphrase.write_text(PASSPHRASE + "\n")
    passphrase.chmod(0o600)
    conf = directory / "conf/gateway.toml"
    text = conf.read_text(encoding="utf-8")
    conf.write_text(
        text.replace(f"\n[{purpose}]\n", f'\n[{purpose}]\npassphrase_file = "keys/passphrase"\n'),
        "utf-8",
    )


def keys(*words: str | Path, directory: Path) -> str:
    """`epix-gateway keys ...`, as an operator types it."""
    done = CliRunner().invoke(app, ["keys", *map(str, words), "--dir", str(directory)])
    assert done.exit_code == 0, done.stdout + done.stderr
    return done.stdout


def prepare(purpose: str, directory: Path) -> None:
    """From a new key to the certificate of the CA; nothing of it is in use yet."""
    keys("new", purpose, directory=directory)
    assert b"ENCRYPTED" in (directory / "keys" / purpose / "next/key.pem").read_bytes()
    keys("request", purpose, "--development", directory=directory)
    keys("import", purpose, directory / "keys" / purpose / "next/issued.pem", directory=directory)


def listed(purpose: str, directory: Path) -> dict[str, str]:
    """Fingerprint of each certificate of a purpose, by its role."""
    views = json.loads(keys("list", "--json", directory=directory))
    return {
        view["role"]: view["certificate"]["sha256"] for view in views if view["purpose"] == purpose
    }


def as_partner(directory: Path) -> ssl.SSLContext:
    """The TLS side of a partner, with the certificate that is current."""
    context = ssl.create_default_context(cafile=str(directory / "keys/dev-ca.pem"))
    current = directory / "keys/client/current"
    context.load_cert_chain(current / "certificate.pem", current / "key.pem", PASSPHRASE)
    return context


@dataclass
class Caller:
    """A partner that asks without end.

    keeps: on a connection that stays open as long as the server keeps it; else a new one each time.
    """

    address: str
    context: Callable[[], ssl.SSLContext]
    keeps: bool
    seen: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    connections: int = 0

    def run(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            try:
                with closing(self._connection()) as connection:
                    self._connect(connection)
                    self._ask(connection)
                    while self.keeps and connection.sock and not stopped.is_set():
                        time.sleep(PAUSE_SECONDS)
                        self._ask(connection)
            except (OSError, http.client.HTTPException, AssertionError) as error:
                self.failures.append(repr(error))
            time.sleep(PAUSE_SECONDS)

    def _connection(self) -> http.client.HTTPSConnection:
        parts = urlsplit(self.address)
        return http.client.HTTPSConnection(
            parts.hostname, parts.port, context=self.context(), timeout=SECONDS
        )

    def _connect(self, connection: http.client.HTTPSConnection) -> None:
        connection.connect()
        self.connections += 1
        self.seen.append(hashlib.sha256(connection.sock.getpeercert(binary_form=True)).hexdigest())

    def _ask(self, connection: http.client.HTTPSConnection) -> None:
        connection.request("POST", "/epix/v2", STATE, {"Content-Type": "text/xml; charset=utf-8"})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        assert b"<State>OK</State>" in content, content


@contextmanager
def calling(*callers: Caller) -> Iterator[None]:
    """All of them at once, for as long as the block lasts."""
    stopped = threading.Event()
    threads = [threading.Thread(target=caller.run, args=[stopped]) for caller in callers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join(SECONDS)


def test_the_servers_key_is_rotated_and_no_request_fails(gateways: TwoGateways) -> None:
    directory, partner = gateways.mozambique.directory, gateways.south_africa.directory
    address = gateways.mozambique.plan.public_address
    context = as_partner(partner)
    fresh, keeping = (Caller(address, lambda: context, keeps) for keeps in (False, True))
    before = listed("server", directory)["current"]
    with calling(fresh, keeping):
        until(lambda: len(fresh.seen) > 10, "a first answer")
        prepare("server", directory)
        prepared = listed("server", directory)
        assert set(fresh.seen) == {before}, "a key that is being prepared is not used"
        said = keys("rotate", "server", directory=directory)
        assert "no request is lost" in said
        until(lambda: fresh.seen[-1] == prepared["next"], "the new certificate on a new connection")
        until(
            lambda: keeping.seen[-1] == prepared["next"], "the new certificate on a kept connection"
        )
        settled = len(fresh.seen)
        until(lambda: len(fresh.seen) > settled + 10, "answers with the new key")
    assert fresh.failures == []
    assert keeping.failures == []
    assert set(fresh.seen[settled:]) == {prepared["next"]}
    assert keeping.connections == 2, "a kept connection is changed once and no more"
    assert listed("server", directory) == {"previous": before, "current": prepared["next"]}


@pytest.mark.long_haul  # test_callers.py pins one more certificate under load
def test_a_partners_key_is_rotated_while_both_of_its_certificates_are_pinned(
    gateways: TwoGateways,
) -> None:
    server, partner = gateways.mozambique.directory, gateways.south_africa.directory
    address = gateways.mozambique.plan.public_address
    caller = Caller(address, lambda: as_partner(partner), keeps=False)
    keeping = Caller(address, lambda: as_partner(partner), keeps=True)
    asked = PartnerGateway(partner)
    with calling(caller, keeping, asked):
        prepare("client", partner)
        prepared = listed("client", partner)
        pin(server, prepared["current"], prepared["next"])
        until(
            lambda: accepted(address, partner, "next"), "the partner's next certificate to be known"
        )
        said = keys("rotate", "client", "--yes", directory=partner)
        assert prepared["next"] in keys("list", "--json", directory=partner)
        assert "current is" in said
        enough = len(asked.answers) + 5
        until(lambda: len(asked.answers) > enough, "answers to the new certificate")
    assert caller.failures == []
    assert keeping.failures == []
    assert asked.failures == []
    with build(load_settings(server)) as gateway:
        exchanges = [
            one for one in gateway.store.journal.latest(100_000) if one.direction is Direction.IN
        ]
    assert {one.fingerprint for one in exchanges if one.outcome == "ok"} == set(prepared.values())
    pin(server, prepared["next"])
    until(lambda: not accepted(address, partner, "dev"), "the old certificate to be forgotten")
    assert accepted(address, partner, "current")
    away = keys(
        "retire", "client", prepared["current"][:12], "--reason", "rotated", directory=partner
    )
    assert "retired/client-dev" in away
    assert "rotated" in (partner / "keys/retired/client-dev/note.txt").read_text()


@dataclass
class PartnerGateway:
    """The partner's gateway. It asks as `epix-gateway state MZ` does, with its files read anew."""

    directory: Path
    answers: list[str | None] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def run(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            try:
                with build(load_settings(self.directory)) as gateway:
                    ((_, answer),) = gateway.partners.states.ask("MZ")
            except GatewayError as error:
                answer = error
            if isinstance(answer, GatewayError):
                self.failures.append(f"{answer.code}: {answer.text}")
            else:
                self.answers.append(answer.state)


def pin(directory: Path, *fingerprints: str) -> None:
    """Register certificates of the partner as the operator does: edit the file, then reload."""
    file = directory / "conf/partners.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    pinned = f"certificate_sha256 = {json.dumps(fingerprints)}"
    kept = [pinned if line.startswith("certificate_sha256 = ") else line for line in lines]
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert reload(directory) is Reload.SIGNALLED


def accepted(address: str, partner: Path, role: str) -> bool:
    """Whether a certificate of the partner gets no fault, in enough calls to meet each worker."""
    context = ssl.create_default_context(cafile=str(partner / "keys/dev-ca.pem"))
    folder = partner / "keys/client" / role
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem", PASSPHRASE)
    probe = Caller(address, lambda: context, keeps=False)
    try:
        for _ in range(25):
            with closing(probe._connection()) as connection:
                probe._connect(connection)
                probe._ask(connection)
    except AssertionError:
        return False
    return True
