"""A database for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_acts import clock

from gateway.store import Store, migrate, open_store
from tests.databases import BOTH, empty_database
from tests.fakes import MemoryStore


@pytest.fixture(params=BOTH)
def empty_url(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a database without tables; each test that asks for it runs on both kinds."""
    with empty_database(tmp_path, request.param) as url:
        yield url


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


@pytest.fixture(params=[*BOTH, "memory"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store | MemoryStore]:
    """The store, and its stand-in for the tests of the use cases: they make the same promises."""
    if request.param == "memory":
        yield MemoryStore()
        return
    with empty_database(tmp_path, request.param) as url:
        migrate(url)
        opened = open_store(url, clock)
        yield opened
        opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A migrated SQLite file, whatever the other tests run on."""
    path = tmp_path / "file.db"
    migrate(f"sqlite:///{path}")
    return path
