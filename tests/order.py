"""Order of the tests: each worker begins with a share of the long ones, so that none is left alone.

`--dist=worksteal` gives each worker a part of the list as it stands, of the same number of tests. A
worker that has done its part takes tests from the end of another's. So a long test has to stand at
the begin of a part: at the end of the run it would be the only one, and a processor core idle.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LONG = ("install", "resilience", "journeys", "interop", "conformance")
"""Folders whose tests start servers, or machines, and wait for them."""
_TOGETHER = ("interop",)
"""Folders whose files share what takes long to make: a sandbox, and foreign clients."""
_CHROMIUM = ("_in_chromium.py", "_in_browser.py")
"""Ends of names of files whose tests share a Chromium."""


def in_order(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests in their order. workers: number of processes that run them."""
    long: dict[str, list[pytest.Item]] = defaultdict(list)
    others: list[pytest.Item] = []
    for item in items:
        share = _share(item.path)
        (long[share] if share else others).append(item)
    parts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for place, share in enumerate(sorted(long, key=_precedence)):
        parts[place % workers].extend(long[share])
    taken, left = 0, len(items)
    for place, part in enumerate(parts):
        size = left // (workers - place)  # as xdist.scheduler.worksteal counts
        more = max(0, size - len(part))
        part.extend(others[taken : taken + more])
        taken, left = taken + more, left - len(part)
    return [*(item for part in parts for item in part), *others[taken:]]


@cache
def _share(path: Path) -> str:
    """What one worker is given as a whole: a folder or file of long tests; empty for others."""
    if path.name.endswith(_CHROMIUM):
        return "chromium"
    within = path.relative_to(TESTS).parts if path.is_relative_to(TESTS) else ()
    if not within or within[0] not in LONG:
        return ""
    return within[0] if within[0] in _TOGETHER else "/".join(within)


def _precedence(share: str) -> tuple[bool, bool, str]:
    """The largest shares first, each for another worker."""
    return share != "chromium", share not in _TOGETHER, share
