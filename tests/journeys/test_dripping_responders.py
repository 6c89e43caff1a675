"""Responders that drip: a running gateway answers by its policy in time, and stops in time.

A dripping server sends a byte now and then and is never done.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic
from types import SimpleNamespace

import pytest

from gateway.serving import RunningServer
from tests.dripping_server import DrippingServer, dripping
from tests.forked.commands import running
from tests.journeys.caller_gateway import certificates, work_directory
from tests.journeys.caller_wire import NUMBER, call, context
from tests.long_haul import is_long_haul, thinned
from tests.ocsp_responder import responding
from tests.waiting import until

pytestmark = pytest.mark.slow

DEADLINE = 1.0
"""Of an OCSP responder, in the configuration of these tests."""

STOP_SECONDS = 5.0


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    with responding() as responder:
        yield certificates(tmp_path_factory.mktemp("pki"), responder)


@contextmanager
def gateway(
    folder: Path, pki: SimpleNamespace, responder: DrippingServer, when_silent: str, journal: str
) -> Iterator[RunningServer]:
    """A gateway that ends TLS itself, and asks the responder about CA `online`."""
    work_directory(folder / "mz", pki, responder)  # type: ignore[arg-type]
    conf = folder / "mz/conf/gateway.toml"
    text = conf.read_text(encoding="utf-8").replace("\n[journal]\n", f"\n[journal]\n{journal}\n", 1)
    policy = f'ocsp_timeout_seconds = {DEADLINE}\nwhen_silent = "{when_silent}"\n'
    conf.write_text(text + policy, encoding="utf-8")
    direct = {"EPIX_SERVER__MODE": "direct-tls", "EPIX_SERVER__LISTEN": "127.0.0.1:0"}
    command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(folder / "mz")]
    with running(command, direct) as server:
        yield server


POLICIES = [("accept", 200, NUMBER), ("refuse", 500, "CertificateMissing")]


@pytest.mark.parametrize(
    ("when_silent", "status", "words"),
    thinned(POLICIES, POLICIES[:1]),
)
def test_calls_are_answered_by_policy_in_time_while_an_ocsp_responder_drips(
    tmp_path: Path, pki: SimpleNamespace, when_silent: str, status: int, words: str
) -> None:
    caller = context(pki, "vouched for")
    with dripping() as responder, gateway(tmp_path, pki, responder, when_silent, "") as server:
        waits = []
        for _ in range(5):
            began = monotonic()
            answered, body = call(server.address, caller)
            waits.append(monotonic() - began)
            assert (answered, words in body) == (status, True)
        assert max(waits) < DEADLINE + 1.0
        assert sorted(waits)[2] < 0.5, "the responder is left alone for a while"
        began = monotonic()
        assert call(server.address, context(pki, "partner"))[0] == 200, "of another CA"
        assert monotonic() - began < 0.5
    print(f"waits {[round(each, 2) for each in waits]} s")


def test_a_gateway_stops_in_time_while_a_call_waits_for_a_dripping_responder(
    tmp_path: Path, pki: SimpleNamespace
) -> None:
    answers: list[int] = []
    with dripping() as responder, gateway(tmp_path, pki, responder, "accept", "") as server:
        caller = context(pki, "vouched for")
        waiting = Thread(target=lambda: answers.append(call(server.address, caller)[0]))
        waiting.start()
        until(lambda: responder.connections == 1, "the responder is asked")
        began = monotonic()
        assert server.stop() == 0
        stopped = monotonic() - began
        waiting.join()
    assert stopped < STOP_SECONDS
    assert answers == [200], "the call under way is answered"
    print(f"stopped after {stopped:.2f} s")


@pytest.mark.skipif(not is_long_haul(), reason="waits a minute for the first time-stamp to be due")
def test_a_gateway_stops_in_time_while_a_time_stamping_authority_drips(
    tmp_path: Path, pki: SimpleNamespace
) -> None:
    with dripping() as responder, dripping() as authority:
        stamps = (
            f'timestamp_address = "{authority.address}"\ntimestamp_ca_file = "{pki.listed.pem}"'
        )
        with gateway(tmp_path, pki, responder, "accept", stamps) as server:
            assert call(server.address, context(pki, "partner"))[0] == 200
            until(lambda: authority.connections > 0, "a time-stamp is asked for")
            began = monotonic()
            assert call(server.address, context(pki, "partner"))[0] == 200
            assert monotonic() - began < 0.5
            began = monotonic()
            assert server.stop() == 0
            stopped = monotonic() - began
    assert stopped < STOP_SECONDS
    print(f"stopped after {stopped:.2f} s")
