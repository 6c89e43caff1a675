"""Outages of gateways and their databases: killed, stopped or locked, and back again, at random.

The work is released in batches, and each outage begins while a batch is under way. So a few
confirmations meet the same outages as thousands. A round makes each outage once: the short form of
a test has one round, the long form several, and both end in a time that is known.
"""

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests import postgres
from tests.databases import SQLITE
from tests.long_haul import repetitions
from tests.resilience.nodes import Node
from tests.waiting import LONGEST_SECONDS

ROUNDS = repetitions(short=1, long=2, endurance=6)
LOCKED_SECONDS, STOPPED_SECONDS = 2.5, 0.5


@dataclass(frozen=True)
class Databases:
    """urls: of empty databases, by name.  outage: makes all of them unavailable for a while."""

    urls: Mapping[str, str]
    outage: Callable[[], None]


@contextmanager
def databases(kind: str, folder: Path, *names: str) -> Iterator[Databases]:
    """Databases of a kind, and their outage.

    SQLite: files; an outage locks them against writers. PostgreSQL: one server; an outage stops it.
    """
    if kind == SQLITE:
        files = [folder / f"{name}.db" for name in names]
        urls = [f"sqlite:///{file}" for file in files]
        yield Databases(dict(zip(names, urls, strict=True)), lambda: _lock(files))
        return
    with postgres.Server() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            for name in names:
                connection.execute(f"CREATE DATABASE {name}")
        urls = [f"{server.url.removesuffix('postgres')}{name}" for name in names]
        yield Databases(dict(zip(names, urls, strict=True)), lambda: _stop(server))


def _lock(files: Iterable[Path]) -> None:
    with ExitStack() as held:
        for file in files:
            connection = held.enter_context(
                closing(sqlite3.connect(file, 30, isolation_level=None))
            )
            connection.execute("BEGIN EXCLUSIVE")
        time.sleep(LOCKED_SECONDS)


def _stop(server: postgres.Server) -> None:
    server.stop_at_once()
    time.sleep(STOPPED_SECONDS)
    server.start()


class Batches:
    """Work that is released batch by batch, one batch for each outage and one after the last.

    count: pieces of work, numbered from 0.  outages: number of outages.
    """

    def __init__(self, count: int, outages: int) -> None:
        self._size = -(-count // (outages + 1))
        self._released = 0
        self._changed = threading.Condition()

    def release_next(self) -> None:
        with self._changed:
            self._released += self._size
            self._changed.notify_all()

    def wait_for(self, piece: int) -> None:
        """Block until the batch of this piece is released."""
        with self._changed:
            released = self._changed.wait_for(lambda: piece < self._released, LONGEST_SECONDS)
        assert released, f"the batch of piece {piece} was never released"


def batches_of(count: int, nodes: int) -> Batches:
    """Batches for ROUNDS in which each node is killed once, and the databases go away once."""
    return Batches(count, ROUNDS * (nodes + 1))


def trouble(
    nodes: Sequence[Node],
    outage: Callable[[], None],
    over: threading.Event,
    seed: int,
    batches: Batches,
) -> Counter[str]:
    """Kill each node and make the databases unavailable, in random order, ROUNDS times.

    batches: one is released before each outage, and the last one after all of them.
    over: ends it early.
    Returns how often each outage was made.
    """
    chance, made = random.Random(seed), Counter[str]()
    for _ in range(ROUNDS):
        for each in chance.sample([*nodes, outage], len(nodes) + 1):
            batches.release_next()
            if over.wait(chance.uniform(0.0, 0.5)):
                return made
            if isinstance(each, Node):
                each.kill()
                each.start()
                made[f"{each.directory.name} killed"] += 1
            else:
                each()
                made["database away"] += 1
    batches.release_next()
    return made
