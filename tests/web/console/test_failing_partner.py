"""A partner that fails: board, alert, its exchange, the retry, and evidence verified elsewhere."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path

import pytest

from gateway.crypto.keys.certificates import certificates
from gateway.domain.delivery_state import DeliveryState
from gateway.exchange.ports import Direction
from gateway.exchange.ports.console.lines import LineFilter
from tests.partners import partner_server
from tests.web.console.conftest import TOKEN, MakeConsole, booked, directory_with

pytestmark = pytest.mark.slow

CONFIRMED = Path(__file__).parents[2] / "documents/envelopes/partner_confirmed.xml"


@dataclass
class SouthAfrica:
    """A partner whose service is down until it is not."""

    port: int = 0
    is_up: bool = False

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if self.is_up:
            partner_server.says(CONFIRMED.read_bytes())(handler)


@pytest.fixture
def south_africa() -> Iterator[SouthAfrica]:
    partner = SouthAfrica()
    with partner_server.running(partner.answer) as server:
        partner.port = server.port
        yield partner


def test_from_the_board_to_evidence(
    make_console: MakeConsole, south_africa: SouthAfrica, tmp_path: Path
) -> None:
    desk = make_console(directory_with(tmp_path, south_africa.port))
    desk.clock.now = datetime.now(UTC)  # the sealing certificate was made today
    gateway, deliver = desk.gateway, desk.gateway.outbox.deliver
    entry = booked(desk)
    for _ in range(2):
        assert deliver.all_due() == 1
        desk.clock.pass_(minutes=40)
    assert gateway.outbox.decide.find(entry.id).state is not DeliveryState.DELIVERED

    operator = desk.signed_in("operator")
    board = operator.get("/console")
    assert "za ZA fails" in board.words
    assert "A partner does not work · za" in board.words
    failed = operator.get("/console/exchanges", "partner=za&outcome=failed")
    (newest, _) = gateway.store.console.lines.page(LineFilter(failed=True), None, 9, 99).lines
    assert f"/console/exchanges/{newest.id}" in failed.text
    page = operator.get(f"/console/exchanges/{newest.id}")
    assert "We and the partner, together" in page.words
    assert "&lt;TokenId&gt;____&lt;/TokenId&gt;" in page.text
    assert TOKEN not in page.text

    south_africa.is_up = True
    operator.get(f"/console/outbox/{entry.id}")
    form = {"decision": "retry", "reason": "their operator says it is up again"}
    assert operator.post(f"/console/outbox/{entry.id}", form).status == 303
    assert deliver.all_due() == 1
    assert "delivered" in operator.get(f"/console/outbox/{entry.id}").words
    assert "za ZA works" in operator.get("/console").words

    desk.clock.pass_(seconds=10)
    gateway.journal.seal.seal()
    (good, *_) = gateway.store.console.lines.page(
        LineFilter(directions=frozenset({Direction.OUT})), None, 9, 99
    ).lines
    assert (good.outcome, good.partner) == ("ok", "za")
    operator.get(f"/console/exchanges/{good.id}")
    evidence = operator.post(f"/console/exchanges/{good.id}", {"reason": "a court asked"})
    assert evidence.headers["content-disposition"].endswith(f'evidence-{good.id}.zip"')
    assert desk.acts()[-1]["details"] == {"id": good.id, "reason": "a court asked"}
    verified = _verified(evidence.content, gateway.settings.seal.certificate_file, tmp_path)
    assert (verified.returncode, "HOLDS" in verified.stdout) == (0, True), verified.stdout
    forged = _forged(evidence.content)
    assert _verified(forged, gateway.settings.seal.certificate_file, tmp_path).returncode == 1


def _verified(
    evidence: bytes, certificate: Path, folder: Path
) -> "subprocess.CompletedProcess[str]":
    """Run the script of the file itself, as somebody elsewhere would."""
    file = folder / "evidence.zip"
    file.write_bytes(evidence)
    with zipfile.ZipFile(file) as bundle:
        (folder / "verify.py").write_bytes(bundle.read("verify.py"))
    signer = certificates(certificate.read_bytes())[0].sha256
    command = [sys.executable, "-I", folder / "verify.py", file, "--signer", signer]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _forged(evidence: bytes) -> bytes:
    """The same evidence with another answer."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(evidence)) as given, zipfile.ZipFile(made, "w") as forged:
        for name in given.namelist():
            content = given.read(name)
            if name.endswith("answer.bin"):
                content = content.replace(b"CONFIRMED", b"CONFIRMEE")
            forged.writestr(name, content)
    return made.getvalue()
