"""The demonstration happens from end to end, in real processes, and leaves nothing behind, whatever ends it."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.cli.demo.steps import Exchange
from gateway.cli.demo.two_gateways import make, serving
from tests.databases import POSTGRESQL, empty_database, keep_in

SECONDS = 180
COMMAND = [sys.executable, "-m", "gateway", "demo"]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(folder), "COLUMNS": "80", "EPIX_SERVER__WORKERS": "not a number"}


def processes(folder: Path) -> list[int]:
    """Processes that were started on a working directory below the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in words and b"serve" in words:
            found.append(int(entry.parent.name))
    return found


def test_every_step_of_the_exchange_happens(tmp_path: Path) -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, env=environment(tmp_path), timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    for said in (
        "Mozambique (MZ) serves https://127.0.0.1:",
        "South Africa (ZA) serves https://127.0.0.1:",
        "over mutual TLS",
        "sealed and valid, signed by CN=MZ permit seal",
        "refused: CertificateNotFound",
        "refused: CertificateNotFinal",
        "✓ CONFIRMED",
        "✓ ALREADY_CONFIRMED, the same event as before",
        "shows what was confirmed",
        "✓ OK, version",
    ):
        assert said in done.stdout, said
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
    assert processes(tmp_path) == []


@pytest.mark.parametrize(
    ("when", "ending", "status"),
    [("Both keep running", signal.SIGINT, 0), ("Mozambique (MZ) serves", signal.SIGTERM, 130)],
    ids=["kept, then Ctrl-C", "terminated halfway"],
)
def test_nothing_is_left_however_the_demonstration_ends(
    tmp_path: Path, when: str, ending: signal.Signals, status: int
) -> None:
    out = tmp_path / "out"
    folder = tmp_path / "folder"
    folder.mkdir()
    with out.open("w") as file:
        demo = subprocess.Popen([*COMMAND, "--keep"], stdout=file, stderr=file, env=environment(folder))
    try:
        until = time.monotonic() + SECONDS
        while when not in out.read_text(encoding="utf-8") and time.monotonic() < until:
            assert demo.poll() is None, out.read_text(encoding="utf-8")
            time.sleep(0.1)
        assert processes(folder)
        demo.send_signal(ending)
        assert demo.wait(SECONDS) == status
    finally:
        demo.kill()
    if status == 0:
        assert len(re.findall(r"https://127\.0\.0\.1:\d+/epix   --dir ", out.read_text(encoding="utf-8"))) == 2
    assert processes(folder) == []
    assert list(folder.iterdir()) == []


def test_every_step_happens_on_postgresql_too(tmp_path: Path) -> None:
    gateways = make(tmp_path)
    with ExitStack() as opened:
        for country in gateways.both:
            keep_in(opened.enter_context(empty_database(tmp_path, POSTGRESQL)), country.directory)
        opened.enter_context(serving(gateways))
        mozambique, south_africa = (opened.enter_context(build(country.settings)) for country in gateways.both)
        for step in Exchange(gateways, mozambique, south_africa).steps():
            step.show()  # raises where it does not happen
        assert mozambique.store.journal.latest(1)
