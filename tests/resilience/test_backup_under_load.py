"""Backups of a gateway that confirms without pause: each holds every confirmation whole, or not at all."""

import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from gateway.settings import load_settings
from gateway.store import snapshot
from tests.databases import BOTH, empty_database
from tests.resilience.confirming import LINES, POSITIONS, confirm
from tests.resilience.nodes import plain_node

PERMITS, SENDERS, BACKUPS = 200, 3, 2
PASSPHRASE = "a long sentence that nobody guesses"


def gateway(*words: str | Path, **environment: str) -> str:
    command = [sys.executable, "-m", "gateway", *map(str, words), "--passphrase-file", "-"]
    done = subprocess.run(
        command, input=f"{PASSPHRASE}\n", capture_output=True, text=True, timeout=120,
        env={**os.environ, **environment}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.mark.parametrize("kind", BOTH)
def test_each_backup_under_load_is_of_one_moment(tmp_path: Path, kind: str) -> None:
    acknowledged: list[str] = []
    places, over = iter(range(PERMITS)), threading.Event()
    lock = threading.Lock()

    def send() -> None:
        while not over.is_set():
            with lock:
                place = next(places, None)
            if place is None:
                return
            said = confirm(node, place)
            assert said.id, said.body
            acknowledged.append(said.id)

    with (
        empty_database(tmp_path, kind) as database,
        plain_node(tmp_path, "MZ", database, permits=PERMITS, positions=POSITIONS) as node,
    ):
        senders = [threading.Thread(target=send) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        before: list[set[str]] = []
        for turn in range(BACKUPS):
            before.append(set(acknowledged))
            gateway("backup", "--out", tmp_path / f"{turn}.age", "--dir", node.directory, **node.environment)
        under_load = len(acknowledged)
        over.set()
        for sender in senders:
            sender.join()
    (tmp_path / "sqlite.url").write_text("sqlite:///data/gateway.sqlite")
    sizes = []
    for turn in range(BACKUPS):
        there = tmp_path / f"restored-{turn}"
        said = gateway(
            "restore", tmp_path / f"{turn}.age", "--dir", there, "--database-url-file", tmp_path / "sqlite.url"
        )
        assert "Nothing has been sealed yet" in said or "as it was sealed" in said
        booked = confirmations(there)
        assert before[turn] <= booked, "a confirmation that was acknowledged before the backup is not in it"
        sizes.append(len(booked))
    print(f"\n{kind}: {sizes} confirmations in {BACKUPS} backups, {under_load} acknowledged meanwhile")
    assert sizes == sorted(sizes)
    assert sizes[-1] > 0


def confirmations(directory: Path) -> set[str]:
    """Those in a database, each of which is whole and counted in the ledger."""
    with snapshot(load_settings(directory).database.address) as taken:
        rows = {table.name: [dict(zip(table.columns, row, strict=True)) for row in taken.rows(table)] for table in
                taken.tables}  # fmt: skip
    lines = Counter(row["confirmation_id"] for row in rows["confirmed_quantity"])
    booked = {row["id"] for row in rows["confirmation"]}
    assert lines == {identity: len(LINES) for identity in booked}
    counted = {row["permit_id"] for row in rows["ledger_line"] if row["confirmed_at_import"]}
    assert counted == {row["permit_id"] for row in rows["confirmation"]}
    assert sum(1 for row in rows["permit"] if row["status"] == "final") == len(booked)
    return booked
