"""Roll-back of the journal: an older copy of the database in place, or an emptied one.

What is left is whole and signed. Only a head that was noted elsewhere shows what is missing.
"""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.bootstrap import build, new_id
from gateway.exchange.journal.noted_head import NotedHead
from gateway.exchange.ports import Direction, Exchange
from gateway.settings import load_settings
from tests.cli.conftest import Call

_TABLES = ("journal_leaf", "journal_head", "exchange")


def exchanged(directory: Path, count: int) -> None:
    """Record exchanges and seal them as one batch."""
    with build(load_settings(directory)) as gateway:
        at = gateway.clock() - timedelta(hours=1)
        for _ in range(count):
            gateway.store.journal.record(
                Exchange(
                    new_id(),
                    Direction.IN,
                    at,
                    at,
                    "GetFinalCertificate",
                    "za",
                    "MZ",
                    None,
                    "MZ26EX000101",
                    "ok",
                    b"<question/>",
                    b"<answer/>",
                )
            )
        assert gateway.journal.seal.seal() == count


@pytest.fixture
def rolled_back(directory: Path, tmp_path: Path, call: Call) -> tuple[Path, str]:
    """A directory whose database lost three batches to an older copy, and the noted head."""
    exchanged(directory, 2)
    shutil.copytree(directory / "data", tmp_path / "copy")
    for count in (3, 1, 4):
        exchanged(directory, count)
    noted = call("journal", "head", "--dir", directory).out.strip()
    shutil.rmtree(directory / "data")
    shutil.copytree(tmp_path / "copy", directory / "data")
    return directory, noted


def empty(directory: Path) -> None:
    """Remove all records, leaves and heads, triggers or not."""
    with closing(sqlite3.connect(directory / "data/gateway.sqlite")) as connection, connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for table in _TABLES:
            connection.execute(f"DELETE FROM {table}")  # names of the table above


@pytest.mark.slow
def test_a_head_is_printed_as_verify_takes_it(directory: Path, call: Call) -> None:
    exchanged(directory, 2)
    noted = call("journal", "head", "--dir", directory)
    batch, digest, records = noted.out.split()
    assert (noted.status, batch, len(digest), records) == (0, "1", 64, "2")
    assert call("journal", "head", "--dir", directory, "--json").json == {
        "batch": 1,
        "sha256": digest,
        "records": 2,
    }
    exchanged(directory, 1)
    for note in (noted.out.strip(), f"1 {digest}", f" 1  {digest.upper()} "):
        answer = call("journal", "verify", "--expected-head", note, "--dir", directory)
        assert answer.status == 0, answer.out
        assert "head 1 is the one that was noted" in answer.out
        assert "NOT CHECKED" not in answer.out


@pytest.mark.slow
def test_a_roll_back_is_named_with_what_it_removed(
    rolled_back: tuple[Path, str], call: Call
) -> None:
    directory, noted = rolled_back
    words = ("journal", "verify", "--expected-head", noted, "--dir", directory)
    answer = call(*words)
    assert answer.status == 1
    assert "head 4 was noted: 3 batches are missing, 8 records in them" in answer.out
    assert "rolled back or emptied" in answer.out
    told = call(*words, "--json")
    assert (told.status, told.json["holds"], told.json["roll_back_checked"]) == (1, False, True)


@pytest.mark.slow
def test_a_journal_written_anew_after_a_roll_back_is_named(
    rolled_back: tuple[Path, str], call: Call
) -> None:
    directory, noted = rolled_back
    for _ in range(4):
        exchanged(directory, 1)
    answer = call("journal", "verify", "--expected-head", noted, "--dir", directory)
    assert answer.status == 1
    assert "Head 4 is not the one that was noted" in answer.out


@pytest.mark.slow
def test_an_emptied_journal_is_named(directory: Path, call: Call) -> None:
    exchanged(directory, 2)
    noted = call("journal", "head", "--dir", directory).out.strip()
    empty(directory)
    answer = call("journal", "verify", "--expected-head", noted, "--dir", directory)
    assert answer.status == 1
    assert "ends at head 0; head 1 was noted: 1 batches are missing, 2 records" in answer.out
    assert "everything that was ever sealed is gone" in answer.out


@pytest.mark.slow
def test_without_a_noted_head_it_says_loudly_what_it_cannot_see(
    rolled_back: tuple[Path, str], call: Call
) -> None:
    directory, _ = rolled_back
    answer = call("journal", "verify", "--dir", directory)
    assert answer.status == 0
    assert "NOT CHECKED: whether the journal was rolled back or emptied" in answer.out
    assert (
        call("journal", "verify", "--dir", directory, "--json").json["roll_back_checked"] is False
    )
    empty(directory)
    assert "NOT CHECKED" in call("journal", "verify", "--dir", directory).out


def test_nothing_sealed_yet_has_no_head(directory: Path, call: Call) -> None:
    answer = call("journal", "head", "--dir", directory)
    assert (answer.status, "Nothing has been sealed yet" in answer.err) == (1, True)


@pytest.mark.parametrize(
    "note", ["", "1", "3fa9", "1 3fa9", f"0 {'a' * 64}", f"1 {'g' * 64}", f"1 {'a' * 64} 2 3"]
)
def test_half_a_note_is_refused(note: str, directory: Path, call: Call) -> None:
    with pytest.raises(ValueError, match="not a head"):
        NotedHead.parsed(note)
    answer = call("journal", "verify", "--expected-head", note, "--dir", directory)
    assert answer.status == 2
