"""Callers over real TLS, direct and through a real nginx: answer, fault or alert, as in a table."""

import os
import re
import signal
import ssl
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

from gateway.bootstrap import build
from gateway.exchange.journal.refused_handshake import OPERATION as HANDSHAKE
from gateway.exchange.ports import Direction, Exchange
from gateway.settings import load_settings
from tests.forked.commands import completed, running
from tests.journeys.caller_cases import CASES, Case
from tests.journeys.caller_gateway import certificates, work_directory
from tests.journeys.caller_wire import NUMBER, alert, call, context
from tests.nginx import nginx
from tests.ocsp_responder import Responder, responding
from tests.pki import Identity
from tests.waiting import until

pytestmark = pytest.mark.slow

CERTIFICATE, VERIFY = "X-EPIX-Client-Certificate", "X-EPIX-Client-Verify"


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    with responding() as running_responder:
        yield running_responder


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory, responder: Responder) -> SimpleNamespace:
    return certificates(tmp_path_factory.mktemp("pki"), responder)


@pytest.fixture(scope="module")
def directory(
    tmp_path_factory: pytest.TempPathFactory, pki: SimpleNamespace, responder: Responder
) -> Path:
    folder = tmp_path_factory.mktemp("gateway") / "mz"
    work_directory(folder, pki, responder)
    return folder


@dataclass(frozen=True)
class Endpoints:
    """Addresses of one gateway's endpoints. lenient: it answers callers without certificate too.

    supervisor: of the process behind `direct`.
    """

    direct: str
    lenient: str
    proxied: str
    socket: str
    supervisor: int


@pytest.fixture(scope="module")
def endpoints(
    directory: Path, pki: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Endpoints]:
    here = tmp_path_factory.mktemp("nginx")
    tls = {"EPIX_SERVER__LISTEN": "127.0.0.1:0"}
    behind = {"EPIX_SERVER__MODE": "behind-proxy", "EPIX_SERVER__LISTEN": str(here / "http.sock")}
    with ExitStack() as stack:
        direct = stack.enter_context(serving(directory, tls))
        lenient = stack.enter_context(
            serving(directory, {**tls, "EPIX_SERVER__CLIENT_CERTIFICATE_REQUIRED": "false"})
        )
        proxied = stack.enter_context(serving(directory, behind))
        front = stack.enter_context(nginx(here, proxied.address, pki.server.pem, pki.known))
        yield Endpoints(direct.address, lenient.address, front, proxied.address, direct.process.pid)


def serving(directory: Path, environment: dict[str, str]):
    return running(
        [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(directory)], environment
    )


@pytest.fixture(scope="module")
def newest(directory: Path) -> Iterator[Callable[[], Exchange | None]]:
    """The newest record of an exchange; the gateway writes records of its own in between."""
    with build(load_settings(directory, {})) as gateway:

        def of_an_exchange() -> Exchange | None:
            latest = gateway.store.journal.latest(10)
            return next((each for each in latest if each.direction is not Direction.OWN), None)

        yield of_an_exchange


@pytest.fixture
def journal(newest) -> Callable[[], Exchange]:
    """The record that was added since the test began; a handshake's comes a moment later."""
    before = newest()

    def added() -> Exchange:
        until(lambda: newest() != before, "a new record in the journal")
        return newest()

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
def test_behind_nginx_each_caller_gets_its_answer_and_its_journal_line(
    endpoints, pki, journal, case: Case
) -> None:
    status, body = call(endpoints.proxied, context(pki, case.who))
    check(case, status, body, journal(), pki.parties.get(case.who))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_direct_each_caller_gets_its_answer_or_alert_and_its_journal_line(
    endpoints, pki, journal, case: Case
) -> None:
    if case.handshake is None:
        status, body = call(endpoints.direct, context(pki, case.who))
        check(case, status, body, journal(), pki.parties.get(case.who))
        return
    said, reason = case.handshake
    assert alert(endpoints.direct, context(pki, case.who)).endswith(said)
    kept = journal()
    assert (kept.direction, kept.operation, kept.outcome) == ("in", HANDSHAKE, "CertificateMissing")
    assert (kept.caller, kept.fingerprint, kept.request) == (None, None, b"")
    assert kept.answer.decode().startswith(reason)


