"""Is a record on the disk before its exchange is answered, and is nobody kept waiting for that disk?"""

import os
import sqlite3
from pathlib import Path

import pytest
from store_acts import an_exchange, clock

from gateway.domain.errors import ServiceUnavailable
from gateway.store import open_store


def test_the_log_is_synced_before_a_record_counts_as_kept_and_while_others_may_write(file: Path, monkeypatch) -> None:
    sync, synced = os.fdatasync, []

    def watched(descriptor: int) -> None:
        sync(descriptor)
        with sqlite3.connect(file, timeout=0, isolation_level=None) as other:
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
