"""What all nodes of one service agree on, because it stands in the database that they share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ServiceMode:
    """maintenance: whether the service is closed.  at: aware, since when.  person, reason: who said so, and why."""

    maintenance: bool
    at: datetime
    person: str
    reason: str


class ServiceModes(Protocol):
    """Whether the service is open, as somebody last declared."""

    def current(self) -> ServiceMode | None:
        """What is in force on all nodes; None where nobody ever declared anything. Raises ServiceUnavailable."""

    def declare(self, mode: ServiceMode) -> None:
        """Put it in force, and keep what was before. Raises ServiceUnavailable."""


class SharedKeys(Protocol):
    """Which keys have to be the same on every node."""

    def is_ours(self, name: str, fingerprint: bytes) -> bool:
        """Whether the nodes of this database use this key; the first node that asks decides it for all.

        name: what the key is for, a short word of our own.  fingerprint: 32 bytes that tell nothing of the key.
        Raises ServiceUnavailable.
        """
