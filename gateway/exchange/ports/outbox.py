"""What waits to be told to partners, and how patient we are with them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from gateway.domain.delivery import DeliveryState
from gateway.domain.endorsement import SeenQuantity

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One confirmation of our customs.

    id: UUIDv7.  country: that issued the permit.  token: encrypted, None where the permit has none or it is over.
    person: who confirmed, by name.  attempts: how often it was sent.  due_at: not before.
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
class OutgoingEvent:
    """How it came to its state.

    outcome: `booked`; `ok`, or the State that the partner answered; the code of an error, a partner's own where it gave
    one; or what a person decided.

    person: who decided, or confirmed; None: the gateway itself.  reason: in words, fit to be shown.
    """

    at: datetime
    state: DeliveryState
    outcome: str
    person: str | None = None
    reason: str | None = None


LONGEST_WAIT = timedelta(hours=2)
"""More than any pause between two attempts."""


class Outbox(Protocol):
    """Every method raises ServiceUnavailable."""

    def add(self, outgoing: Outgoing, event: OutgoingEvent) -> None:
        """Keep it, durably."""

    def due(self, now: datetime, besides: Collection[str] = ()) -> Sequence[Outgoing]:
        """Those to be sent now, of each permit only the oldest that is open; oldest first.

        besides: countries that are not asked for.

        Also those due after more than the LONGEST_WAIT: a clock was wrong when that was written.
        """

    def claim(self, outgoing: Outgoing, until: datetime) -> bool:
        """Take it for an attempt, which is counted; False where somebody else has it, or decided on it.

        until: when others may try, should this process die.
        """

    def settle(
        self, outgoing: Outgoing, event: OutgoingEvent, due_at: datetime, confirmation_id: str | None = None
    ) -> bool:
        """Give it the event's state, and its own count of attempts; where that is the end, its token is erased.

        False, and nothing is kept, where its state is no longer that of `outgoing`.
        """

    def postpone(self, outgoing: Outgoing, due_at: datetime) -> None:
        """Give it back as it was before it was claimed, for later."""

    def find(self, identity: str) -> Outgoing | None:
        """One of them."""

    def all(self, states: Sequence[DeliveryState]) -> Sequence[Outgoing]:
        """Those in these states, oldest first."""

    def history(self, identity: str) -> Sequence[OutgoingEvent]:
        """Its events, oldest first."""

    def counts(self) -> Mapping[DeliveryState, tuple[int, datetime]]:
        """How many are in each state but the last ones, and when the oldest of them was confirmed."""


class Vault(Protocol):
    """Keeps tokens unread while they wait."""

    def shut(self, token: str, name: str) -> bytes:
        """Encrypt it. name: of what it belongs to; with another it does not open."""

    def open(self, kept: bytes, name: str) -> str:
        """The token. Raises KeyUnusable where key or name are others, or a byte was changed."""


class PartnerResting(Exception):
    """This partner has failed so often that it is left alone for a while; nothing was sent."""


class Patience(Protocol):
    """How long we wait before we try again, and when we leave a partner alone."""

    def seconds(self, attempts: int) -> float:
        """How long to wait after so many attempts; longer each time, never the same for all."""

    def through(self, country: str, deed: Callable[[], Given]) -> Given:
        """Do it, unless its partner rests. Raises PartnerResting, and whatever the deed raises."""

    @property
    def rest_seconds(self) -> float:
        """How long a partner is left alone."""
