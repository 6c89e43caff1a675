"""Fuzz target: a function of bytes, the inputs it begins with, and the code it is to reach."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Choice = TypeVar("Choice")

SEPARATOR = b"\n--8<--\n"
"""Between the parts of an input that consists of several."""


@dataclass(frozen=True, slots=True)
class Target:
    """A reader of bytes of others.

    attempt: tries an input and returns its outcome in a word; raises Broken for a rule that does
    not hold, and whatever the reader lets through, which is a find as well.
    seeds: good inputs, made by our own code.
    modules: files whose lines are counted, from the root of the repository.
    """

    attempt: Callable[[bytes], str]
    seeds: Sequence[bytes]
    modules: Sequence[str]


def chosen(data: bytes, choices: Sequence[Choice]) -> tuple[Choice, bytes]:
    """The choice that the first byte of an input makes, and the rest of the input."""
    return choices[(data[0] if data else 0) % len(choices)], data[1:]
