"""Upgrade of a database of release 0f7a894 to this version, and back: docs/upgrade.md."""

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Call

pytestmark = pytest.mark.slow

RELEASE = Path(__file__).parents[1] / "documents/releases/0f7a894"
HEAD = "62517ff1975f6d3e9cd89c921dda22eb618dd622905168523937d831b1af4ebc"
"""Newest head of the journal, as that release printed it."""
NUMBERS = ["MZ26EX000001", "MZ26EX000002"]
KEPT = ("exchange", "journal_leaf", "journal_head", "permit", "document", "content", "ledger_line")
"""Tables of that release whose rows an upgrade must not touch."""


@pytest.fixture
def former(directory: Path) -> Path:
    """A working directory of today with the database, and the retired seal, of that release."""
    packed = (RELEASE / "gateway.sqlite.gz").read_bytes()
    (directory / "data/gateway.sqlite").write_bytes(gzip.decompress(packed))
    retired = directory / "keys/retired/seal-2026-11-29"
    retired.mkdir(parents=True)
    shutil.copy(RELEASE / "seal.pem", retired / "certificate.pem")
    return directory


def rows(directory: Path, table: str) -> list[dict[str, object]]:
    with closing(sqlite3.connect(directory / "data/gateway.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid")]


def values(directory: Path, columns: dict[str, list[str]]) -> dict[str, object]:
    return {
        table: [[row[name] for name in names] for row in rows(directory, table)]
        for table, names in columns.items()
    }


def test_a_database_of_the_release_before_goes_forth_and_back(former: Path, call: Call) -> None:
    columns = {table: list(rows(former, table)[0]) for table in KEPT}
    before = values(former, columns)
    refused = call("permits", "list", "--dir", former)
    assert refused.status == 50
    assert "has to be migrated first" in refused.err

    assert call("migrate", "--dir", former).status == 0
    assert values(former, columns) == before, "an upgrade adds, and rewrites nothing"
    verified = call("journal", "verify", "--dir", former)
    assert verified.status == 0, verified.out + verified.err
    assert HEAD in verified.out
    listed = call("permits", "list", "--dir", former, "--json").json
    assert [each["number"] for each in listed] == NUMBERS

    back = call("migrate", "--back-to", "0011", "--dir", former)
    assert back.status == 0, back.err
    assert rows(former, "alembic_version") == [{"version_num": "0011"}]
    assert values(former, columns) == before

    assert call("migrate", "--dir", former).status == 0
    again = call("journal", "verify", "--dir", former)
    assert (again.status, HEAD in again.out) == (0, True)


def test_a_sealed_journal_that_was_altered_before_the_upgrade_is_found_after_it(
    former: Path, call: Call
) -> None:
    with closing(sqlite3.connect(former / "data/gateway.sqlite")) as connection, connection:
        triggers = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'exchange'"
        ).fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE exchange SET outcome = 'ok'")
    assert call("migrate", "--dir", former).status == 0
    assert call("journal", "verify", "--dir", former).status == 1


def test_a_revision_that_there_is_not_is_refused(former: Path, call: Call) -> None:
    answer = call("migrate", "--back-to", "9999", "--dir", former)
    assert answer.status == 28
    assert "must be one that this version knows" in answer.err
