"""Flood of large messages by callers without certificate, through a real nginx and behind it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from gateway.bootstrap import build
from gateway.exchange.journal.message_retention import MAX_SINGLE_RECORDS
from gateway.exchange.ports import JournalFilter
from gateway.settings import load_settings
from tests.forked.commands import running
from tests.journeys.caller_gateway import certificates, work_directory
from tests.journeys.caller_wire import NUMBER, call, context
from tests.nginx import nginx
from tests.ocsp_responder import Responder, responding

pytestmark = pytest.mark.slow

FLOOD = 60
BODY = b"<x>" + b"A" * (256 * 1024 - 3)
"""As long as the gateway takes a message."""


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    with responding() as running_responder:
        yield running_responder


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory, responder: Responder) -> SimpleNamespace:
    return certificates(tmp_path_factory.mktemp("pki"), responder)


def size(directory: Path) -> int:
    return sum(file.stat().st_size for file in (directory / "data").rglob("*") if file.is_file())


def test_a_flood_of_strangers_fills_no_disk_and_shuts_no_partner_out(
    tmp_path: Path, pki: SimpleNamespace, responder: Responder
) -> None:
    directory = tmp_path / "mz"
    work_directory(directory, pki, responder)
    behind = {"EPIX_SERVER__MODE": "behind-proxy", "EPIX_SERVER__LISTEN": str(tmp_path / "h.sock")}
    command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(directory)]
    stranger, partner = context(pki, None), context(pki, "partner")
    with (
        running(command, behind) as gateway,
        nginx(tmp_path, gateway.address, pki.server.pem, pki.known) as front,
    ):
        before = size(directory)
        through = [call(front, stranger, message=BODY) for _ in range(FLOOD)]
        assert {status for status, _ in through} == {500, 429}, "refused, then not passed on"
        refused = [body for status, body in through if status == 500]
        assert all("CertificateMissing" in body and "Incident" in body for body in refused)
        assert call(front, partner)[0] == 200, "strangers use up nothing of a partner's"
        behind_it = [call(gateway.address, message=BODY) for _ in range(FLOOD)]
        assert {status for status, _ in behind_it} == {500}
        status, body = call(front, partner)
        assert (status, NUMBER in body) == (200, True)
        assert size(directory) - before < 1_000_000 < FLOOD * len(BODY) / 10
    with build(load_settings(directory, {})) as stopped:
        kept = stopped.store.journal.search(JournalFilter(outcome="CertificateMissing"), 1000)
    assert len(kept) in (MAX_SINGLE_RECORDS, 2 * MAX_SINGLE_RECORDS), "one window, or two"
    assert not any(b"AAAA" in record.request for record in kept)
    assert {record.caller for record in kept} == {None}
