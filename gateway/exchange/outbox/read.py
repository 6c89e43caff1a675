"""Outbox reading: entries by state, the history of an entry, and figures for metrics."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.delivery_state import DeliveryState
from gateway.exchange.ports import Clock, DeliveryEvent, Outbox, OutgoingConfirmation


@dataclass(frozen=True, slots=True)
class ReadOutbox:
    """Reads the outbox and changes nothing. Every method raises ServiceUnavailable."""

    outbox: Outbox
    clock: Clock

    def entries(self, *, also_over: bool = False) -> Sequence[OutgoingConfirmation]:
        """Entries that are still to be delivered, oldest first.

        also_over: with those that were delivered or dropped.
        """
        states = [state for state in DeliveryState if also_over or not state.is_over]
        return self.outbox.all(states)

    def find(self, identity: str) -> OutgoingConfirmation | None:
        """The entry of an id, as a whole; None where there is none."""
        return self.outbox.find(identity)

    def history(self, identity: str) -> Sequence[DeliveryEvent]:
        """Every event of an entry, oldest first."""
        return self.outbox.history(identity)

    def waiting(self) -> list[tuple[str, int, float]]:
        """Of each state: its name, number of entries, and age of the oldest in seconds."""
        now = self.clock()
        return [
            (state.value, count, (now - oldest).total_seconds())
            for state, (count, oldest) in self.outbox.counts().items()
        ]
