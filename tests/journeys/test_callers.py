"""Who gets in, and what is everybody else told? One table over real TLS, direct and through a real nginx."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from cryptography.x509 import ocsp

from gateway.bootstrap import build
from gateway.cli.workdir import Plan, make
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.ports import Exchange
from gateway.exchange.refused_handshake import OPERATION as HANDSHAKE
from gateway.serving import running
from gateway.settings import load_settings
from gateway.signatures.development import DevelopmentCa
from tests.nginx import NAME, nginx
from tests.ocsp_responder import Responder, responding
from tests.pki import DAY, NOW, SERVER, Authority, Identity

SAMPLES = Path(__file__).parents[2] / "adapters/national/examples/sandbox.json"
NUMBER, TOKEN = "MZ26EX000001", "SANDBOX-7KQ4-2M9X"
CERTIFICATE, VERIFY = "X-EPIX-Client-Certificate", "X-EPIX-Client-Verify"


@dataclass(frozen=True)
class Case:
    """Who calls, and what must come of it.

    who: name of an identity, None for no certificate.  outcome: `ok` or the code of the fault, also in the journal.
    text: what the fault says.  caller: whom the journal names.
    handshake: the alert that the caller gets where the gateway ends TLS, and what the journal says; None where it gets
    as far as an answer there too.
    """

    who: str | None
    outcome: str
    text: str = ""
    caller: str | None = None
    handshake: tuple[str, str] | None = None


CASES = {
    "the right certificate": Case("partner", "ok", caller="za"),
    "the certificate it renews to": Case("renewed", "ok", caller="za"),
    "one known by authority and subject": Case("by rule", "ok", caller="za"),
    "no certificate": Case(
        None, "CertificateMissing", "only to callers with a client certificate",
        handshake=("CERTIFICATE_REQUIRED", "no certificate"),
    ),
    "unknown CA": Case(
        "stranger", "CertificateMissing", "issued by an authority that is not known here",
        handshake=("UNKNOWN_CA", "unable to get local issuer certificate"),
    ),
    "expired": Case(
        "expired", "CertificateMissing", "has expired: it was valid until",
        handshake=("CERTIFICATE_EXPIRED", "certificate has expired"),
    ),
    "not yet valid": Case(
        "not yet", "CertificateMissing", "is not valid yet: it is from",
        handshake=("BAD_CERTIFICATE", "certificate is not yet valid"),
    ),
    "wrong usage": Case(
        "server only", "CertificateMissing", "not made for client authentication",
        handshake=("UNSUPPORTED_CERTIFICATE", "unsuitable certificate purpose"),
    ),
    "revoked, says the list": Case("revoked", "CertificateMissing", "has been revoked"),
    "good, says the responder": Case("vouched for", "ok", caller="za"),
    "revoked, says the responder": Case("revoked online", "CertificateMissing", "has been revoked"),
    "never issued, says the responder": Case("unheard of", "CertificateMissing", "not known to the authority"),
    "the responder says nothing": Case("unanswered", "CertificateMissing", "cannot be found out at the moment"),
    "nobody's": Case("nobody", "CallerNotFound", "No partner is registered"),
    "nobody's, from a partner's country": Case("nobody of ZA", "CallerNotFound", "No partner is registered"),
    "another partner's": Case("neighbour", "CertificateNotFound", "under this number and token", caller="ch"),
    "right partner for another country": Case("abroad", "CallerNotFound", "names another country"),
}  # fmt: skip


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    with responding() as running_responder:
        yield running_responder


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory, responder: Responder) -> SimpleNamespace:
    folder = tmp_path_factory.mktemp("pki")
    listed, online, strangers = (Authority(folder, name) for name in ("listed", "online", "strangers"))
    known = folder / "known.pem"
    known.write_bytes(listed.pem.read_bytes() + online.pem.read_bytes())
    parties = {
        "partner": listed.issue("partner", country="ZA"),
        "renewed": listed.issue("renewed", country="ZA"),
        "by rule": listed.issue("by rule", country="ZA"),
        "stranger": strangers.issue("stranger", country="ZA"),
        "expired": listed.issue("expired", country="ZA", until=NOW - DAY),
        "not yet": listed.issue("not yet", country="ZA", since=NOW + DAY),
        "server only": listed.issue("server only", SERVER, country="ZA"),
        "revoked": listed.issue("revoked", country="ZA"),
        "vouched for": online.issue("vouched for", country="ZA"),
        "revoked online": online.issue("revoked online", country="ZA"),
        "unheard of": online.issue("unheard of", country="ZA"),
        "unanswered": online.issue("unanswered", country="ZA"),
        "nobody": listed.issue("nobody"),
        "nobody of ZA": listed.issue("nobody of ZA", country="ZA"),
        "neighbour": listed.issue("neighbour", country="CH"),
        "abroad": listed.issue("abroad", country="MZ"),
        "next year's": listed.issue("next year's", country="ZA"),
    }
    for name, status in (
        ("vouched for", ocsp.OCSPCertStatus.GOOD),
        ("revoked online", ocsp.OCSPCertStatus.REVOKED),
        ("unheard of", ocsp.OCSPCertStatus.UNKNOWN),
    ):
        responder.says(parties[name], online.ocsp_answer(parties[name].certificate, status))
    (folder / "listed.crl").write_bytes(listed.revocation_list(parties["revoked"]))
    server = listed.issue("server", SERVER, hosts=[NAME])
    return SimpleNamespace(folder=folder, known=known, listed=listed, online=online, server=server, parties=parties)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, pki: SimpleNamespace, responder: Responder) -> Path:
    """A gateway of Mozambique, partners ZA and CH. Bad certificates are pinned too: only their own fault stops them."""
    folder = tmp_path_factory.mktemp("gateway") / "mz"
    pinned = [
        name for name in pki.parties if name not in ("by rule", "nobody", "nobody of ZA", "neighbour", "next year's")
    ]
    make(folder, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa(), f"""
