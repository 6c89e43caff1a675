"""Port of settlements: differences of counts that persons of both sides settled."""

from collections.abc import Sequence
from typing import Protocol

from gateway.domain.report.mismatch import Settlement
from gateway.exchange.ports.journal import Exchange


class Settlements(Protocol):
    """Every method raises ServiceUnavailable."""

    def add(self, settlement: Settlement, record: Exchange) -> Settlement | None:
        """Store a settlement and its audit record, in one transaction, unless there is one.

        Compare-and-set: of two at the same moment one is stored. Returns the settlement of the
        same line and the same two quantities that was there before; nothing is stored then.
        """

    def all(self) -> Sequence[Settlement]:
        """Return all settlements, newest first."""
