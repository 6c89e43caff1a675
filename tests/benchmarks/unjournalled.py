"""Gateway whose journal stores nothing, to measure the cost of the journal. No setting does this.

    python -m tests.benchmarks.unjournalled DIR

serves the working directory as `epix-gateway serve --dir DIR` does.
"""

import os
import sys
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from gateway.bootstrap import Database, Gateway
from gateway.bootstrap.serving import DIRECTORY_VARIABLE, operations, serving_options
from gateway.exchange.ports import Exchange
from gateway.http import Site
from gateway.serving import serve
from gateway.settings import load_settings
from gateway.store.journal.journal import SqlJournal
from gateway.store.store import Store


class _Settled:
    def settle(self) -> None:
        pass


class _KeepsNothing(SqlJournal):
    def __init__(self) -> None:
        pass

    def enqueue(self, exchange: Exchange) -> Any:
        return _Settled()

    def record(self, exchange: Exchange) -> None:
        pass

    def close(self) -> None:
        pass


class _UnjournalledDatabase(Database):
    @cached_property
    def store(self) -> Store:
        return replace(super().store, journal=_KeepsNothing())


class _Unjournalled(Gateway):
    @cached_property
    def database(self) -> Database:
        settings = self.settings
        return _UnjournalledDatabase(
            settings.database, self.clock, settings.journal.sync_read_records
        )


def site() -> Site:
    """Site of a worker process; its working directory is in the environment."""
    gateway = _Unjournalled(load_settings(Path(os.environ[DIRECTORY_VARIABLE])))
    gateway.service.metrics.start_flushing()
    return (
        gateway.service.metrics.count_in_flight(gateway.service.site)
        if gateway.settings.operations.enabled
        else gateway.service.site
    )


if __name__ == "__main__":
    os.environ[DIRECTORY_VARIABLE] = sys.argv[1]
    settings = load_settings(Path(sys.argv[1]))
    with operations(settings) as draining:
        serve(
            replace(
                serving_options(settings), site=f"tests.benchmarks.unjournalled:{site.__name__}"
            ),
            print,
            draining,
        )
