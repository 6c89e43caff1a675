"""Changes of a national database: pages by mark and number, whole permits, nothing left out."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gateway.domain.errors import RecordInvalid
from gateway.exchange.ports.national.sync import Mark, SourcePosition
from gateway.store.national.changes import QueryChanges
from gateway.store.national.query import QueryRows
from tests.databases import BOTH, POSTGRESQL, SQLITE, empty_database

pytestmark = pytest.mark.both_databases

Open = Callable[..., QueryChanges]
LINES = [
    ("P1", 2, "10:00:00", "second"),
    ("P1", 1, "09:00:00", "first"),
    ("P2", 1, "09:00:00", "of: 100% %s ::text"),
    ("P3", 1, "09:00:00", "third"),
]
"""Number, line, time of the change, content."""


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opened(tmp_path: Path, kind: str) -> Iterator[Open]:
    with empty_database(tmp_path, kind) as url:
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        moment = "timestamptz" if kind == POSTGRESQL else "text"
        rows = [
            {"no": no, "line": line, "at": f"2026-03-05 {at}", "what": what}
            for no, line, at, what in LINES
        ]
        with engine.begin() as connection:
            connection.execute(
                text(f"CREATE TABLE permit (no text, line int, at {moment}, seq int, what text)")
            )
            connection.execute(
                text("INSERT INTO permit VALUES (:no, :line, :at, :line * 10, :what)"), rows
            )
        url_file = tmp_path / "url"
        url_file.write_text(url.replace("+psycopg", ""), encoding="utf-8")

        def changes(mark: str = "at", query: str = "SELECT * FROM permit") -> QueryChanges:
            file = tmp_path / "gateway.db" if kind == SQLITE else None
            rows = QueryRows(file, None if file else url_file, query, ("no", "line", "what"), 30)
            return QueryChanges(rows, "no", mark, ("line",))

        changes.run = lambda sql: _run(engine, sql)  # type: ignore[attr-defined]
        yield changes
        engine.dispose()


def _run(engine: object, sql: str) -> None:
    with engine.begin() as connection:  # type: ignore[attr-defined]
        connection.execute(text(sql))


def walked(changes: QueryChanges, since: Mark | None, most: int) -> list[list[str]]:
    """Content of the rows, page by page."""
    after: SourcePosition | None = None
    pages = []
    while (page := changes.page(since, after, most)).last is not None:
        pages.append([str(row.cells["what"]) for row in page.rows])
        after = page.last
    return pages


def test_each_permit_is_whole_in_each_page_though_its_lines_have_marks_of_their_own(
    opened: Open,
) -> None:
    assert walked(opened(), None, 1) == [
        ["first", "second"],
        ["of: 100% %s ::text"],
        ["third"],
        ["first", "second"],
    ]
    assert opened().count(None) == 3


def test_a_run_begins_at_a_mark(opened: Open, kind: str) -> None:
    last = opened().page(None, None, 100).last
    assert last is not None
    mark = last.mark
    if kind == POSTGRESQL:
        assert isinstance(mark, datetime)
        assert mark.tzinfo is not None
    else:
        assert mark == "2026-03-05 10:00:00"
    assert walked(opened(), mark, 100) == [["first", "second"]]
    assert opened().count(mark) == 1
    later = datetime(2026, 3, 6, tzinfo=UTC) if kind == POSTGRESQL else "2026-03-06"
    assert walked(opened(), later, 100) == []


def test_numbers_and_queries_with_every_sign_are_taken(opened: Open) -> None:
    query = "SELECT no, line, what, seq AS mark FROM permit WHERE what <> ':a' AND no LIKE 'P%'; "
    assert len(walked(opened("mark", query), 11, 1)) == 1
    assert opened("mark", query).page(None, None, 100).last == SourcePosition(20, "P1")


def test_a_row_without_mark_or_number_refuses_the_run(opened: Open) -> None:
    opened().require_marks()
    for column in ("at", "no"):
        opened.run(  # type: ignore[attr-defined]
            "INSERT INTO permit (no, line, at, what) VALUES"
            f" ({'NULL' if column == 'no' else repr('P9')}, 1,"
            f" {'NULL' if column == 'at' else repr('2026-03-05 09:00:00')}, 'lost')"
        )
        with pytest.raises(RecordInvalid) as refused:
            opened().require_marks()
        assert refused.value.field == column
        assert "P9" not in refused.value.text
        opened.run("DELETE FROM permit WHERE what = 'lost'")  # type: ignore[attr-defined]


@pytest.mark.parametrize("mark", ["nothing", "what"])
def test_a_mark_that_is_none_is_refused(opened: Open, mark: str) -> None:
    with pytest.raises(RecordInvalid) as refused:
        opened(mark).page(None, None, 100)
    assert refused.value.field == mark
    assert "third" not in refused.value.text


def test_what_writes_is_no_query(opened: Open, kind: str) -> None:
    if kind == POSTGRESQL:
        gone = "WITH gone AS (DELETE FROM permit RETURNING *) SELECT * FROM gone"
        with pytest.raises(RecordInvalid):
            opened(query=gone).page(None, None, 100)
    with pytest.raises(RecordInvalid):
        opened(query="SELECT * FROM permit) AS s; DELETE FROM permit; --").page(None, None, 100)
    assert opened().count(None) == 3


def test_a_comment_at_the_end_of_the_query_ends_there(opened: Open) -> None:
    assert opened(query="SELECT * FROM permit -- all of them").count(None) == 3


def test_numbers_of_a_page_are_cells_of_any_type(opened: Open, kind: str) -> None:
    number = "CAST(line AS real) / 2" if kind == SQLITE else "CAST(line AS double precision) / 2"
    changes = opened(query=f"SELECT {number} AS no, line, at, what FROM permit")
    numbers = changes.page(None, None, 9).numbers
    assert list(map(repr, numbers)) == ["Decimal('0.5')", "Decimal('1')"]
