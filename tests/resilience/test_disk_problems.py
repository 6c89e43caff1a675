"""Full disk, read-only folder, locked database: named in a word, and gone without a restart."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from gateway.bootstrap import make_backup, new_id, now
from gateway.cli.exits import EXITS
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain import errors
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.ports import Direction, Exchange
from gateway.settings import load_settings
from gateway.store import migrate, open_store, snapshot
from tests import postgres
from tests.backup.small_gateway import FAST, PASSPHRASE
from tests.databases import POSTGRESQL, SERVER, SQLITE, both_in_long_form, empty_database
from tests.forked.commands import GATEWAY, completed
from tests.postgres import free_port
from tests.resilience.confirming import POSITIONS, confirm, ready
from tests.resilience.nodes import plain_node
from tests.waiting import until

pytestmark = pytest.mark.slow

PERMITS = 20
UNAVAILABLE = EXITS[errors.ServiceUnavailable].status


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """A file system of its own. Skips the test where nobody may mount one, but never in CI."""
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no file system can be mounted: {done.stderr}")
        pytest.skip(f"no file system can be mounted: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def fill(disk: Path) -> Path:
    """A file that leaves no byte free."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return ballast


def gateway(*words: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return completed([*GATEWAY, *words], environment, 120)


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    """The file with the passphrase of backups."""
    file = tmp_path / "passphrase"
    file.write_bytes(PASSPHRASE)
    file.chmod(0o600)
    return file


def test_on_a_full_disk_callers_come_later_and_are_served_without_a_restart_when_there_is_room(
    tmp_path: Path, passphrase: Path
) -> None:
    operations = free_port()
    with (
        small_disk(tmp_path / "disk", "64m") as disk,
        plain_node(
            tmp_path,
            "MZ",
            f"sqlite:///{disk}/gateway.db",
            permits=PERMITS,
            operations=operations,
            positions=POSITIONS,
        ) as node,
    ):
        acknowledged = {confirm(node, 0).id}
        assert ready(operations)[0] == 200
        ballast = fill(disk)
        refused = None
        for place in range(1, PERMITS):  # the log of the database has some room of its own
            said = confirm(node, place)
            if said.id:
                acknowledged.add(said.id)
                continue
            refused = said
            break
        assert refused is not None, "the disk was never full"
        assert (refused.fault, refused.retry) == ("ServiceUnavailable", "later")
        for word in ("disk", "full", "sqlite", str(tmp_path)):
            assert word not in refused.body.lower()
        until(lambda: ready(operations)[0] == 503)
        assert ready(operations)[1]["journal"] == "full"
        backup = gateway(
            "backup",
            "--out",
            disk / "b.age",
            "--passphrase-file",
            passphrase,
            "--dir",
            node.directory,
            **node.environment,
        )
        assert backup.returncode == 1
        assert f"{disk / 'b.age'}: No space left on device." in backup.stderr.replace("\n", " ")
        assert sorted(path.name for path in disk.glob("*b.age*")) == []
        ballast.unlink()
        until(lambda: confirm(node, place).id)
        assert ready(operations) == (200, {"store": "ok", "journal": "ok", "serving": "ok"})
        acknowledged.add(confirm(node, place).id)
        assert node.server.process.poll() is None
        with snapshot(f"sqlite:///{disk}/gateway.db") as taken:
            (table,) = (table for table in taken.tables if table.name == "confirmation")
            assert acknowledged <= {row[0] for row in taken.rows(table)}


def test_on_a_full_disk_of_a_server_nothing_is_exchanged_unseen_until_there_is_room() -> None:
    if SERVER:
        pytest.skip("the disk of that server is not ours to fill")
    folder = Path(tempfile.mkdtemp(prefix="epix-disk-"))  # where the server, another user, may go
    folder.chmod(0o711)
    server = postgres.address()
    try:
        with (
            small_disk(folder / "disk", "4m") as disk,
            psycopg.connect(server, autocommit=True) as operator,
        ):
            shutil.chown(disk, "nobody")
            operator.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
            with empty_database(folder, POSTGRESQL) as url:
                small = (  # what stands last in it are options
                    f"{url}%20-cdefault_tablespace%3Dsmall"
                )
                migrate(small)
                store = open_store(small, now)
                kept = 0
                with pytest.raises(errors.ServiceUnavailable) as refused:
                    while kept < 10_000:
                        store.journal.record(an_exchange())
                        kept += 1
                assert refused.value.problem is errors.DatabaseProblem.FULL
                assert kept > 0
                subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
                store.journal.record(an_exchange())
                assert len(store.journal.latest(10_000)) == kept + 1
                store.close()
            operator.execute("DROP TABLESPACE small")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def an_exchange() -> Exchange:
    return Exchange(
        new_id(),
        Direction.IN,
        now(),
        now(),
        "GetNonFinalCitesCertificate",
        "za",
        "MZ",
        None,
        None,
        "ok",
        os.urandom(20_000),
        b"<answer/>",
    )


def test_a_restore_that_finds_no_room_leaves_nothing(tmp_path: Path, passphrase: Path) -> None:
    directory = tmp_path / "mz"
    make(directory, Plan(IsoCountryCode("MZ")), DevelopmentCa(), "")
    settings = load_settings(directory)
    migrate(settings.database.address)
    making = replace(make_backup(settings), encrypting=FAST)
    making.make(directory, tmp_path / "b.age", PASSPHRASE, lambda *_: None)
    with small_disk(tmp_path / "disk", "256k") as disk:
        done = gateway(
            "restore", tmp_path / "b.age", "--passphrase-file", passphrase, "--dir", disk / "new"
        )
        assert done.returncode == UNAVAILABLE, done.stderr
        assert "The disk of the database is full" in done.stderr
        assert list(disk.iterdir()) == []


def test_in_a_place_that_is_read_only_nothing_starts_and_it_says_why(
    tmp_path: Path, passphrase: Path
) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        make(disk / "mz", Plan(IsoCountryCode("MZ")), DevelopmentCa(), "")
        migrate(load_settings(disk / "mz").database.address)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        done = gateway("journal", "verify", "--dir", disk / "mz")
        assert (done.returncode, "Traceback" in done.stderr) == (UNAVAILABLE, False)
        served = gateway("serve", "--dir", disk / "mz")
        assert served.returncode in (1, UNAVAILABLE)
        assert "Read-only file system" in served.stderr or "can only be read" in served.stderr
        assert "Traceback" not in served.stderr
        backup = gateway(
            "backup", "--out", disk / "b.age", "--passphrase-file", passphrase, "--dir", disk / "mz"
        )
        assert backup.returncode in (1, UNAVAILABLE)
        assert "Traceback" not in backup.stderr


@pytest.mark.long_haul  # the short form fills a disk
@pytest.mark.parametrize("kind", both_in_long_form(SQLITE))
def test_while_another_holds_the_database_callers_come_later_and_then_are_served(
    tmp_path: Path, kind: str
) -> None:
    operations = free_port()
    with (
        empty_database(tmp_path, kind) as database,
        plain_node(
            tmp_path, "MZ", database, permits=2, operations=operations, positions=POSITIONS
        ) as node,
    ):
        assert confirm(node, 0).id
        with held(database, kind), ThreadPoolExecutor(1) as operator:
            began = time.monotonic()
            health = operator.submit(ready, operations)
            said = confirm(node, 1)
            assert (said.fault, said.retry) == ("ServiceUnavailable", "later")
            assert time.monotonic() - began < 10
            status, parts = health.result()
            assert status == 503
            assert parts["journal"] == "locked"
        until(lambda: confirm(node, 1).id)
        assert ready(operations)[0] == 200


@contextmanager
def held(database: str, kind: str) -> Iterator[None]:
    """Another process that writes, and does not come to an end."""
    if kind == SQLITE:
        other = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    with psycopg.connect(database) as other:
        other.execute("LOCK TABLE compatibility, exchange, permit IN EXCLUSIVE MODE")
        yield
        other.rollback()