def test_an_endpoint_that_takes_callers_without_certificate_tells_them_by_a_fault(
    endpoints, pki, journal
) -> None:
    status, body = call(endpoints.lenient, context(pki, None))
    check(CASES["no certificate"], status, body, journal(), None)


# Headers that only a proxy may send


def forged(pki: SimpleNamespace) -> tuple[tuple[str, str], ...]:
    pem = quote(ssl.DER_cert_to_PEM_cert(pki.parties["partner"].der), safe="")
    return (CERTIFICATE, pem), (VERIFY, "SUCCESS")


def test_a_forged_header_past_the_proxy_counts_for_nothing(endpoints, pki, journal) -> None:
    status, body = call(endpoints.lenient, context(pki, None), forged(pki))
    check(CASES["no certificate"], status, body, journal(), None)


def test_a_forged_header_beside_a_certificate_changes_nothing(endpoints, pki, journal) -> None:
    status, body = call(endpoints.direct, context(pki, "neighbour"), forged(pki))
    check(CASES["another partner's"], status, body, journal(), pki.parties["neighbour"])


@pytest.mark.parametrize("name", ["no certificate", "unknown CA", "expired", "another partner's"])
def test_a_forged_header_through_nginx_changes_nothing(endpoints, pki, journal, name: str) -> None:
    case = CASES[name]
    status, body = call(endpoints.proxied, context(pki, case.who), forged(pki))
    check(case, status, body, journal(), pki.parties.get(case.who))


def test_the_proxys_word_against_a_certificate_is_never_overruled(endpoints, pki, journal) -> None:
    (certificate, _) = forged(pki)
    status, body = call(
        endpoints.socket, None, (certificate, (VERIFY, "FAILED:invalid CA certificate"))
    )
    case = Case("partner", "CertificateMissing", "not accepted by the server in front")
    check(case, status, body, journal(), pki.parties["partner"])


# Renewal and revocation while it runs


@pytest.mark.parametrize("endpoint", ["direct", "proxied"])
def test_a_partner_renews_its_certificate_without_a_failed_request(
    endpoints, pki, endpoint: str
) -> None:
    address, answers = getattr(endpoints, endpoint), []

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


def test_a_new_certificate_is_registered_while_the_old_one_goes_on_calling(
    endpoints, pki, directory
) -> None:
    old, new = context(pki, "partner"), context(pki, "next year's")
    assert "CallerNotFound" in call(endpoints.direct, new)[1]
    answers, done = [], threading.Event()

    def go_on() -> None:
        while not done.is_set():
            answers.append(call(endpoints.direct, old)[0])
            time.sleep(0.05)  # the new worker needs the processor too

    callers = [threading.Thread(target=go_on) for _ in range(2)]
    for caller in callers:
        caller.start()
    conf = directory / "conf/partners.toml"
    pin, added = (pki.parties[name].sha256 for name in ("partner", "next year's"))
    conf.write_text(
        conf.read_text(encoding="utf-8").replace(pin, f'{pin}", "{added}'), encoding="utf-8"
    )
    os.kill(endpoints.supervisor, signal.SIGHUP)
    try:
        until(lambda: call(endpoints.direct, new)[0] == 200, "the new certificate to be known")
        until(lambda: len(answers) > 10, "answers to the old certificate")
    finally:
        done.set()
        for caller in callers:
            caller.join()
    assert set(answers) == {200}


# What is wrong with the configuration is told before a port is opened


def test_an_authority_that_cannot_be_read_is_named_before_anything_starts(
    directory: Path, tmp_path: Path
) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("no certificate")
    command = [sys.executable, "-m", "gateway", "serve", "--dir", str(directory)]
    done = completed(command, {"EPIX_SERVER__CLIENT_CA_FILE": str(rubbish), "COLUMNS": "300"})
    assert done.returncode == 60, done.stderr
    assert f"{rubbish} holds no PEM certificates of an authority" in done.stderr
