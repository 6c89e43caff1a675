"""What every port speaks of: moments, ids, forms of a permit, files that go with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Clock = Callable[[], datetime]
"""Gives the present moment, aware."""

NewId = Callable[[], str]
"""Gives a new UUIDv7 as text."""


class Form(StrEnum):
    """The permit as issued, or with box 14."""

    NON_FINAL = "non-final"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a permit. name: never used as a path."""

    name: str
    content: bytes
