"""`restore` that is refused: over what is there, to an unnamed place, with a wrong passphrase."""

import base64
import gzip
import json
from pathlib import Path

import pytest

from gateway.cli.exits import EXITS
from gateway.crypto.encryption.age import AgeReader
from gateway.domain import errors
from tests.cli.backup.conftest import FAST, PASSPHRASE, contents, restore
from tests.cli.conftest import Call
from tests.long_haul import thinned

pytestmark = pytest.mark.slow


def test_a_gateway_that_is_there_is_never_restored_over(
    lived: Path, made: Path, secret: Path, call: Call
) -> None:
    before = contents(lived)
    answer = restore(call, made, secret, lived)
    assert answer.status == EXITS[errors.RestoreRefused].status
    assert "left as it is" in answer.err
    assert contents(lived) == before


PLACES = (
    "sqlite:///{elsewhere}/gateway.sqlite",
    "sqlite:///../../elsewhere/gateway.sqlite",
    "sqlite:///data/../../elsewhere/gateway.sqlite",
    "sqlite+pysqlite:///{elsewhere}/gateway.sqlite",
    "sqlite:///{elsewhere}/gateway.sqlite?timeout=1",
    "sqlite:///file:{elsewhere}/gateway.sqlite?uri=true",
    "sqlite:///file:data/gateway.sqlite?mode=rwc&uri=true",
)


@pytest.mark.parametrize(
    "place",
    # An absolute path, one that climbs, and one of an address within the address.
    thinned(PLACES, [PLACES[0], PLACES[2], PLACES[5]]),
)
def test_a_backup_does_not_say_where_on_this_machine_a_database_is_written(
    lived: Path, secret: Path, tmp_path: Path, call: Call, place: str
) -> None:
    backup = ("backup", "--out", tmp_path / "b.age", "--passphrase-file", secret, "--dir", lived)
    assert call(*backup).status == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    url = place.format(elsewhere=elsewhere)
    forge(tmp_path / "b.age", b"[database]\n", f'[database]\nurl = "{url}"\n'.encode())
    answer = restore(call, tmp_path / "b.age", secret, tmp_path / "new")
    assert answer.status == EXITS[errors.RestoreRefused].status, answer.err
    assert "outside of the directory" in answer.err
    assert "--database-url-file" in answer.err
    assert list(elsewhere.iterdir()) == []
    assert not (tmp_path / "new").exists()


def test_whoever_restores_may_say_where_the_database_is_written(
    made: Path, secret: Path, tmp_path: Path, call: Call
) -> None:
    (tmp_path / "here.url").write_text(f"sqlite:///{tmp_path}/here.sqlite\n")
    answer = restore(
        call, made, secret, tmp_path / "new", "--database-url-file", tmp_path / "here.url"
    )
    assert answer.status == 0, answer.err
    assert (tmp_path / "here.sqlite").exists()


def forge(backup: Path, before: bytes, after: bytes) -> None:
    """Change conf/gateway.toml in a backup, as anybody who knows the passphrase can."""
    with backup.open("rb") as file, AgeReader(file, PASSPHRASE.encode()) as encrypted:
        lines = gzip.decompress(encrypted.read()).splitlines()
    entries = [json.loads(line) for line in lines]
    for entry in entries:
        if isinstance(entry, dict) and entry.get("file") == "conf/gateway.toml":
            content = base64.b64decode(entry["content"])
            assert before in content
            entry["content"] = base64.b64encode(content.replace(before, after)).decode()
    forged = gzip.compress(b"".join(json.dumps(entry).encode() + b"\n" for entry in entries))
    with backup.open("wb") as file:
        writer = FAST(file, PASSPHRASE.encode())
        writer.write(forged)
        writer.finish()


def test_a_wrong_passphrase_is_one_sentence(made: Path, tmp_path: Path, call: Call) -> None:
    answer = restore(call, made, "-", tmp_path / "new")
    assert answer.status == 1  # nothing typed
    answer = call(
        "restore", made, "--dir", tmp_path / "new", "--passphrase-file", "-", typed="wrong\n"
    )
    assert answer.status == EXITS[errors.BackupInvalid].status
    assert "The passphrase is not the one that this backup was made with." in answer.err
    assert not (tmp_path / "new").exists()
