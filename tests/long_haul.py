"""Long-haul tests: the long form runs where `TEST_LONG_HAUL=1` is set, a short form always runs.

A long-haul test repeats one promise many times, as "each confirmation is booked exactly once" while
gateways are killed. The short form makes the same kinds of trouble, with fewer repetitions, so that
it fits into each run of the tests. A test with the marker `long_haul` is in the long form only: a
further database or variant of a promise that a shorter test holds too, a stack that is fetched from
a registry and compiled first (Java), or machines that are installed. The long form takes minutes;
CI asks for it on one Python:

    TEST_LONG_HAUL=1 .venv/bin/pytest tests/resilience
"""

import os

VARIABLE = "TEST_LONG_HAUL"


def is_long_haul() -> bool:
    """Whether this run of the tests asks for the long form."""
    return os.environ.get(VARIABLE) == "1"


def repetitions(*, short: int, long: int) -> int:
    """The number of repetitions of a test in this run."""
    return long if is_long_haul() else short
