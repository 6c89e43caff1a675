"""A customs office on an SQLite file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import migrated_file
from tests.exchange.declarations.office import Office, an_office


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Address of a migrated SQLite file."""
    return f"sqlite:///{shutil.copy(migrated_file(), tmp_path / 'office.db')}"


@pytest.fixture
def office(url: str) -> Iterator[Office]:
    with an_office(url) as opened:
        yield opened
