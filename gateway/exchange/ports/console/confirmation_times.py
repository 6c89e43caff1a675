"""Port of confirmation times: first confirmations on permits of ours, and outstanding ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.delivery_state import DeliveryState


@dataclass(frozen=True, slots=True)
class FirstConfirmation:
    """First confirmation on a permit. Moments are aware.

    issued_at: box 13 of the permit; None where it is not stated with an offset.
    published_at: when this gateway took the permit in.
    """

    confirmed_at: datetime
    issued_at: datetime | None
    published_at: datetime


class ConfirmationTimes(Protocol):
    """Times of confirmations. Every method raises ServiceUnavailable."""

    def first(self, since: datetime, most: int) -> Sequence[FirstConfirmation]:
        """Return first confirmations that were booked since a moment, newest first."""

    def outstanding(self) -> Mapping[tuple[str, DeliveryState], int]:
        """Return the number of confirmations in the outbox that are not over.

        By country that issued the permit, and state.
        """
