"""Demonstration from end to end, in real processes; it leaves nothing behind, however it ends."""

import os
import re
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.cli.demo.steps import Exchange
from gateway.cli.demo.two_gateways import make, serving
from tests.databases import POSTGRESQL, empty_database, keep_in
from tests.programs import started
from tests.waiting import until

pytestmark = pytest.mark.slow

SECONDS = 180
COMMAND = [sys.executable, "-m", "gateway", "demo"]


def environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "TMPDIR": str(folder),
        "COLUMNS": "80",
        "EPIX_SERVER__WORKERS": "not a number",
    }


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


def run_until(when: str, folder: Path, ending: signal.Signals) -> tuple[int, str]:
    """Run `demo --keep`, and end it when it says something. Its exit status and output."""
    out = folder / "out"
    below = folder / "folder"
    below.mkdir()

    def said() -> str:
        return out.read_text(encoding="utf-8")

    with (
        out.open("w") as file,
        started([*COMMAND, "--keep"], stdout=file, stderr=file, env=environment(below)) as demo,
    ):
        until(lambda: demo.poll() is not None or when in said(), f"{when!r} in the output")
        assert demo.poll() is None, said()
        assert processes(below)
        demo.send_signal(ending)
        status = demo.wait(SECONDS)
    assert processes(below) == []
    assert list(below.iterdir()) == []
    return status, said()


def test_every_step_of_the_exchange_happens_and_nothing_is_left(tmp_path: Path) -> None:
    status, said = run_until("Both keep running", tmp_path, signal.SIGINT)
    assert status == 0, said
    for part in (
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
        "All 9 steps happened",
    ):
        assert part in said, part
    for part in ("Traceback", "WARNING", "ERROR"):
        assert part not in said, said
    assert len(re.findall(r"https://127\.0\.0\.1:\d+/epix   --dir ", said)) == 2


def test_nothing_is_left_of_a_demonstration_that_is_terminated_halfway(tmp_path: Path) -> None:
    status, said = run_until("Mozambique (MZ) serves", tmp_path, signal.SIGTERM)
    assert status == 130, said


@pytest.mark.long_haul
def test_every_step_happens_on_postgresql_too(tmp_path: Path) -> None:
    gateways = make(tmp_path)
    with ExitStack() as opened:
        for country in gateways.both:
            keep_in(opened.enter_context(empty_database(tmp_path, POSTGRESQL)), country.directory)
        opened.enter_context(serving(gateways))
        mozambique, south_africa = (
            opened.enter_context(build(country.settings)) for country in gateways.both
        )
        for step in Exchange(gateways, mozambique, south_africa).steps():
            step.run()  # raises where it does not happen
        assert mozambique.store.journal.latest(1)
