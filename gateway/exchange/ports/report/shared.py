"""Port of shared mismatches: differences that go between two gateways, and their deliveries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.report.mismatch import Line, Settlement
from gateway.domain.report.shared import SharedMismatch
from gateway.exchange.ports.journal import Exchange


@dataclass(frozen=True, slots=True)
class SharedChange:
    """A change of a shared mismatch, stored whole in one transaction.

    settlement: that the change made.  records: audit records of acts.
    """

    mismatch: SharedMismatch
    settlement: Settlement | None = None
    records: tuple[Exchange, ...] = ()


NOT_OFFERED = "NotOffered"
"""Outcome of a message to a gateway that has no such resource."""


@dataclass(frozen=True, slots=True)
class PartnerSharing:
    """State of the queue with a partner. outcome: of the last message: `ok`, or the code of
    an error, or NOT_OFFERED."""

    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitingShare:
    """Shared mismatches that wait for a person of ours. since: the oldest."""

    partner: str
    count: int
    since: datetime


class SharedMismatches(Protocol):
    """Every method raises ServiceUnavailable."""

    def update(
        self,
        partner: str,
        line: Line,
        decide: Callable[[SharedMismatch | None], SharedChange | None],
    ) -> SharedMismatch | None:
        """Read one, decide, and store the change, in one transaction that no other interrupts.

        decide: gets it as stored, None where there is none; returns None to leave it so. What it
        raises ends the transaction. Returns it as stored afterwards.
        """

    def get(self, identity: str) -> SharedMismatch | None:
        """Return that of an id."""

    def find(self, partner: str, line: Line) -> SharedMismatch | None:
        """Return that of a line with a partner."""

    def after(self, identity: str, most: int, partner: str | None = None) -> list[SharedMismatch]:
        """Return the next after an id, in the order they were first seen; empty: from the first."""

    def due(self, partner: str, now: datetime, most: int) -> list[SharedMismatch]:
        """Return those with something to tell the partner now, oldest first."""

    def waiting(self, before: datetime) -> Sequence[WaitingShare]:
        """Return, for each partner, how many have waited for a person of ours since before."""

    def partners(self) -> Mapping[str, PartnerSharing]:
        """Return the state of the queue with each partner that was ever told something."""

    def note(self, partner: str, state: PartnerSharing) -> None:
        """Store the state of the queue with a partner."""


class SharingNotOffered(Exception):
    """The partner's gateway has no such resource: the queue goes to it as a file."""


class SharingClient(Protocol):
    """Carries messages to the gateway of one partner."""

    def send(self, message: bytes) -> bytes:
        """Send a message; return the answer.

        Raises SharingNotOffered, PartnerUnreachable, PartnerTimeout, PartnerReplyInvalid.
        """
