"""Group commit: a record is synced before its exchange is answered, outside of the writer lock."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.partner import OperationName
from gateway.exchange.ports import Direction
from gateway.store import open_store
from tests.databases import POSTGRESQL, migrated_database
from tests.store.store_acts import an_exchange, clock


def test_the_log_is_synced_before_a_record_settles_and_outside_of_the_writer_lock(
    file: Path, monkeypatch
) -> None:
    sync, synced = os.fdatasync, []

    def watched(descriptor: int) -> None:
        sync(descriptor)
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # raises where the lock is still held
            (count,) = other.execute("SELECT count(*) FROM exchange").fetchone()
            other.execute("ROLLBACK")
        other.close()
        synced.append((str(Path(f"/proc/self/fd/{descriptor}").readlink()), count))

    monkeypatch.setattr(os, "fdatasync", watched)
    store = open_store(f"sqlite:///{file}", clock)
    receipts = [store.journal.enqueue(an_exchange()) for _ in range(3)]
    assert synced == []
    receipts[0].settle()
    assert synced == [(f"{file}-wal", 3)]
    for receipt in receipts[1:]:
        receipt.settle()
    assert len(synced) == 1
    store.close()


def test_a_disk_that_does_not_sync_refuses_the_exchange(file: Path, monkeypatch) -> None:
    store = open_store(f"sqlite:///{file}", clock)
    store.journal.record(an_exchange())

    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", broken)
        with pytest.raises(ServiceUnavailable):
            store.journal.record(an_exchange())
    store.journal.record(an_exchange())
    store.close()


WAITING = {
    "a confirmation": {"operation": OperationName.CONFIRM_QUANTITIES},
    "a confirmation that is refused": {
        "operation": OperationName.CONFIRM_QUANTITIES,
        "outcome": "QuantityExceeded",
    },
    "nobody knows what": {"operation": None, "outcome": "InvalidRequest"},
    "a question of ours": {"direction": Direction.OUT},
    "what our people did": {"direction": Direction.OWN, "operation": "ledger close"},
}
QUESTIONS = [name for name in OperationName if name is not OperationName.CONFIRM_QUANTITIES]


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    sync, synced = os.fdatasync, []

    def watched(descriptor: int) -> None:
        sync(descriptor)
        synced.append(descriptor)

    monkeypatch.setattr(os, "fdatasync", watched)
    return synced


def test_questions_wait_for_the_disk_unless_configured_otherwise(
    file: Path, syncs: list[int]
) -> None:
    for waiting in (True, False):
        store = open_store(f"sqlite:///{file}", clock, sync_reads=waiting)
        for operation in QUESTIONS:
            store.journal.record(an_exchange(operation=operation))
        assert len(syncs) == len(QUESTIONS)
        store.close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM exchange").fetchone() == (
            2 * len(QUESTIONS),
        )


@pytest.mark.parametrize("what", WAITING.values(), ids=WAITING.keys())
def test_everything_else_waits_for_the_disk_and_takes_the_questions_along(
    file: Path, syncs: list[int], what
) -> None:
    store = open_store(f"sqlite:///{file}", clock, sync_reads=False)
    question = store.journal.enqueue(an_exchange())
    other = store.journal.enqueue(an_exchange(**what))
    question.settle()
    other.settle()
    assert len(syncs) == 1
    store.journal.record(an_exchange())
    assert len(syncs) == 1
    store.journal.record(an_exchange(**what))
    assert len(syncs) == 2
    store.close()


ASKED_AND_KILLED = """
import os, signal, sys
from tests.store.store_acts import an_exchange, clock
from gateway.store import open_store
open_store(sys.argv[1], clock, sync_reads=False).journal.record(an_exchange())
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.both_databases
@pytest.mark.slow
def test_a_question_that_did_not_wait_outlives_a_gateway_that_is_killed(url: str) -> None:
    here = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    killed = subprocess.run(
        [sys.executable, "-c", ASKED_AND_KILLED, url], env=here, timeout=60, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    store = open_store(url, clock)
    assert len(store.journal.latest(9)) == 1
    store.close()


AT_COMMIT = """
CREATE TABLE seen (setting text);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER see AFTER INSERT ON exchange DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION see()
"""


@pytest.mark.slow
def test_on_a_server_too_only_questions_need_not_wait(tmp_path: Path) -> None:
    with migrated_database(tmp_path, POSTGRESQL) as url:
        store = open_store(url, clock, sync_reads=False)
        with store._engines.writing.begin() as connection:
            connection.execute(text(AT_COMMIT))
        for what in ({}, {"operation": OperationName.CONFIRM_QUANTITIES}, {}):
            store.journal.record(an_exchange(**what))
        with store._engines.writing.connect() as connection:
            assert connection.execute(text("SELECT setting FROM seen")).scalars().all() == [
                "off",
                "on",
                "off",
            ]
        store.close()
