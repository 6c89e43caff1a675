"""OCSP: which response counts, how long it is kept, and a responder that fails."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from cryptography.x509 import ocsp

from gateway.crypto.callers.ocsp import BACKOFF, NO_NEXT_UPDATE, OcspResponder
from gateway.crypto.callers.revocation import RevocationStatus
from tests.ocsp_responder import Responder, responding
from tests.pki import CLIENT, DAY, NOW, OCSP, Authority, Identity

GOOD, REVOKED, UNKNOWN = (
    ocsp.OCSPCertStatus.GOOD,
    ocsp.OCSPCertStatus.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN,
)
HOUR = timedelta(hours=1)


@pytest.fixture
def responder() -> Iterator[Responder]:
    with responding() as running:
        yield running


class Watch:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def client(responder: Responder, watch: Watch) -> OcspResponder:
    return OcspResponder(responder.address, 1.0, watch)


@pytest.fixture
def status(client: OcspResponder, ca: Authority, caller: Identity, watch: Watch):
    """The status of `caller` at the time of the clock."""
    return lambda: client.status(caller.certificate, ca.certificate, watch.now)


@pytest.mark.parametrize(
    ("ocsp_status", "expected"),
    [
        (GOOD, RevocationStatus.GOOD),
        (REVOKED, RevocationStatus.REVOKED),
        (UNKNOWN, RevocationStatus.UNKNOWN),
    ],
)
def test_a_responder_tells_good_revoked_and_never_issued_apart(
    responder, status, ca, caller, ocsp_status, expected
) -> None:
    responder.says(caller, ca.ocsp_answer(caller.certificate, ocsp_status))
    assert status() is expected


def test_a_responder_may_be_appointed_by_the_authority(responder, status, ca, caller) -> None:
    responder.says(caller, ca.ocsp_answer(caller.certificate, signer=ca.issue("responder", OCSP)))
    assert status() is RevocationStatus.GOOD


@pytest.mark.parametrize(
    "how", ["another authority", "appointed for nothing", "appointed by another", "not any more"]
)
def test_an_answer_signed_by_anybody_else_says_nothing(
    responder, status, ca, other, caller, how
) -> None:
    answers = {
        "another authority": lambda: other.ocsp_answer(caller.certificate),
        "appointed for nothing": lambda: ca.ocsp_answer(
            caller.certificate, signer=ca.issue("client", CLIENT)
        ),
        "appointed by another": lambda: ca.ocsp_answer(
            caller.certificate, signer=other.issue("fake", OCSP)
        ),
        "not any more": lambda: ca.ocsp_answer(
            caller.certificate, signer=ca.issue("old", OCSP, until=NOW - DAY)
        ),
    }
    responder.says(caller, answers[how]())
    assert status() is RevocationStatus.UNAVAILABLE


def test_an_answer_about_another_certificate_says_nothing(
    responder, status, ca, caller, revoked
) -> None:
    responder.says(caller, ca.ocsp_answer(revoked.certificate))
    assert status() is RevocationStatus.UNAVAILABLE


@pytest.mark.parametrize(
    ("since", "until"), [(-2 * DAY, -DAY), (HOUR, DAY)], ids=["of yesterday", "of tomorrow"]
)
def test_an_answer_of_another_time_says_nothing(
    responder, status, ca, caller, since, until
) -> None:
    responder.says(caller, ca.ocsp_answer(caller.certificate, since=NOW + since, until=NOW + until))
    assert status() is RevocationStatus.UNAVAILABLE


@pytest.mark.parametrize(
    "answer", [b"rubbish", b"x" * 100_000, b""], ids=["rubbish", "endless", "unauthorized"]
)
def test_an_answer_that_is_none_says_nothing(responder, status, caller, answer) -> None:
    responder.says(caller, answer)
    assert status() is RevocationStatus.UNAVAILABLE


def test_a_responder_in_trouble_says_nothing(responder, status, ca, caller) -> None:
    responder.says(caller, ca.ocsp_answer(caller.certificate))
    responder.status = 500
    assert status() is RevocationStatus.UNAVAILABLE


def test_an_answer_is_kept_and_renewed_ahead_without_anybody_waiting(
    responder, ca, caller, watch
) -> None:
    client = OcspResponder(responder.address, 10.0, watch)

    def status() -> RevocationStatus:
        return client.status(caller.certificate, ca.certificate, watch.now)

    responder.says(caller, ca.ocsp_answer(caller.certificate, until=NOW + 2 * HOUR))
    for _ in range(5):
        assert status() is RevocationStatus.GOOD
    assert len(responder.asked) == 1
    watch.now += HOUR
    responder.delay_seconds = 2.0
    responder.says(caller, ca.ocsp_answer(caller.certificate, REVOKED))
    began = time.monotonic()
    assert status() is RevocationStatus.GOOD
    assert time.monotonic() - began < 1.5
    assert _soon(lambda: status() is RevocationStatus.REVOKED)
    assert len(responder.asked) == 2


def test_an_answer_that_has_run_out_is_waited_for(responder, status, ca, caller, watch) -> None:
    responder.says(caller, ca.ocsp_answer(caller.certificate, until=NOW + HOUR))
    assert status() is RevocationStatus.GOOD
    watch.now += HOUR
    responder.says(caller, ca.ocsp_answer(caller.certificate, REVOKED))
    assert status() is RevocationStatus.REVOKED


def test_an_answer_without_an_end_holds_for_a_minute(responder, status, ca, caller, watch) -> None:
    responder.says(caller, ca.ocsp_answer(caller.certificate, until=None))
    assert status() is RevocationStatus.GOOD
    watch.now += NO_NEXT_UPDATE
    assert status() is RevocationStatus.GOOD
    assert len(responder.asked) == 2


def test_a_responder_that_fails_is_left_alone_for_a_while_and_what_it_said_holds(
    responder, status, ca, caller, watch
) -> None:
    responder.says(caller, ca.ocsp_answer(caller.certificate, until=NOW + 2 * HOUR))
    assert status() is RevocationStatus.GOOD
    responder.status = 503
    watch.now += HOUR
    assert status() is RevocationStatus.GOOD
    assert _soon(lambda: len(responder.asked) == 2)
    time.sleep(0.1)
    assert status() is RevocationStatus.GOOD
    assert len(responder.asked) == 2
    watch.now += BACKOFF
    assert status() is RevocationStatus.GOOD
    assert _soon(lambda: len(responder.asked) == 3)


def test_a_silent_responder_costs_its_time_limit_once_not_once_for_each_caller(
    responder, ca, caller, watch
) -> None:
    responder.delay_seconds = 5.0
    client = OcspResponder(responder.address, 1.0, watch)
    statuses: list[RevocationStatus] = []

    def ask() -> None:
        statuses.append(client.status(caller.certificate, ca.certificate, watch.now))

    began = time.monotonic()
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [RevocationStatus.UNAVAILABLE] * 8
    assert time.monotonic() - began < 4.0
    assert _soon(lambda: len(responder.asked) == 1)
    responder.delay_seconds = 0.0
    time.sleep(0.2)
    began = time.monotonic()
    ask()
    assert time.monotonic() - began < 0.8


def _soon(true) -> bool:
    until = time.monotonic() + 5
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()
