"""Outbox settings, [outbox]: polling, retry with back-off, and circuit breaker of confirmations.

The outbox sends partners the quantities that our customs confirmed.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from gateway.settings.section import Seconds, Section, wrong


class OutboxSettings(Section):
    """[outbox]: time between attempts, and attempts at a time."""

    poll_seconds: Seconds = 2.0
    """Seconds between two looks into the database for confirmations that are due."""

    max_in_flight_per_partner: Annotated[int, Field(ge=1, le=64)] = 4
    """Confirmations that may be in flight to one partner at a time, each of another permit."""

    initial_backoff_seconds: Seconds = 2.0
    """Back-off after the first failed attempt, in seconds; doubled after each further one."""

    max_backoff_seconds: Annotated[float, Field(gt=0, le=86400)] = 3600.0
    """Upper limit of the back-off, in seconds."""

    circuit_open_seconds: Seconds = 15.0
    """How long the circuit stays open after a partner has failed five times in a row."""

    @model_validator(mode="after")
    def _maximum_is_not_below_initial(self) -> Self:
        if self.max_backoff_seconds < self.initial_backoff_seconds:
            raise wrong("must not be less than initial_backoff_seconds", key="max_backoff_seconds")
        return self
