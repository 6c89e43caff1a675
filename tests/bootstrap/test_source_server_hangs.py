"""Synchronisation from a server that stops in the middle of a page: time-out, alert, next turn."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text

from gateway.bootstrap import build
from gateway.bootstrap.gateway import Gateway
from gateway.bootstrap.jobs import jobs_of
from gateway.bootstrap.parts.alerts import current_alerts
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.errors import RecordInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.alerts.alert import AlertKind
from gateway.settings import load_settings
from tests.cli.national.synchronised import NAME, national_system
from tests.databases import POSTGRESQL, empty_database

pytestmark = pytest.mark.slow

ROWS_OF_A_PAGE = "permit_no IN "
"""In the statement that reads the rows of a page, and in no other."""


def copy_to_server(file: Path, url: str) -> None:
    """The rows of the national view, as a table on a server."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("SELECT * FROM epix_export")]
    kinds = {"permit_id": "integer", "line": "integer", "quantity": "numeric"}
    columns = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in rows[0])
    values = ", ".join(f":{name}" for name in rows[0])
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE epix_export ({columns})"))
        connection.execute(text(f"INSERT INTO epix_export VALUES ({values})"), rows)
    engine.dispose()


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """A working directory whose source is on a server, two permits a page, one second an answer."""
    folder = tmp_path / "mz"
    make(folder, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    national_system(folder, lambda *_: None)
    with empty_database(tmp_path, POSTGRESQL) as url:
        copy_to_server(folder / "data/ecites.sqlite", url)
        (folder / "keys/permits-url").write_text(url.replace("+psycopg", ""), encoding="utf-8")
        file = folder / f"conf/national/{NAME}.toml"
        described = file.read_text(encoding="utf-8")
        described = described.replace(
            'database_file = "data/ecites.sqlite"',
            'url_file = "keys/permits-url"\nanswer_seconds = 1',
        ).replace("[sync]\n", "[sync]\npage = 2\noverlap = 0\n")
        file.write_text(described, encoding="utf-8")
        yield folder


@contextmanager
def stopped_at_page(wanted: int) -> Iterator[list[int]]:
    """SIGSTOP for the process of the server that is asked for the rows of a page, from 1.

    Yields the processes that were stopped; they go on at the end.
    """
    pages, stopped = 0, []

    def stop(connection: Any, _: object, statement: str, *__: object) -> None:
        nonlocal pages
        if ROWS_OF_A_PAGE not in statement:
            return
        pages += 1
        if pages == wanted:
            stopped.append(connection.connection.dbapi_connection.info.backend_pid)
            os.kill(stopped[-1], signal.SIGSTOP)

    event.listen(Engine, "before_cursor_execute", stop)
    try:
        yield stopped
    finally:
        event.remove(Engine, "before_cursor_execute", stop)
        for process in stopped:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def run(gateway: Gateway) -> None:
    (job,) = (job for job in jobs_of(gateway) if job.name == f"sync-{NAME}")
    job.run(lambda: False)


def alerts(gateway: Gateway) -> list[str]:
    found = current_alerts(gateway.settings)
    return [str(alert.sentence) for alert in found if alert.kind is AlertKind.SOURCE]


def test_a_run_ends_in_time_and_the_next_one_goes_on(directory: Path) -> None:
    now = datetime.now(UTC)
    with build(load_settings(directory), lambda: now) as gateway:
        with stopped_at_page(2) as stopped, pytest.raises(RecordInvalid) as caught:
            run(gateway)
        assert len(stopped) == 1
        assert caught.value.text == "The database did not answer within 1 seconds."
        ((state, _),) = gateway.national.states.all()
        assert (state.counts.read, state.counts.published) == (2, 2), "the first page is stored"
        assert gateway.store.permit_list.count() == 2
        (said,) = alerts(gateway)
        assert NAME in said and "did not answer within 1 seconds" in said
        now += timedelta(minutes=1)
        run(gateway)
        assert gateway.store.permit_list.count() == 4
        assert alerts(gateway) == []
