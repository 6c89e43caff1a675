"""Hooks of pytest for all tests: their order, their long form, and the fast subset."""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from tests import fast_subset
from tests.bytecode import compile_all
from tests.long_haul import is_long_haul, repetitions
from tests.order import in_order

settings.register_profile("tests", max_examples=repetitions(short=20, long=300), deadline=None)
settings.load_profile("tests")
if not is_long_haul():
    # Hypothesis mixes literals of our source into its examples, for which each worker would read
    # 1,500 modules, also those workers that run no test of this kind. Where a later version names
    # the function otherwise, this has no effect.
    providers._get_local_constants = lambda: providers._local_constants
# No deadline: on a busy machine the time of one example says nothing.

SERVERS = {"partner", "responder", "sandbox"}
"""Fixtures that start a server: each test that uses one is slow without saying so."""
CHROMIUM = {"browser", "start_chromium"}
"""Fixtures of Chromium: each test that uses one has the marker `browser` without saying so."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Workers for `-n auto`: two a processor, as many tests wait for a disk, lock or server.

    Those of the fast subset wait for nothing. A worker more would import and collect all tests once
    more, for no time won.
    """
    processors = os.cpu_count() or 1
    return processors if fast_subset.is_asked_for(config) else 2 * processors


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Before the workers start."""
    compile_all()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """While tests are collected next to nothing becomes garbage: no search for it is worth it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if fast_subset.is_asked_for(config) and not fast_subset.may_have_tests(collection_path):
        return True
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not is_long_haul():
        left_out = [item for item in items if item.get_closest_marker("long_haul")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("long_haul")]
    for item in items:
        if SERVERS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
        if CHROMIUM.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
    items[:] = in_order(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def pytest_collection_finish() -> None:
    """Prepare for many tests: nothing that is the same for all is made again for each."""
    if "gateway.store.database.prepared" in sys.modules:
        from tests.compiled_statements import share_compiled_statements

        share_compiled_statements()
    if "gateway.cli.workdir" in sys.modules:
        from tests.databases import copy_for_new_directories

        copy_for_new_directories()
    # Else the garbage collector would walk thousands of tests and all modules each time.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Around set-up, call and tear-down, fixtures of every scope included."""
    with _logging_kept(), _loop_of_playwright_apart(item):
        if item.get_closest_marker("slow"):
            return (yield)
        with fast_subset.watched(item):
            return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> Iterator[None]:
    if fixturedef.scope == "function":
        return (yield)
    with fast_subset.shared_fixture(request._pyfuncitem):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    if call.when == "teardown":
        fast_subset.note_long(item)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    lines = fast_subset.long_tests(terminalreporter.getreports(""))
    if lines and fast_subset.is_asked_for(config):
        terminalreporter.section(f"more than {fast_subset.LONGEST_SECONDS} s: the longest")
        for line in lines:
            terminalreporter.line(line)


@contextmanager
def _logging_kept() -> Iterator[None]:
    """Commands set level and handlers for their process; what they wrote to is closed by then."""
    logs = [logging.getLogger(), logging.getLogger("gateway")]
    before = [(log, log.level, log.handlers[:]) for log in logs]
    try:
        yield
    finally:
        for log, level, handlers in before:
            if log.level != level:  # else all loggers would forget what they know for each test
                log.setLevel(level)
            log.handlers[:] = handlers


@contextmanager
def _loop_of_playwright_apart(item: pytest.Item) -> Iterator[None]:
    """Between its calls Playwright's event loop counts as running: `asyncio.run` would refuse."""
    loop = None if item.get_closest_marker("browser") else asyncio._get_running_loop()
    if loop is None:
        yield
        return
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
