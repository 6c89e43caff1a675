"""Waiting for what other threads and processes do: as long as it takes, but not for ever."""

import time
from collections.abc import Callable

LONGEST_SECONDS = 90.0


def until(true: Callable[[], object], what: str = "") -> None:
    """Come back once it is true. what: for the message where it does not become so in time."""
    latest = time.monotonic() + LONGEST_SECONDS
    while not true():
        assert time.monotonic() < latest, f"not in time: {what}"
        time.sleep(0.02)
