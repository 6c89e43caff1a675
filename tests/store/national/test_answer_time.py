"""Answer time: a national database that hangs ends the run in time, and the error says so."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from struct import pack
from threading import Thread

import pytest
from sqlalchemy import create_engine, text

from gateway.domain.errors import RecordInvalid
from gateway.store.national.changes import QueryChanges
from gateway.store.national.query import QueryRows
from tests.databases import POSTGRESQL, empty_database

ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT max(i) AS number, 1 AS mark FROM n"
)
SLEEPING = "SELECT 1 AS number, 1 AS mark FROM pg_sleep(20) AS slept WHERE slept IS NOT NULL"


@contextmanager
def refused_within(seconds: float) -> Iterator[pytest.ExceptionInfo[RecordInvalid]]:
    began = time.monotonic()
    with pytest.raises(RecordInvalid) as caught:
        yield caught
    assert time.monotonic() - began < seconds


def sqlite(tmp_path: Path, query: str, seconds: float) -> QueryRows:
    file = tmp_path / "permits.db"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE permit (number int, mark int)"))
        connection.execute(text("INSERT INTO permit VALUES (1, 1), (2, 1), (3, 1)"))
    engine.dispose()
    return QueryRows(file, None, query, ("number",), seconds)


def test_a_query_of_sqlite_without_an_end_is_given_up(tmp_path: Path) -> None:
    rows = sqlite(tmp_path, ENDLESS, 0.2)
    with refused_within(5) as caught:
        list(rows.rows())
    assert caught.value.text == "The database did not answer within 0.2 seconds."
    assert "answer_seconds" in (caught.value.expected or "")
    with refused_within(5):
        QueryChanges(rows, "number", "mark", ()).page(None, None, 10)


def test_the_time_that_the_gateway_takes_for_rows_does_not_count(tmp_path: Path) -> None:
    counted = "SELECT i AS number FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
    # A portion and more; then more instructions than SQLite does without a look at the clock.
    query = f"{counted} FROM n LIMIT 600) SELECT i FROM n) UNION ALL"
    query += f" SELECT max(number) FROM ({counted} FROM n LIMIT 20000) SELECT i FROM n))"
    found = []
    for row in sqlite(tmp_path, query, 1.0).rows():
        if not found:
            time.sleep(1.2)
        found.append(row)
    assert len(found) == 601


@pytest.mark.slow
def test_postgresql_gives_a_statement_up_and_no_setting_stays(tmp_path: Path) -> None:
    with empty_database(tmp_path, POSTGRESQL) as url:
        file = tmp_path / "url"
        file.write_text(url.replace("+psycopg", ""), encoding="utf-8")
        rows = QueryRows(None, file, SLEEPING, ("number",), 0.3)
        with refused_within(5) as caught:
            list(rows.rows())
        assert caught.value.text == "The database did not answer within 0.3 seconds."
        with refused_within(5):
            QueryChanges(rows, "number", "mark", ()).page(None, None, 10)


@contextmanager
def silent(tmp_path: Path, options: str, first: bytes = b"") -> Iterator[Path]:
    """File with the URL of a server that is silent. first: all that it says to its client."""

    def serve(server: socket.socket, clients: list[socket.socket]) -> None:
        with suppress(OSError):
            while True:
                clients.append(server.accept()[0])
                clients[-1].recv(1000)
                clients[-1].sendall(first)

    clients: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=serve, args=(server, clients))
        thread.start()
        file = tmp_path / "url"
        place = f"postgresql://reader:secret-word@127.0.0.1:{server.getsockname()[1]}/permits"
        file.write_text(f"{place}?sslmode=disable&gssencmode=disable{options}", encoding="utf-8")
        yield file
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    for client in clients:
        client.close()


@pytest.mark.slow
def test_a_server_that_says_nothing_is_left_by_the_time_of_its_url(tmp_path: Path) -> None:
    with silent(tmp_path, "&connect_timeout=2") as file, refused_within(6) as caught:
        list(QueryRows(None, file, "SELECT 1 AS number", ("number",), 30).rows())
    assert "secret-word" not in caught.value.text
    assert "ConnectionTimeout" in caught.value.text


@pytest.mark.slow
def test_a_server_that_falls_silent_is_left(tmp_path: Path) -> None:
    is_ready = b"R" + pack("!ii", 8, 0) + b"Z" + pack("!ic", 5, b"I")
    with silent(tmp_path, "", is_ready) as file, refused_within(5) as caught:
        list(QueryRows(None, file, "SELECT 1 AS number", ("number",), 0.3).rows())
    assert caught.value.text == "The database did not answer within 0.3 seconds."
