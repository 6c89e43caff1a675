"""Port of the use of permits by declarations: events in a unit of work, and their reading."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.declarations.use import UseEvent
from gateway.exchange.ports.journal import Exchange
from gateway.exchange.ports.outbox import DeliveryEvent, OutgoingConfirmation


class DeclaredUses(Protocol):
    """Events in a unit of work."""

    def lock(self, permits: Sequence[tuple[str, str]]) -> None:
        """Wait for others that use these permits, until each unit of work has ended.

        permits: country and number.
        """

    def of_permit(self, country: str, number: str) -> Sequence[UseEvent]:
        """Return the events of a permit, each history in order."""

    def of_declaration(self, declaration: str) -> Sequence[UseEvent]:
        """Return the events of a declaration, each history in order."""

    def add(self, events: Sequence[UseEvent], record: Exchange) -> None:
        """Store events of one permit with the journal record that holds them."""

    def book(self, outgoing: OutgoingConfirmation, event: DeliveryEvent) -> None:
        """Store a confirmation in the outbox."""

    def withdraw(self, outgoing: OutgoingConfirmation, event: DeliveryEvent) -> bool:
        """Settle a confirmation that waits in the outbox; False where it has changed meanwhile."""


class DeclaredUseReading(Protocol):
    """Events, without a lock. Every method raises ServiceUnavailable."""

    def of_permit(self, country: str, number: str) -> Sequence[UseEvent]:
        """As in a unit of work."""

    def of_declaration(self, declaration: str) -> Sequence[UseEvent]:
        """As in a unit of work."""

    def newest(self, most: int) -> Sequence[UseEvent]:
        """Return the newest events, newest first."""

    def due(self, at: datetime, most: int) -> Sequence[UseEvent]:
        """Return the newest event of each reservation whose end is not after a moment."""

    def record_ids(self, country: str, number: str) -> Sequence[tuple[UseEvent, str]]:
        """Return the events of a permit, each with the id of its journal record."""
