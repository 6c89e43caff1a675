"""Backups of a gateway under load: each holds a confirmation whole, or not at all."""

import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import pytest

from gateway.bootstrap import make_backup, restore_backup
from gateway.store import snapshot
from tests.backup.small_gateway import FAST, PASSPHRASE
from tests.databases import SQLITE, both_in_long_form, empty_database
from tests.long_haul import repetitions
from tests.resilience.confirming import LINES, POSITIONS, confirm
from tests.resilience.nodes import Node, plain_node
from tests.waiting import until

pytestmark = pytest.mark.slow

SENDERS, BACKUPS = 2, repetitions(short=2, long=3, endurance=6)
READ_APART = {"permit", "ledger_line", "confirmation", "confirmed_quantity"}
"""Tables with parts of a confirmation. While each is read, other confirmations are booked."""

PERMITS = BACKUPS * (1 + len(READ_APART)) * SENDERS


class Senders:
    """Threads that confirm permit after permit, as many as are released, until the block ends.

    acknowledged: the ids.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._released: SimpleQueue[int | None] = SimpleQueue()
        self._places = iter(range(PERMITS))
        self._threads = [threading.Thread(target=self._send) for _ in range(SENDERS)]
        self.acknowledged: list[str] = []

    def __enter__(self) -> "Senders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in self._threads:
            self._released.put(None)
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        while (place := self._released.get()) is not None:
            said = confirm(self._node, place)
            assert said.id, said.body
            self.acknowledged.append(said.id)

    def book_meanwhile(self) -> None:
        """Release a permit for each sender. One is confirmed when this returns."""
        before = len(self.acknowledged)
        for _ in range(SENDERS):
            self._released.put(next(self._places))
        until(lambda: len(self.acknowledged) > before)


@pytest.mark.long_haul  # tests/store/backup writes beside a snapshot
@pytest.mark.parametrize("kind", both_in_long_form(SQLITE))
def test_each_backup_under_load_is_of_one_moment(tmp_path: Path, kind: str) -> None:
    before: list[set[str]] = []
    with (
        empty_database(tmp_path, kind) as database,
        plain_node(tmp_path, "MZ", database, permits=PERMITS, positions=POSITIONS) as node,
        Senders(node) as senders,
    ):
        making = replace(make_backup(node.settings), encrypting=FAST)

        def between_tables(table: str, done: int, rows: int) -> None:
            if table in READ_APART and done == rows:
                senders.book_meanwhile()

        for number in range(BACKUPS):
            senders.book_meanwhile()
            before.append(set(senders.acknowledged))
            out = tmp_path / f"{number}.age"
            making.make(node.directory, out, PASSPHRASE, between_tables)
        under_load = len(senders.acknowledged)
    sizes = []
    for number in range(BACKUPS):
        restored = f"sqlite:///{tmp_path}/restored-{number}.db"
        restore_backup().restore(
            tmp_path / f"{number}.age",
            PASSPHRASE,
            tmp_path / f"restored-{number}",
            lambda _, restored=restored: restored,
            lambda *_: None,
            database_anywhere=True,
        )
        booked = confirmations(restored)
        assert before[number] <= booked, (
            "a confirmation that was acknowledged before the backup is not in it"
        )
        sizes.append(len(booked))
    print(
        f"\n{kind}: {sizes} confirmations in {BACKUPS} backups, {under_load} acknowledged meanwhile"
    )
    assert sizes == sorted(sizes)
    assert sizes[-1] < under_load
    assert sizes[-1] > 0


def confirmations(database: str) -> set[str]:
    """Ids of the confirmations in a database. Each is checked to be whole and in the ledger."""
    with snapshot(database) as taken:
        rows = {
            table.name: [dict(zip(table.columns, row, strict=True)) for row in taken.rows(table)]
            for table in taken.tables
        }
    lines = Counter(row["confirmation_id"] for row in rows["confirmed_quantity"])
    booked = {row["id"] for row in rows["confirmation"]}
    assert lines == {identity: len(LINES) for identity in booked}
    counted = {row["permit_id"] for row in rows["ledger_line"] if row["confirmed_at_import"]}
    assert counted == {row["permit_id"] for row in rows["confirmation"]}
    assert sum(1 for row in rows["permit"] if row["status"] == "final") == len(booked)
    return booked
