"""`backup` and `restore` of a gateway with exchanges, between both kinds of database."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyrage
import pytest

from gateway.bootstrap import build
from gateway.cli.exits import EXITS
from gateway.crypto.encryption.age import WORK_FACTOR, AgeWriter
from gateway.domain import errors
from gateway.settings import load_settings
from gateway.store.migrations import versions
from tests.cli.backup.conftest import PASSPHRASE, contents, restore
from tests.cli.conftest import Call
from tests.cli.test_journal_commands import an_exchange, attack
from tests.databases import POSTGRESQL, empty_database

pytestmark = pytest.mark.slow


@pytest.fixture
def on_server(tmp_path: Path) -> Iterator[Path]:
    """A file that names an empty PostgreSQL."""
    with empty_database(tmp_path, POSTGRESQL) as url:
        file = tmp_path / "database.url"
        file.write_text(f"{url}\n")
        yield file


def test_a_gateway_comes_back_whole_and_its_journal_holds(
    lived: Path, made: Path, secret: Path, tmp_path: Path, call: Call
) -> None:
    answer = restore(call, made, secret, tmp_path / "new")
    assert answer.status == 0, answer.err
    head = next(
        line
        for line in call("journal", "verify", "--dir", lived).out.splitlines()
        if "newest head" in line
    )
    assert head in answer.out
    assert "as it was sealed" in answer.out
    assert contents(tmp_path / "new") == contents(lived)
    for file in (
        "conf/gateway.toml",
        "keys/token.key",
        "keys/seal/current/key.pem",
        "DEVELOPMENT-ONLY",
    ):
        assert (tmp_path / "new" / file).read_bytes() == (lived / file).read_bytes()
    assert (
        call("check-config", "--dir", tmp_path / "new").status
        == call("check-config", "--dir", lived).status
    )


@pytest.mark.long_haul  # tests/crypto/encryption reads files of another program
def test_another_program_opens_the_file_with_the_passphrase(
    lived: Path, secret: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.bootstrap.backup.AgeWriter", AgeWriter)  # at the real cost
    words = ("--passphrase-file", secret, "--dir", lived)
    made = tmp_path / "mz.age"
    assert call("backup", "--out", made, *words).status == 0
    assert made.read_bytes().split(b"\n")[1].endswith(b" %d" % WORK_FACTOR)
    lines = gzip.decompress(pyrage.passphrase.decrypt(made.read_bytes(), PASSPHRASE)).splitlines()
    assert json.loads(lines[0])["epix-gateway backup"] == 1
    assert json.loads(lines[-1])["end"] == "backup"


def test_it_stays_closed_until_a_person_opens_it(
    made: Path, secret: Path, tmp_path: Path, call: Call
) -> None:
    answer = restore(call, made, secret, tmp_path / "new")
    assert "closed for maintenance" in answer.out
    told = call("maintenance", "status", "--json", "--dir", tmp_path / "new").json
    assert (told["maintenance"], told["person"]) == (True, "epix-gateway restore")
    assert "Restored from the backup of" in told["reason"]


@pytest.mark.long_haul  # tests/store/backup restores into both databases
def test_an_authority_moves_to_postgresql_and_back(
    lived: Path, made: Path, secret: Path, on_server: Path, tmp_path: Path, call: Call
) -> None:
    answer = restore(call, made, secret, tmp_path / "moved", "--database-url-file", on_server)
    assert answer.status == 0, answer.err
    assert "Name the database in [database]" in answer.out
    assert not (tmp_path / "moved/data/gateway.sqlite").exists()
    assert contents(tmp_path / "moved", on_server) == contents(lived)
    conf = tmp_path / "moved/conf/gateway.toml"
    conf.write_text(
        conf.read_text().replace("[database]\n", f'[database]\nurl_file = "{on_server}"\n')
    )
    again = call(
        "backup",
        "--out",
        tmp_path / "again.age",
        "--passphrase-file",
        secret,
        "--dir",
        tmp_path / "moved",
    )
    assert again.status == 0, again.err
    assert f"! {on_server}" in again.out
    (tmp_path / "sqlite.url").write_text("sqlite:///data/gateway.sqlite")
    back = restore(
        call,
        tmp_path / "again.age",
        secret,
        tmp_path / "back",
        "--database-url-file",
        tmp_path / "sqlite.url",
    )
    assert back.status == 0, back.err
    (tmp_path / "back.url").write_text(f"sqlite:///{tmp_path}/back/data/gateway.sqlite")
    assert contents(tmp_path / "back", tmp_path / "back.url") == contents(lived)


def test_a_database_in_use_is_never_restored_over(
    made: Path, secret: Path, on_server: Path, tmp_path: Path, call: Call
) -> None:
    assert (
        restore(call, made, secret, tmp_path / "one", "--database-url-file", on_server).status == 0
    )
    before = contents(tmp_path / "one", on_server)
    answer = restore(call, made, secret, tmp_path / "two", "--database-url-file", on_server)
    assert answer.status == EXITS[errors.RestoreRefused].status
    assert "left as it is" in answer.err
    assert not (tmp_path / "two").exists()
    assert contents(tmp_path / "one", on_server) == before


def test_a_backup_can_be_tried_without_restoring(
    made: Path, secret: Path, tmp_path: Path, call: Call
) -> None:
    before = sorted(tmp_path.iterdir())
    answer = call("restore", made, "--verify-only", "--passphrase-file", secret)
    assert answer.status == 0, answer.err
    assert "is whole" in answer.out
    told = call(
        "restore",
        made,
        "--verify-only",
        "--passphrase-file",
        "-",
        "--json",
        typed=f"{PASSPHRASE}\n",
    )
    newest = max(each.name for each in Path(versions.__file__).parent.glob("r*.py"))
    assert told.json["revision"] == newest[1:5]
    assert sorted(tmp_path.iterdir()) == before


def test_the_passphrase_is_asked_for_never_taken_as_an_argument(
    lived: Path, tmp_path: Path, call: Call
) -> None:
    answer = call("backup", "--out", tmp_path / "x.age", "--dir", lived)
    assert answer.status == 1
    assert "no passphrase" in answer.err
    assert (
        call("backup", "--passphrase", "x", "--out", tmp_path / "x.age", "--dir", lived).status == 2
    )
    (tmp_path / "open").write_text("for all to read")
    (tmp_path / "open").chmod(0o644)
    refused = call(
        "backup",
        "--out",
        tmp_path / "x.age",
        "--passphrase-file",
        tmp_path / "open",
        "--dir",
        lived,
    )
    assert refused.status == EXITS[errors.KeyUnusable].status
    assert not (tmp_path / "x.age").exists()


@pytest.mark.long_haul  # the short form restores a whole gateway
def test_a_journal_that_was_changed_before_the_backup_is_restored_and_named(
    lived: Path, secret: Path, tmp_path: Path, call: Call
) -> None:
    attack(lived, "UPDATE exchange SET outcome = 'AccessDenied'")
    backup = call(
        "backup", "--out", tmp_path / "b.age", "--passphrase-file", secret, "--dir", lived
    )
    assert backup.status == 0, backup.err
    answer = restore(call, tmp_path / "b.age", secret, tmp_path / "new")
    assert answer.status == 1
    assert "is not what was sealed" in answer.out
    assert contents(tmp_path / "new") == contents(lived)


def test_files_that_lie_elsewhere_are_named(
    lived: Path, secret: Path, tmp_path: Path, call: Call
) -> None:
    (tmp_path / "server.pass").write_text("phrase")
    (tmp_path / "server.pass").chmod(0o600)
    conf = lived / "conf/gateway.toml"
    conf.write_text(
        conf.read_text().replace(
            "[server]\n", f'[server]\npassphrase_file = "{tmp_path}/server.pass"\n'
        )
    )
    told = call(
        "backup", "--out", tmp_path / "b.age", "--passphrase-file", secret, "--dir", lived, "--json"
    )
    assert told.json["outside"] == [f"{tmp_path}/server.pass"]
    (tmp_path / "server.pass").unlink()
    answer = restore(call, tmp_path / "b.age", secret, tmp_path / "new")
    assert answer.status == EXITS[errors.SettingsInvalid].status
    assert "server.passphrase_file" in answer.err
    assert not (tmp_path / "new").exists()


def test_keys_behind_a_link_to_elsewhere_are_named(
    lived: Path, secret: Path, tmp_path: Path, call: Call
) -> None:
    (lived / "keys/seal/dev").rename(tmp_path / "elsewhere")
    (lived / "keys/seal/current").unlink()
    (lived / "keys/seal/current").symlink_to(tmp_path / "elsewhere")
    told = call(
        "backup", "--out", tmp_path / "b.age", "--passphrase-file", secret, "--dir", lived, "--json"
    )
    assert [Path(path).name for path in told.json["outside"]] == ["certificate.pem", "key.pem"]


def test_a_file_that_is_there_is_not_replaced(
    made: Path, lived: Path, secret: Path, call: Call
) -> None:
    before = made.read_bytes()
    answer = call("backup", "--out", made, "--passphrase-file", secret, "--dir", lived)
    assert answer.status == 1
    assert "exists already" in answer.err
    assert made.read_bytes() == before


def test_a_directory_or_verify_only_not_both_and_not_neither(
    made: Path, secret: Path, tmp_path: Path, call: Call
) -> None:
    assert call("restore", made, "--passphrase-file", secret).status == 1
    assert restore(call, made, secret, tmp_path / "new", "--verify-only").status == 1
    assert not (tmp_path / "new").exists()


def test_a_damaged_database_is_a_sentence_and_leaves_no_file(
    lived: Path, secret: Path, tmp_path: Path, call: Call
) -> None:
    database = lived / "data/gateway.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = bytearray(database.read_bytes())
    whole[8192 : len(whole)] = b"\x55" * (len(whole) - 8192)
    database.write_bytes(whole)
    answer = call(
        "backup", "--out", tmp_path / "b.age", "--passphrase-file", secret, "--dir", lived
    )
    assert answer.status == EXITS[errors.ServiceUnavailable].status
    assert "damaged" in answer.err
    assert not list(tmp_path.glob("*b.age*"))


def test_a_backup_that_is_older_than_the_noted_head_is_found(
    lived: Path, made: Path, secret: Path, tmp_path: Path, call: Call
) -> None:
    """Whoever exchanges the file for an older one gives an authority an older truth."""
    before = call("journal", "head", "--dir", lived).out.strip()
    with build(load_settings(lived)) as gateway:
        gateway.store.journal.record(an_exchange(gateway, "MZ26EX000001", "ok"))
        gateway.journal.seal.seal_up_to(gateway.clock())
    after = call("journal", "head", "--dir", lived).out.strip()
    assert after != before
    answer = restore(call, made, secret, tmp_path / "new", "--expected-head", before)
    assert answer.status == 0, answer.err
    answer = restore(call, made, secret, tmp_path / "old", "--expected-head", after)
    assert answer.status == 1
    assert "rolled back" in " ".join((answer.out + answer.err).split())
    answer = call(
        "restore", made, "--verify-only", "--passphrase-file", secret, "--expected-head", after
    )
    assert answer.status == 1
    assert "--verify-only reads the file alone" in answer.err
