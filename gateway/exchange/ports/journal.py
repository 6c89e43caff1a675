"""Every exchange, written down before its answer leaves, and told to whoever watches."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gateway.domain.partner import OperationName

_QUESTIONS = frozenset(OperationName) - {OperationName.CONFIRM_QUANTITIES}


class Direction(StrEnum):
    """Who asked whom. OWN: nobody; our own people did something to the journal."""

    IN = "in"
    OUT = "out"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange as the journal keeps it, answered, refused or failed.

    id: UUIDv7, also the incident number a fault shows.  outcome: `ok` or the code of the error.
    caller, callee: partner key or country, None where unknown.  fingerprint: SHA-256 of the client certificate, hex.
    request, answer: raw bytes as they travelled, the answer with what it was put together from, if that is known
    (spliced.py); of a refused TLS handshake no request, and the reason in words.
    """

    id: str
    direction: Direction
    began_at: datetime
    ended_at: datetime
    operation: str | None
    caller: str | None
    callee: str | None
    fingerprint: str | None
    permit_number: str | None
    outcome: str
    request: bytes
    answer: bytes

    @property
    def is_question(self) -> bool:
        """Whether a partner only wanted to know something, and nothing of ours could change."""
        return self.direction is Direction.IN and self.operation in _QUESTIONS


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records somebody looks for; None: whatever it is. since, until: when it began, the last not in."""

    permit_number: str | None = None
    caller: str | None = None
    operation: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Receipt(Protocol):
    """For an exchange that waits to be kept."""

    def settle(self) -> None:
        """Keep it, durably, and all that wait with it, unless somebody has; its answer must not leave before.

        Where questions need not wait for the disk, one of them is kept so that it outlives this process, and reaches
        the disk with the next record that does wait.

        Raises ServiceUnavailable where this one could not be kept.
        """


class Journal(Protocol):
    """Append-only record of every exchange."""

    def enqueue(self, exchange: Exchange) -> Receipt:
        """Take one exchange in. It is kept when its receipt is settled, or that of another."""

    def record(self, exchange: Exchange) -> None:
        """Keep one exchange, durably: both steps at once. Raises ServiceUnavailable."""


class LookupWatch(Protocol):
    """Told of look-ups for permits that could not be given. caller: key of the partner. Raises nothing."""

    def refused(self, caller: str) -> None:
        """One look-up was refused."""

    def scanning(self, caller: str) -> None:
        """The caller has spent a budget, told once in its minute."""


class ExchangeWatch(Protocol):
    """Told of every exchange at our doors, when it is over. Raises nothing."""

    def exchanged(self, exchange: Exchange, version: str, seconds: float) -> None:
        """It stands in the journal. version: of the contract, `v1` or `v2`.  seconds: from request to answer."""

    def journal_failed(self) -> None:
        """It could not be written into the journal, so the caller was refused."""
