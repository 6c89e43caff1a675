"""PostgreSQL server of the benchmark: the same permits, and durability as it is by default."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from gateway.exchange.ports import ServiceMode
from gateway.store import restoring, snapshot
from tests import postgres


@contextmanager
def moved(directory: Path) -> Iterator[str]:
    """The database of a working directory, moved as a backup moves it; gives its new address."""
    is_open = ServiceMode(False, datetime.now(UTC), "benchmark", "moved")
    with postgres.Server() as server:
        with (
            snapshot(f"sqlite:///{directory}/data/gateway.sqlite") as taken,
            restoring(server.url, taken.revision, is_open, None) as empty,
        ):
            for table in taken.tables:
                empty.fill(table, taken.rows(table))
        yield server.url
