"""Long-haul tests: the long form runs where `TEST_LONG_HAUL=1` is set, a short form always runs.

`TEST_LONG_HAUL=2` is the endurance form, for use by hand: the long form, in which tests of kills
and of damaged messages repeat several times as much.

A long-haul test repeats one promise many times, as "each confirmation is booked exactly once" while
gateways are killed. The short form makes the same kinds of trouble, with fewer repetitions, so that
it fits into each run of the tests. A test with the marker `long_haul` is in the long form only: a
further database or variant of a promise that a shorter test holds too, a stack that is fetched from
a registry or compiled first (Java, C++, C#, Node), or machines that are installed. Of a matrix of
parameters the short form keeps one case of each kind (`thinned`). The long form takes minutes; CI
asks for it on one Python:

    TEST_LONG_HAUL=1 .venv/bin/pytest tests/resilience
"""

import os
from collections.abc import Iterable
from typing import TypeVar

VARIABLE = "TEST_LONG_HAUL"
_LONG, _ENDURANCE = "1", "2"

Case = TypeVar("Case")


def is_long_haul() -> bool:
    """Whether this run of the tests asks for the long form, or for the endurance form."""
    return os.environ.get(VARIABLE) in (_LONG, _ENDURANCE)


def repetitions(*, short: int, long: int, endurance: int = 0) -> int:
    """The number of repetitions of a test in this run. endurance: 0 for as many as in the long."""
    if endurance and os.environ.get(VARIABLE) == _ENDURANCE:
        return endurance
    return long if is_long_haul() else short


def thinned(cases: Iterable[Case], short: Iterable[Case]) -> list[Case]:
    """The parameters of a test in this run: all cases in the long form, else those of `short`.

    short: some of the cases, at least one of each kind.
    """
    every, some = list(cases), list(short)
    assert some and all(case in every for case in some), "the long form has all of the short form"
    return every if is_long_haul() else some
