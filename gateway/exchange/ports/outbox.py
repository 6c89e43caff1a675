"""Port of the outbox: confirmations for partners, their leases, back-off and history."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.ledger.endorsement import SeenQuantity

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OutgoingConfirmation:
    """A confirmation of our customs that a partner must receive.

    id: UUIDv7.  country: the country that issued the permit.
    token: encrypted; None where the permit has none, or the delivery is over.
    person: name of the person who confirmed.  attempts: number of times it was sent.
    due_at: earliest moment of the next attempt, aware.
    confirmation_id: as the partner named it.  outcome: of the last event.
    """

    id: str
    country: str
    permit_number: str
    token: bytes | None
    seen: tuple[SeenQuantity, ...]
    person: str
    created_at: datetime
    state: DeliveryState
    attempts: int
    due_at: datetime
    confirmation_id: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """An event in the history of a delivery. Never changed.

    outcome: `booked`; `ok`, or the State that the partner answered; the code of an error, the
    partner's own where it gave one; or the decision of a person (`retry`, `hold`, `drop`).
    person: name of the person who confirmed or decided; None for the gateway itself.
    reason: in words, fit to be shown.
    """

    at: datetime
    state: DeliveryState
    outcome: str
    person: str | None = None
    reason: str | None = None


LONGEST_WAIT = timedelta(hours=2)
"""Longer than any back-off between two attempts."""


class Outbox(Protocol):
    """Every method raises ServiceUnavailable."""

    def add(self, outgoing: OutgoingConfirmation, event: DeliveryEvent) -> None:
        """Store a confirmation with its first event, in one transaction."""

    def due(
        self, now: datetime, except_countries: Collection[str] = ()
    ) -> Sequence[OutgoingConfirmation]:
        """Return the confirmations to be sent now, oldest first; per permit only the oldest (FIFO).

        except_countries: countries to leave out.

        A confirmation due later than LONGEST_WAIT from now is included too: the clock was wrong
        when it was written.
        """

    def claim(self, outgoing: OutgoingConfirmation, until: datetime) -> bool:
        """Lease a confirmation for one attempt, and count the attempt.

        until: end of the lease; after it another process may try, should this one have died.
        Returns False where another process has the lease, or a person has decided meanwhile.
        """

    def settle(
        self,
        outgoing: OutgoingConfirmation,
        event: DeliveryEvent,
        due_at: datetime,
        confirmation_id: str | None = None,
    ) -> bool:
        """Store an event with the new state, and end the lease.

        Where the new state is final, the token is erased. Returns False, and stores nothing, where
        the stored state or number of attempts is no longer that of `outgoing`: a person has
        decided, or the lease ended and another attempt has begun (fencing).
        """

    def postpone(self, outgoing: OutgoingConfirmation, due_at: datetime) -> None:
        """End the lease and count the attempt no more; the next attempt is at due_at.

        Nothing is stored where it has changed meanwhile, as with `settle`.
        """

    def find(self, identity: str) -> OutgoingConfirmation | None:
        """Return the confirmation of an id; None where there is none."""

    def all(self, states: Sequence[DeliveryState]) -> Sequence[OutgoingConfirmation]:
        """Return the confirmations in these states, oldest first."""

    def of_permit(self, country: str, number: str) -> Sequence[OutgoingConfirmation]:
        """Return the confirmations on a permit of a country in every state, oldest first."""

    def history(self, identity: str) -> Sequence[DeliveryEvent]:
        """Return the events of a confirmation, oldest first."""

    def counts(self) -> Mapping[DeliveryState, tuple[int, datetime]]:
        """Return (count, creation of the oldest) for each state that is not final."""


class TokenEncryption(Protocol):
    """Encrypts tokens at rest."""

    def encrypt(self, token: str, name: str) -> bytes:
        """Encrypt a token. name: bound to the ciphertext; decryption needs the same name."""

    def decrypt(self, encrypted: bytes, name: str) -> str:
        """Return the token. Raises KeyUnusable where key or name differ, or a byte was changed."""


class CircuitOpen(Exception):
    """The circuit breaker of this partner is open after repeated failures; nothing was sent."""


class Retries(Protocol):
    """Retry policy: exponential back-off with jitter, and a circuit breaker per partner."""

    def seconds(self, attempts: int) -> float:
        """Return the back-off after so many attempts: it grows each time and has a random part."""

    def call(self, country: str, action: Callable[[], T]) -> T:
        """Run an action through the circuit breaker of a country's partner.

        Raises CircuitOpen, and whatever the action raises.
        """

    @property
    def circuit_open_seconds(self) -> float:
        """How long an open circuit breaker stays open."""
