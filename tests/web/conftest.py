"""Chromium, and a sandbox whose pages it opens."""

from collections.abc import Iterator

import pytest

from tests.browser import browser  # noqa: F401 - a fixture
from tests.interop.sandbox import Sandbox, a_sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox for one engineer."""
    with a_sandbox() as started:
        yield started
