"""What can befall gateways and their databases? They are killed, stopped, locked, and come back, at random."""

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
from tests.resilience.nodes import Node

LOCKED_SECONDS, STOPPED_SECONDS = 2.5, 1.0


@dataclass(frozen=True)
class Databases:
    """urls: of empty databases, by name.  outage: takes all of them away for a while."""

    urls: Mapping[str, str]
    outage: Callable[[], None]


@contextmanager
def databases(kind: str, folder: Path, *names: str) -> Iterator[Databases]:
    """SQLite: files, which an outage locks against whoever writes.  PostgreSQL: one server, which it stops at once."""
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
            connection = held.enter_context(closing(sqlite3.connect(file, 30, isolation_level=None)))
            connection.execute("BEGIN EXCLUSIVE")
        time.sleep(LOCKED_SECONDS)


def _stop(server: postgres.Server) -> None:
    server.stop_at_once()
    time.sleep(STOPPED_SECONDS)
    server.start()


def trouble(nodes: Sequence[Node], outage: Callable[[], None], over: threading.Event, seed: int) -> Counter[str]:
    """Kill each of the nodes and take their databases away, in an order of chance, until it is over; once at least.

    How often each was done.
    """
    chance, made = random.Random(seed), Counter[str]()
    while not over.is_set():
        for befalls in chance.sample([*nodes, outage], len(nodes) + 1):
            over.wait(chance.uniform(2.0, 5.0))
            if isinstance(befalls, Node):
                befalls.kill()
                befalls.start()
                made[f"{befalls.directory.name} killed"] += 1
            else:
                befalls()
                made["database away"] += 1
    return made
