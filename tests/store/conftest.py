"""A database for every test: a file of its own, or a schema of its own in the PostgreSQL of EPIX_TEST_DATABASE_URL."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from store_acts import clock

from gateway.store import Store, migrate, open_store
from tests.fakes import MemoryStore

SERVER = os.environ.get("EPIX_TEST_DATABASE_URL")


@pytest.fixture
def empty_url(tmp_path: Path) -> Iterator[str]:
    """Address of a database without tables."""
    if SERVER is None:
        yield f"sqlite:///{tmp_path}/gateway.db"
        return
    schema = f"epix_{uuid4().hex}"
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    url = make_url(SERVER).update_query_dict({"options": f"-csearch_path={schema}"})
    yield url.render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def url(empty_url: str) -> str:
    """Address of a migrated database."""
    migrate(empty_url)
    return empty_url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """The store on it."""
    opened = open_store(url, clock)
    yield opened
    opened.close()


@pytest.fixture(params=["database", "memory"])
def any_store(request: pytest.FixtureRequest) -> Store | MemoryStore:
    """The store, and its stand-in for the tests of the use cases: they make the same promises."""
    return request.getfixturevalue("store") if request.param == "database" else MemoryStore()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A migrated SQLite file, whatever the other tests run on."""
    path = tmp_path / "file.db"
    migrate(f"sqlite:///{path}")
    return path