[[partner]]
key = "za"
country = "ZA"
certificate_sha256 = {json.dumps([pki.parties[name].sha256 for name in pinned])}

[[partner.certificate]]
ca_file = "{pki.listed.pem}"
subject = "CN=by rule,C=ZA"

[[partner]]
key = "ch"
country = "CH"
certificate_sha256 = ["{pki.parties["neighbour"].sha256}"]
""")  # fmt: skip
    conf = folder / "conf/gateway.toml"
    text = conf.read_text(encoding="utf-8") + f"""
[[revocation]]
ca_file = "{pki.listed.pem}"
list_file = "{pki.folder}/listed.crl"

[[revocation]]
ca_file = "{pki.online.pem}"
ocsp_address = "{responder.address}"
"""  # fmt: skip
    for key, file in (
        ("certificate_file", pki.server.certificate_file),
        ("key_file", pki.server.key_file),
        ("client_ca_file", pki.known),
    ):
        text, found = re.subn(rf'(?m)^{key} = "[^"]*"$', f'{key} = "{file}"', text, count=1)
        assert found, key
    conf.write_text(text, encoding="utf-8")
    with build(load_settings(folder, {})) as gateway:
        for record in gateway.national_source(SAMPLES).records(SAMPLES):
            gateway.publish.publish(record)
    return folder


@dataclass(frozen=True)
class Doors:
    """Addresses of one gateway's doors. lenient: it answers callers without certificate too.

    supervisor: of the process behind `direct`.
    """

    direct: str
    lenient: str
    proxied: str
    socket: str
    supervisor: int


@pytest.fixture(scope="module")
def doors(directory: Path, pki: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    here = tmp_path_factory.mktemp("nginx")
    tls = {"EPIX_SERVER__LISTEN": "127.0.0.1:0"}
    behind = {"EPIX_SERVER__MODE": "behind-proxy", "EPIX_SERVER__LISTEN": str(here / "http.sock")}
    with ExitStack() as stack:
        direct = stack.enter_context(serving(directory, tls))
        lenient = stack.enter_context(serving(directory, {**tls, "EPIX_SERVER__CLIENT_CERTIFICATE_REQUIRED": "false"}))
        proxied = stack.enter_context(serving(directory, behind))
        front = stack.enter_context(nginx(here, proxied.address, pki.server.pem, pki.known))
        yield Doors(direct.address, lenient.address, front, proxied.address, direct.process.pid)


def serving(directory: Path, environment: dict[str, str]):
    return running([sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(directory)], environment)


# One call, and the journal's line of it


REQUEST = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    '<v:GetNonFinalCitesCertificateRequest xmlns:v="urn:CitesDataExchange/v2/">'
    f"<CertificateNumber>{NUMBER}</CertificateNumber><TokenId>{TOKEN}</TokenId>"
    "<IsoCountryCode>MZ</IsoCountryCode></v:GetNonFinalCitesCertificateRequest></e:Body></e:Envelope>"
).encode()


def context(pki: SimpleNamespace, who: str | None) -> ssl.SSLContext:
    chosen = ssl.create_default_context(cafile=str(pki.listed.pem))
    if who:
        chosen.load_cert_chain(pki.parties[who].pem)
    return chosen


def connect(address: str, tls: ssl.SSLContext | None) -> socket.socket:
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(20)
        line.connect(address.removeprefix("unix:"))
        return line
    line = socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 20)
    return tls.wrap_socket(line, server_hostname=NAME) if tls else line


def call(address: str, tls: ssl.SSLContext | None = None, headers: tuple[tuple[str, str], ...] = ()) -> tuple[int, str]:
    """Status and body of one request on a connection of its own."""
    lines = [f"Host: {NAME}", "Content-Type: text/xml", f"Content-Length: {len(REQUEST)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    with connect(address, tls) as line:
        line.sendall(("POST /epix/v2 HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode() + REQUEST)
        came = b""
        while piece := line.recv(65536):
            came += piece
    head, _, body = came.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()


def alert(address: str, tls: ssl.SSLContext) -> str:
    """The alert by which a handshake is refused; in TLS 1.3 it comes after the client's own part."""
    with pytest.raises(ssl.SSLError) as refused, connect(address, tls) as line:
        line.recv(1)
    return refused.value.reason


