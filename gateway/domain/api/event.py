"""Event of a permit: a change that other systems are told of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """Kind of an event. A status of a permit has the word of its event."""

    ISSUED = "issued"
    FINAL = "final"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    EXPIRED = "expired"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class PermitEvent:
    """An event. id: the same for the same event, however often it is found.

    authority: identity (`MZ/MA`) of the issuing authority.  at: aware.
    """

    id: str
    kind: EventKind
    authority: str
    number: str
    at: datetime

    @property
    def country(self) -> str:
        """Country that issued the permit."""
        return self.authority.partition("/")[0]
