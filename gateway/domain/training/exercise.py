"""Exercises of the training course: a choice, a value to read off a permit, boxes that differ.

Expected answers to the last two are found in the permit of the sandbox itself.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity

_LONGEST_ANSWER = 200
_FIGURE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]{1,4})?")
_SYMBOLS = {"KGM": "kg"}
"""Code of a unit -> its usual symbol, which a person may type in its place."""

Expected = str | Quantity | datetime
"""A value of a permit: a text, a quantity, or a day."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with answers to choose from. right: index of the only right one, from 0."""

    key: str
    question: Sentence
    answers: tuple[Sentence, ...]
    right: int
    reason: Sentence

    def is_right(self, answers: Sequence[str]) -> bool:
        """Whether the one index that was chosen is the right one."""
        return list(answers) == [str(self.right)]


@dataclass(frozen=True, slots=True)
class Reading:
    """A value to read off a permit of the sandbox. value: finds it in the permit.

    number: of the permit, box 1.
    """

    key: str
    question: Sentence
    number: str
    value: Callable[[Permit], Expected | None]
    reason: Sentence

    def is_right(self, answers: Sequence[str], permit: Permit) -> bool:
        """Whether the text that was typed is the value. A decimal comma and its unit are taken."""
        text = " ".join(next(iter(answers), "")[:_LONGEST_ANSWER].split())
        expected = self.value(permit)
        if isinstance(expected, Quantity):
            return _is_quantity(text, expected)
        if isinstance(expected, datetime):
            return text == expected.date().isoformat()
        return expected is not None and text.casefold() == expected.casefold()


@dataclass(frozen=True, slots=True)
class Differences:
    """A paper to compare with its permit of the sandbox. boxes: the numbers of those that differ.

    paper: makes what the paper says out of the permit.
    """

    key: str
    question: Sentence
    number: str
    paper: Callable[[Permit], Permit]
    boxes: frozenset[str]
    reason: Sentence

    def is_right(self, answers: Sequence[str]) -> bool:
        """Whether just these boxes were ticked."""
        return frozenset(answers) == self.boxes and len(answers) == len(self.boxes)


Exercise = Choice | Reading | Differences


def _is_quantity(text: str, expected: Quantity) -> bool:
    """Whether a text is the amount, alone or with the unit of the permit; no other unit is."""
    found = _FIGURE.fullmatch(text.replace(",", "."))
    if found is None or Decimal(found[1]) != expected.amount:
        return False
    code = expected.unit or ""
    units = {code.casefold(), _SYMBOLS.get(code, code).casefold()}
    return found[2] is None or found[2].casefold() in units


def altered(permit: Permit) -> Permit:
    """The permit as a forger changed its paper: a later last day, and ten times line B."""
    lines = tuple(
        replace(line, quantity=Quantity(line.quantity.amount * 10, line.quantity.unit))
        if line.id == "B" and line.quantity
        else line
        for line in permit.positions
    )
    later = permit.valid_until and permit.valid_until + timedelta(days=184)
    return replace(permit, valid_until=later, positions=lines)
