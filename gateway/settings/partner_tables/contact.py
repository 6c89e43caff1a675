"""Contact settings, [gateway.contact] and [partner.contact]: the person to call, day and night."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from gateway.settings.section import Section, wrong

_Line = Annotated[str, Field(max_length=350)]


class ContactSettings(Section):
    """A person or an office, and how it is reached: `mail`, `phone` or both."""

    name: Annotated[str, Field(min_length=1, max_length=350)]
    """The person or the office."""

    mail: _Line = ""
    """Its mail address."""

    phone: _Line = ""
    """Its telephone number, as it is dialled from abroad."""

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not self.mail and not self.phone:
            raise wrong("must be given, or mail", key="phone")
        return self

    @property
    def line(self) -> str:
        """All of it, for a sentence."""
        return ", ".join(part for part in (self.name, self.mail, self.phone) if part)
