"""Journals with evidence, and files of evidence that were tampered with."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

from gateway.bootstrap import build, new_id
from gateway.cli.main import app
from gateway.crypto.journal_seal.heads import JournalSigner
from gateway.exchange.journal.seal import SealJournal
from gateway.exchange.ports import Direction, Exchange
from gateway.settings import load_settings
from tests.pki import Authority

HOUR = timedelta(hours=1)
REQUEST, ANSWER = b"<request>\xff\x00</request>", b"<answer/>"
RECORDS = 7
SIGNER_NOT_CHECKED = 3
"""Exit status of verify.py without --signer: the evidence holds, whoever made it."""
PERIOD = (
    "--from",
    "2020-01-01",
    "--to",
    f"{datetime.now(UTC) - timedelta(minutes=30):%Y-%m-%dT%H:%M:%S}",
)
THEN = ("--from", "2019-01-01", "--to", "2021-01-01")


def an_exchange(at: datetime, identity: str | None = None) -> Exchange:
    return Exchange(
        identity or new_id(),
        Direction.IN,
        at,
        at,
        None,
        None,
        "MZ",
        None,
        None,
        "InvalidRequest",
        b"",
        b"",
    )


def exported(workdir: Path, *words: str) -> Path:
    out = workdir.parent / f"{new_id()}.zip"
    made = CliRunner().invoke(
        app, ["journal", "export", *words, "--out", str(out), "--dir", str(workdir)]
    )
    assert made.exit_code == 0, made.stderr
    return out


def ids(workdir: Path) -> list[str]:
    found = CliRunner().invoke(app, ["journal", "search", "--json", "--dir", str(workdir)])
    return [exchange["id"] for exchange in reversed(json.loads(found.stdout))]


def changed(evidence: Path, out: Path, name: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The same evidence with one file changed, or without it."""
    with zipfile.ZipFile(evidence) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            content = old.read(each)
            altered = change(content) if each == name else content
            if altered is not None:
                new.writestr(each, altered)
    return out


def flip(place: int) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        altered = bytearray(content)
        altered[place % len(altered)] ^= 1
        return bytes(altered)

    return change


class Keys:
    """A journal whose key changes. seal: adds and seals a record with that signer."""

    def __init__(self, folder: Path) -> None:
        self.directory = folder / "mz"
        self.pki = Authority(folder, "ca")
        assert (
            CliRunner()
            .invoke(app, ["init", "--country", "MZ", "--authority", "A", str(self.directory)])
            .exit_code
            == 0
        )

    def seal(self, signer: JournalSigner | None) -> str:
        with build(load_settings(self.directory)) as gateway:
            record = an_exchange(gateway.clock() - HOUR)
            gateway.store.journal.record(record)
            assert (
                SealJournal(
                    gateway.store.sealed_journal, signer, gateway.clock, new_id, HOUR
                ).seal()
                == 1
            )
        return record.id

    def signer(self, name: str, **dates: datetime) -> tuple[JournalSigner, str]:
        made = self.pki.issue(name, **dates)
        return JournalSigner(made.key, (made.certificate,)), made.sha256


class Pruned(Keys):
    """A journal out of which two of three records of 2019 were removed, as their time was over."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.old = [self.record(2019, place) for place in range(2)]
        self.young = self.record(2020, 9, number="ZA1")
        with build(load_settings(self.directory)) as gateway:
            assert gateway.journal.seal.seal() == 3
        words = ["journal", "prune", "--person", "A. Cossa", "--reason", "their time is over"]
        done = CliRunner().invoke(app, [*words, "--dir", str(self.directory)])
        assert "2 records were removed" in done.stdout
        assert "1 old ones stay: its permit has not long enough expired" in done.stdout

    def record(self, year: int, place: int, number: str | None = None) -> str:
        at = datetime(year, 6, 1, tzinfo=UTC)
        digits = f"{int(at.timestamp() * 1000):012x}"
        record = an_exchange(at, f"{digits[:8]}-{digits[8:]}-7000-8000-{place:012d}")
        if number:
            record = replace(record, direction=Direction.OUT, permit_number=number)
        with build(load_settings(self.directory)) as gateway:
            gateway.store.journal.record(record)
        return record.id
