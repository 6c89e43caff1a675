"""A gateway with exchanges, its backup, and what a database holds."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.crypto.encryption.age import AgeWriter
from gateway.exchange.ports import NationalRecord
from gateway.settings import load_settings
from gateway.store import snapshot
from tests.builders import a_permit
from tests.cli.conftest import Answer, Call
from tests.cli.test_journal_commands import an_exchange

PASSPHRASE = "a long sentence that nobody guesses"
FAST = partial(AgeWriter, work_factor=4)
"""Encryption whose passphrase costs next to nothing: tests/crypto/encryption has the real cost."""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    file.chmod(0o600)
    return file


@pytest.fixture(autouse=True)
def fast_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    """Backups whose passphrase costs next to nothing: tests/crypto/encryption has the real cost."""
    monkeypatch.setattr("gateway.bootstrap.backup.AgeWriter", FAST)


@pytest.fixture(scope="session")
def lived_once(tmp_path_factory: pytest.TempPathFactory, made_directory: Path) -> Path:
    """A gateway with a permit and a sealed journal, to be copied."""
    directory = tmp_path_factory.mktemp("lived") / "mz"
    shutil.copytree(made_directory, directory, symlinks=True)
    with build(load_settings(directory)) as gateway:
        gateway.permits.publish.publish(NationalRecord("backup", 1, a_permit("MZ26EX000001"), None))
        gateway.store.journal.record(an_exchange(gateway, "MZ26EX000001", "ok"))
        assert gateway.journal.seal.seal() == 1
    return directory


@pytest.fixture
def lived(tmp_path: Path, lived_once: Path) -> Path:
    """The same gateway, for one test."""
    return Path(shutil.copytree(lived_once, tmp_path / "mz", symlinks=True))


@pytest.fixture
def made(lived: Path, secret: Path, tmp_path: Path, call: Call) -> Path:
    """Its backup."""
    answer = call(
        "backup", "--out", tmp_path / "mz.age", "--passphrase-file", secret, "--dir", lived
    )
    assert answer.status == 0, answer.err
    return tmp_path / "mz.age"


def restore(call: Call, made: Path, secret: Path, directory: Path, *words: str | Path) -> Answer:
    return call("restore", made, "--passphrase-file", secret, "--dir", directory, *words)


def contents(directory: Path, url_file: Path | None = None) -> dict[str, list[object]]:
    url = url_file.read_text().strip() if url_file else load_settings(directory).database.address
    with snapshot(url) as taken:
        return {
            table.name: list(map(tuple, taken.rows(table)))
            for table in taken.tables
            if table.name != "service_mode"
        }
