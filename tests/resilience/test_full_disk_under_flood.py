"""Full disk under a flood: many threads write, the disk is full, and nothing is lost or damaged.

Acknowledged records, confirmations and digests are there; the rest gets ServiceUnavailable;
afterwards sealing goes on, and the journal verifies.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from gateway.bootstrap import now
from gateway.domain.errors import (
    AlreadyConfirmed,
    DatabaseProblem,
    QuantityExceeded,
    ServiceUnavailable,
)
from gateway.domain.identifiers import CertificateNumber
from gateway.store import Store, migrate, open_store
from tests import postgres
from tests.databases import POSTGRESQL, SERVER, SQLITE, both_in_long_form, empty_database
from tests.pki import Authority
from tests.resilience.test_disk_problems import an_exchange, fill, small_disk
from tests.store.journal.sealing_acts import Sealed
from tests.store.store_acts import ANAC, a_published, confirm, publish
from tests.waiting import until

pytestmark = pytest.mark.slow

WRITERS = 6
PERMITS = 40


@dataclass
class Disk:
    """A database on a disk of its own. make_room: as an operator does."""

    url: str
    make_room: Callable[[], None]
    is_whole: Callable[[], bool]


@contextmanager
def sqlite_disk(folder: Path) -> Iterator[Disk]:
    with small_disk(folder / "disk", "64m") as place:
        file = place / "gateway.db"
        ballast = place / "ballast"

        def is_whole() -> bool:
            with closing(sqlite3.connect(file)) as connection:
                return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)

        migrate(f"sqlite:///{file}")
        fill(place)
        with ballast.open("r+b") as filled:  # room for the first part of the flood
            filled.truncate(ballast.stat().st_size - 6_000_000)
        yield Disk(f"sqlite:///{file}", ballast.unlink, is_whole)


@contextmanager
def server_disk() -> Iterator[Disk]:
    if SERVER:
        pytest.skip("the disk of that server is not ours to fill")
    folder = Path(tempfile.mkdtemp(prefix="epix-disk-"))  # where the server, another user, may go
    folder.chmod(0o711)
    server = postgres.address()
    try:
        with (
            small_disk(folder / "disk", "8m") as place,
            psycopg.connect(server, autocommit=True) as operator,
        ):
            shutil.chown(place, "nobody")
            operator.execute(f"CREATE TABLESPACE flooded LOCATION '{place}'")
            with empty_database(folder, POSTGRESQL) as url:
                small = f"{url}%20-cdefault_tablespace%3Dflooded"
                migrate(small)
                resize = ["mount", "-o", "remount,size=128m", str(place)]
                yield Disk(small, lambda: subprocess.run(resize, check=True) and None, lambda: True)
            operator.execute("DROP TABLESPACE flooded")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Flood:
    """Threads that record, confirm and register for as long as the block lasts."""

    store: Store
    permits: int
    over: threading.Event = field(default_factory=threading.Event)
    recorded: list[str] = field(default_factory=list)
    confirmed: list[CertificateNumber] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    refused: list[ServiceUnavailable] = field(default_factory=list)

    def run(self, writer: int) -> None:
        step = 0
        while not self.over.is_set():
            step += 1
            try:
                self.act(writer, step)
            except ServiceUnavailable as error:
                self.refused.append(error)

    def act(self, writer: int, step: int) -> None:
        kind = (writer + step) % 3
        if kind == 0:
            exchange = replace(an_exchange(), request=os.urandom(100_000))
            self.store.journal.record(exchange)
            self.recorded.append(exchange.id)
        elif kind == 1:
            number = CertificateNumber(f"MZ26EX{(writer + WRITERS * step) % self.permits:06d}")
            try:
                confirm(self.store, f"za{writer}-{step}", "1", number=number)
            except (QuantityExceeded, AlreadyConfirmed):
                return
            self.confirmed.append(number)
        else:
            digest = sha256(f"{writer} {step}".encode()).hexdigest()
            kept_until = now() + timedelta(minutes=7)
            if self.store.replay_cache.register("za", digest, kept_until, now()):
                self.registered.append(digest)


def booked(store: Store, permits: int) -> Counter[CertificateNumber]:
    """Confirmations of each permit."""
    counted: Counter[CertificateNumber] = Counter()
    with store.begin_work() as work:
        for place in range(permits):
            number = CertificateNumber(f"MZ26EX{place:06d}")
            stored = work.permits.get(ANAC, number)
            assert stored
            counted[number] = len(stored.published.confirmations)
    return counted


@pytest.mark.xdist_group("resilience")
@pytest.mark.parametrize("kind", both_in_long_form(SQLITE))
def test_a_flood_on_a_full_disk_loses_nothing_and_ends_with_the_trouble(
    tmp_path: Path, kind: str
) -> None:
    seal = Authority(tmp_path, "ca").issue("seal", country="MZ", since=now() - timedelta(days=9))
    with (
        sqlite_disk(tmp_path) if kind == SQLITE else server_disk() as disk,
        closing(open_store(disk.url, now)) as store,
    ):
        for place in range(PERMITS):
            publish(store, a_published(f"MZ26EX{place:06d}"))
        flood, journal = Flood(store, PERMITS), Sealed(store, seal)
        with ThreadPoolExecutor(WRITERS) as threads:
            try:
                running = [threads.submit(flood.run, writer) for writer in range(WRITERS)]
                until(lambda: len(flood.refused) > 30, "the disk is full")
                before = len(flood.recorded)
                disk.make_room()
                until(lambda: len(flood.recorded) > before + 30, "the service has come back")
            finally:
                flood.over.set()
            for each in running:
                each.result(60)  # nothing but ServiceUnavailable was ever raised
        assert {error.problem for error in flood.refused} <= {
            DatabaseProblem.FULL,
            DatabaseProblem.LOCKED,
        }
        assert disk.is_whole()
        kept = {record.id for record in store.journal.latest(100_000)}
        assert set(flood.recorded) <= kept
        for digest in flood.registered:
            assert not store.replay_cache.register(
                "za", digest, now() + timedelta(minutes=9), now()
            )
        journal.now = now() + timedelta(seconds=5)
        while journal.seal():
            journal.now += timedelta(seconds=1)
        assert journal.flaws == []
