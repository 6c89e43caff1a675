"""Availability data in a database of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store import Store, open_store
from tests.databases import SQLITE, migrated_database
from tests.store.store_acts import clock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store; tests/store proves that PostgreSQL does the same."""
    with migrated_database(tmp_path, SQLITE) as url:
        opened = open_store(url, clock)
        yield opened
        opened.close()
