"""Order of the tests: each worker begins with long ones, and every test is there once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from tests.order import LONG, TESTS, in_order


@dataclass(frozen=True)
class Item:
    """A test. path: of its file."""

    path: Path
    number: int


def items(*files: str) -> list[pytest.Item]:
    """Five tests of each file."""
    made = [Item(TESTS / file, number) for file in files for number in range(5)]
    return cast(Any, made)


FILES = (
    *(f"domain/test_{number}.py" for number in range(40)),
    *("interop/test_php.py", "interop/test_zeep.py"),
    *(f"resilience/test_{number}.py" for number in range(6)),
    *("web/test_pages.py", "web/people/test_in_chromium.py"),
)


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 7])
def test_each_part_begins_with_long_tests(workers: int) -> None:
    before = items(*FILES)
    after = in_order(before, workers)
    assert sorted(map(id, after)) == sorted(map(id, before))
    begin, left = 0, len(after)
    for worker in range(workers):
        size = left // (workers - worker)
        first, last = after[begin].path, after[begin + size - 1].path
        assert first.parts[len(TESTS.parts)] in LONG or first.name == "test_in_chromium.py"
        assert last.parts[len(TESTS.parts)] in ("domain", "web")
        begin, left = begin + size, left - size


def test_files_that_share_a_sandbox_stay_together() -> None:
    after = in_order(items(*FILES), 4)
    places = [place for place, item in enumerate(after) if "interop" in item.path.parts]
    assert places == list(range(places[0], places[0] + 10))


def test_long_tests_alone_are_all_there() -> None:
    before = items(*(file for file in FILES if file.startswith("resilience")))
    assert sorted(map(id, in_order(before, 4))) == sorted(map(id, before))
