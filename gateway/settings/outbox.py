"""[outbox]: how patient we are with partners that have to be told what our customs counted."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from gateway.settings.section import Seconds, Section, wrong


class OutboxSettings(Section):
    """How often we try, and how much at once."""

    look_every_seconds: Seconds = 2.0
    """Between two looks for what is due."""

    at_once_per_partner: Annotated[int, Field(ge=1, le=64)] = 4
    """Confirmations that may be on their way to one partner at a time, each of another permit."""

    first_wait_seconds: Seconds = 2.0
    """After the first attempt that failed; doubled after each further one."""

    longest_wait_seconds: Annotated[float, Field(gt=0, le=86400)] = 3600.0
    """What the waiting never passes."""

    rest_seconds: Seconds = 15.0
    """How long a partner is left alone that has failed five times in a row."""

    @model_validator(mode="after")
    def _longest_is_longest(self) -> Self:
        if self.longest_wait_seconds < self.first_wait_seconds:
            raise wrong("must not be less than first_wait_seconds", key="longest_wait_seconds")
        return self