@pytest.fixture(scope="module")
def newest(directory: Path) -> Iterator[Callable[[], Exchange | None]]:
    """The newest record of the journal."""
    with build(load_settings(directory, {})) as gateway:
        yield lambda: next(iter(gateway.store.journal.latest(1)), None)


@pytest.fixture
def journal(newest) -> Callable[[], Exchange]:
    """The record that was added since the test began; a handshake's comes a moment later."""
    before = newest()

    def added() -> Exchange:
        until = time.monotonic() + 10
        while (now := newest()) == before and time.monotonic() < until:
            time.sleep(0.02)
        assert now is not None, "nothing in the journal"
        assert now != before, "nothing new in the journal"
        return now

    return added


def check(case: Case, status: int, body: str, kept: Exchange, shown: Identity | None) -> None:
    assert (kept.direction, kept.outcome, kept.caller) == ("in", case.outcome, case.caller)
    assert kept.fingerprint == (shown.sha256 if shown else None)
    if case.outcome == "ok":
        assert (status, NUMBER in body) == (200, True)
        return
    assert status == 500
    assert re.search(rf"<(\w+:)?Code>{case.outcome}</", body), body
    assert case.text in body
    assert kept.answer.decode() == body
    assert NUMBER not in body


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_behind_nginx_each_caller_gets_its_answer_and_its_journal_line(doors, pki, journal, case: Case) -> None:
    status, body = call(doors.proxied, context(pki, case.who))
    check(case, status, body, journal(), pki.parties.get(case.who))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_direct_each_caller_gets_its_answer_or_alert_and_its_journal_line(doors, pki, journal, case: Case) -> None:
    if case.handshake is None:
        status, body = call(doors.direct, context(pki, case.who))
        check(case, status, body, journal(), pki.parties.get(case.who))
        return
    said, reason = case.handshake
    assert alert(doors.direct, context(pki, case.who)).endswith(said)
    kept = journal()
    assert (kept.direction, kept.operation, kept.outcome) == ("in", HANDSHAKE, "CertificateMissing")
    assert (kept.caller, kept.fingerprint, kept.request) == (None, None, b"")
    assert kept.answer.decode().startswith(reason)


