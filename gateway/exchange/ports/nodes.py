"""Port of the state that all nodes share: maintenance mode and key fingerprints."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ServiceMode:
    """Mode of the service, as a person declared it.

    maintenance: whether the service is closed.  at: moment of the declaration, aware.
    """

    maintenance: bool
    at: datetime
    person: str
    reason: str


class ServiceModes(Protocol):
    """Declarations of the maintenance mode, newest last."""

    def current(self) -> ServiceMode | None:
        """Return the mode in force on all nodes; None where none was ever declared.

        Raises ServiceUnavailable.
        """

    def declare(self, mode: ServiceMode) -> None:
        """Put a mode in force; earlier declarations are kept. Raises ServiceUnavailable."""


class SharedKeys(Protocol):
    """Check that every node uses the same secret keys."""

    def is_ours(self, name: str, fingerprint: bytes) -> bool:
        """Whether the nodes of this database use this key; the first to ask registers its key.

        name: purpose of the key, a short word.  fingerprint: 32 bytes that reveal nothing of the
        key.
        Raises ServiceUnavailable.
        """
