"""Types shared by ports: clock, ids, form of a permit document, attachments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Clock = Callable[[], datetime]
"""Returns the present moment, aware."""

NewId = Callable[[], str]
"""Returns a new UUIDv7 as text."""


class DocumentForm(StrEnum):
    """Form of a permit document: as issued, or final, with box 14."""

    NON_FINAL = "non-final"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a permit. name: is never used as a path."""

    name: str
    content: bytes
