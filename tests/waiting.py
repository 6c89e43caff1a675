"""Waiting for other threads and processes: until a condition holds, with an upper bound.

A fixed sleep is either too long or, on a busy machine, too short.
"""

import time
from collections.abc import Callable

LONGEST_SECONDS = 90.0


def until(condition: Callable[[], object], what: str = "") -> None:
    """Return once the condition holds. what: its name, for the failure after LONGEST_SECONDS."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.02)
