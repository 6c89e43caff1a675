"""Fast subset: the tests that `pytest -m "not slow"` runs.

The marker `slow` stands on a test that starts a server or another program, waits, repeats, or takes
more than 0.05 s of a processor. A test without it that opens a port or starts a program fails. A
test without it that takes longer is named at the end of the run, and does not fail: its time says
little on a busy machine, and the first test of a process pays for what others find in a cache.

Tests of the subset do not wait for the disk: SQLite and `os.fsync` leave the writing to the system.
What a power loss would lose, no test can see.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

EXPRESSION = "not slow"
"""Argument of `-m`, as CONTRIBUTING.md and .ci/run write it."""
LONGEST_SECONDS = 0.05
"""Of a processor, for a test of the subset with its set-up and tear-down."""
NAMED = 10
"""Tests that are named at the end of a run, as too long, at the most."""

_ALL_SLOW = re.compile(r"^pytestmark = \[?([\w.]+, )*pytest\.mark\.slow[],\n]", re.MULTILINE)
_PROPERTY = "processor_seconds"
_BEGAN = pytest.StashKey[float]()


def is_asked_for(config: pytest.Config) -> bool:
    """Whether this run is of the subset."""
    return bool(config.option.markexpr == EXPRESSION)


@cache
def may_have_tests(path: Path) -> bool:
    """Whether a file, or a folder below it, may have tests of the subset.

    A file whose tests are all slow, by its `pytestmark`, is read and not imported.
    """
    if path.is_dir():
        return any(may_have_tests(file) for file in path.rglob("test_*.py"))
    return not _ALL_SLOW.search(path.read_text(encoding="utf-8"))


@contextmanager
def watched(item: pytest.Item) -> Iterator[None]:
    """A test of the subset and its fixtures: it fails if it opens a port or starts a process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "listen", _refusal(f"{item.nodeid} opens a port"))
        patch.setattr(subprocess.Popen, "__init__", _refusal(f"{item.nodeid} starts a process"))
        patch.setattr(os, "fsync", lambda _: None)
        if engines := sys.modules.get("gateway.store.database.engines"):
            settings = (*engines._SQLITE_SETTINGS, "PRAGMA synchronous = OFF")
            patch.setattr(engines, "_SQLITE_SETTINGS", settings)
        item.stash[_BEGAN] = time.process_time()
        yield


@contextmanager
def shared_fixture(item: pytest.Item) -> Iterator[None]:
    """The set-up of a fixture that the first of several tests pays for all."""
    began = time.process_time()
    yield
    if _BEGAN in item.stash:
        item.stash[_BEGAN] += time.process_time() - began


def note_long(item: pytest.Item) -> None:
    """Give the last report of a watched test its processor time, where that is too long."""
    began = item.stash.get(_BEGAN, None)
    if began is not None and (taken := time.process_time() - began) > LONGEST_SECONDS:
        item.user_properties.append((_PROPERTY, f"{taken:.2f}"))


def long_tests(reports: Iterable[pytest.TestReport]) -> list[str]:
    """A line for each of the tests that were too long by most, the longest first."""
    found = {
        report.nodeid: float(str(seconds))
        for report in reports
        for name, seconds in getattr(report, "user_properties", ())
        if name == _PROPERTY
    }
    longest_first = sorted(found.items(), key=lambda each: -each[1])[:NAMED]
    return [f"{seconds:.2f} s of a processor  {test}" for test, seconds in longest_first]


def _refusal(what: str) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail(f"{what}, and is not marked slow", pytrace=False)

    return refuse
