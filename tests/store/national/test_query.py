"""Rows of a query: a national database on a server is read, never written; its URL is not shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gateway.domain.errors import RecordInvalid
from gateway.store.national.query import QueryRows
from tests.databases import POSTGRESQL, empty_database

pytestmark = pytest.mark.slow
COLUMNS = ("number", "day", "amount", "live")


@pytest.fixture
def url_file(tmp_path: Path) -> Iterator[Path]:
    """A file with the URL of a PostgreSQL that holds 1,200 permits."""
    with empty_database(tmp_path, POSTGRESQL) as url:
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            connection.execute(text("CREATE SEQUENCE counter"))
            connection.execute(
                text("CREATE TABLE permits (number text, day date, amount numeric, live boolean)")
            )
            connection.execute(
                text(
                    "INSERT INTO permits SELECT 'MZ/' || n, DATE '2026-11-02', n + 0.50, n = 1"
                    " FROM generate_series(1, 1200) AS n"
                )
            )
        engine.dispose()
        file = tmp_path / "url"
        file.write_text(url.replace("+psycopg", "") + "\n", encoding="utf-8")
        yield file


def rows(url_file: Path, query: str) -> QueryRows:
    return QueryRows(None, url_file, query, COLUMNS, 30)


def test_every_row_is_read_in_portions(url_file: Path) -> None:
    found = list(rows(url_file, "SELECT * FROM permits ORDER BY amount").rows())
    assert [row.row for row in found] == list(range(1, 1201))
    first = found[0].cells
    assert (first["number"], str(first["day"]), first["live"]) == ("MZ/1", "2026-11-02", True)
    assert str(first["amount"]) == "1.50"


@pytest.mark.parametrize(
    "query",
    [
        "WITH gone AS (DELETE FROM permits RETURNING *) SELECT * FROM gone",
        "SELECT permits.* FROM permits, nextval('counter')",
        "SELECT * FROM nothing",
        "SELECT number FROM permits",
    ],
)
def test_a_query_that_writes_or_cannot_be_answered_is_refused(url_file: Path, query: str) -> None:
    with pytest.raises(RecordInvalid) as caught:
        list(rows(url_file, query).rows())
    assert url_file.read_text().strip() not in caught.value.text
    found = list(rows(url_file, "SELECT * FROM permits ORDER BY amount").rows())
    assert len(found) == 1200


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///other.sqlite",
        "no url",
        "postgresql://reader:secret-word@127.0.0.1:1/permits",
        "unknown+driver://reader:secret-word@127.0.0.1/permits",
    ],
)
def test_databases_that_do_not_answer_are_refused_without_their_url(
    tmp_path: Path, url: str
) -> None:
    file = tmp_path / "url"
    file.write_text(url, encoding="utf-8")
    with pytest.raises(RecordInvalid) as caught:
        list(rows(file, "SELECT 1").rows())
    assert "secret-word" not in f"{caught.value.text} {caught.value.expected} {caught.value.file}"
