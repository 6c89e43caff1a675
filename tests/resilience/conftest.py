"""A database that several nodes share."""

from collections.abc import Iterator

import pytest

from tests import databases


@pytest.fixture(scope="module", params=databases.BOTH)
def empty_database(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a database without tables; an SQLite file will do for nodes of one machine."""
    with databases.empty_database(tmp_path_factory.mktemp("shared"), request.param) as url:
        yield url
