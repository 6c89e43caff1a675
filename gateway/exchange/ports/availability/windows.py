"""Port of planned windows: when partners have announced to be away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.availability.windows import PlannedWindow


class PlannedWindows(Protocol):
    """Planned windows. Nothing of them is ever removed. Methods raise ServiceUnavailable."""

    def add(self, window: PlannedWindow) -> None:
        """Store a window."""

    def all(self, ending_after: datetime | None = None) -> Sequence[PlannedWindow]:
        """Return the windows, those that were withdrawn included, by their beginning.

        ending_after: only those that end after a moment.
        """

    def withdraw(self, identity: str, at: datetime, person: str) -> bool:
        """Take a window back; False where there is none of that id, or it is withdrawn already."""