def test_a_door_that_takes_callers_without_certificate_tells_them_by_a_fault(doors, pki, journal) -> None:
    status, body = call(doors.lenient, context(pki, None))
    check(CASES["no certificate"], status, body, journal(), None)


# Headers that only a proxy may send


def forged(pki: SimpleNamespace) -> tuple[tuple[str, str], ...]:
    pem = quote(ssl.DER_cert_to_PEM_cert(pki.parties["partner"].der), safe="")
    return (CERTIFICATE, pem), (VERIFY, "SUCCESS")


def test_a_forged_header_past_the_proxy_counts_for_nothing(doors, pki, journal) -> None:
    status, body = call(doors.lenient, context(pki, None), forged(pki))
    check(CASES["no certificate"], status, body, journal(), None)


def test_a_forged_header_beside_a_certificate_changes_nothing(doors, pki, journal) -> None:
    status, body = call(doors.direct, context(pki, "neighbour"), forged(pki))
    check(CASES["another partner's"], status, body, journal(), pki.parties["neighbour"])


@pytest.mark.parametrize("name", ["no certificate", "unknown CA", "expired", "another partner's"])
def test_a_forged_header_through_nginx_changes_nothing(doors, pki, journal, name: str) -> None:
    case = CASES[name]
    status, body = call(doors.proxied, context(pki, case.who), forged(pki))
    check(case, status, body, journal(), pki.parties.get(case.who))


def test_the_proxys_word_against_a_certificate_is_never_overruled(doors, pki, journal) -> None:
    (certificate, _) = forged(pki)
    status, body = call(doors.socket, None, (certificate, (VERIFY, "FAILED:invalid CA certificate")))
    case = Case("partner", "CertificateMissing", "not accepted by the server in front")
    check(case, status, body, journal(), pki.parties["partner"])


# Renewal and revocation while it runs


@pytest.mark.parametrize("door", ["direct", "proxied"])
def test_a_partner_renews_its_certificate_without_a_failed_request(doors, pki, door: str) -> None:
    address, answers = getattr(doors, door), []

    def ask(turns: list[str]) -> None:
        for who in turns:
            answers.append(call(address, context(pki, who))[0])

    switching = ["partner"] * 5 + ["renewed"] * 5
    callers = [threading.Thread(target=ask, args=(switching,)) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert answers == [200] * 40


def test_a_new_certificate_is_registered_while_the_old_one_goes_on_calling(doors, pki, directory) -> None:
    old, new = context(pki, "partner"), context(pki, "next year's")
    assert "CallerNotFound" in call(doors.direct, new)[1]
    answers, done = [], threading.Event()

    def go_on() -> None:
        while not done.is_set():
            answers.append(call(doors.direct, old)[0])
            time.sleep(0.05)  # the new worker needs the processor too

    callers = [threading.Thread(target=go_on) for _ in range(2)]
    for caller in callers:
        caller.start()
    conf = directory / "conf/partners.toml"
    pin, added = (pki.parties[name].sha256 for name in ("partner", "next year's"))
    conf.write_text(conf.read_text(encoding="utf-8").replace(pin, f'{pin}", "{added}'), encoding="utf-8")
    os.kill(doors.supervisor, signal.SIGHUP)
    status, until = 0, time.monotonic() + 30
    while status != 200 and time.monotonic() < until:
        time.sleep(0.1)
        status, _ = call(doors.direct, new)
    done.set()
    for caller in callers:
        caller.join()
    assert status == 200
    assert len(answers) > 10
    assert set(answers) == {200}


# What is wrong with the configuration is told before a port is opened


def test_an_authority_that_cannot_be_read_is_named_before_anything_starts(directory: Path, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("no certificate")
    command = [sys.executable, "-m", "gateway", "serve", "--dir", str(directory)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60,
        env={"EPIX_SERVER__CLIENT_CA_FILE": str(rubbish), "PATH": "/usr/bin:/bin", "COLUMNS": "300"},
    )  # fmt: skip
    assert done.returncode == 60, done.stderr
    assert f"{rubbish} holds no PEM certificates of an authority" in done.stderr
