"""A database for every test.

Each test runs on SQLite. On PostgreSQL all of them run in the long form. The short form has there
what depends on the kind of database, as locks, transactions, triggers, streams and dialects do:
tests with the marker `both_databases`. roles/ and backup/ write and read each table on PostgreSQL.
"""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.store import Store, open_store
from tests.databases import BOTH, POSTGRESQL, empty_database, migrated_database, migrated_file
from tests.fakes import MemoryStore
from tests.pki import Authority, Identity
from tests.store.journal.sealing_acts import NOW, Sealed, issue, keep, long_ago
from tests.store.store_acts import clock


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests that have no reason to run on PostgreSQL do so in the long form only."""
    if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
        on_postgresql = POSTGRESQL in map(str, item.callspec.params.values())
        if on_postgresql and not item.get_closest_marker("both_databases"):
            item.add_marker(pytest.mark.long_haul)


@pytest.fixture(params=BOTH)
def empty_url(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a database without tables; each test that asks for it runs on both kinds."""
    with empty_database(tmp_path, request.param) as url:
        yield url


@pytest.fixture(params=BOTH)
def url(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a migrated database; each test that asks for it runs on both kinds."""
    with migrated_database(tmp_path, request.param) as url:
        yield url


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
    with migrated_database(tmp_path, request.param) as url:
        opened = open_store(url, clock)
        yield opened
        opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A migrated SQLite file, whatever the other tests run on."""
    return Path(shutil.copy(migrated_file(), tmp_path / "file.db"))


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """Our sealing certificate and its key."""
    return Authority(tmp_path_factory.mktemp("pki"), "ca").issue(
        "seal", country="MZ", since=NOW - timedelta(days=9)
    )


@pytest.fixture
def journal(store: Store, ours: Identity) -> Sealed:
    """A journal with nothing in it."""
    return Sealed(store, ours)


@pytest.fixture
def old_journal(journal: Sealed) -> Sealed:
    """Three old records of a permit that expired in 2020, sealed."""
    issue(journal)
    keep(
        journal,
        long_ago(2019),
        long_ago(2019, outcome="AccessDenied"),
        long_ago(2019, operation="ConfirmQuantities"),
    )
    return journal
