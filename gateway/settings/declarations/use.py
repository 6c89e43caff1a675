"""Settings of what declarations hold of permits, [declarations]."""

from typing import Annotated

from pydantic import Field

from gateway.settings.section import Section


class DeclarationSettings(Section):
    """[declarations]: reservations, questions to partners, and what is written off."""

    reservation_days: Annotated[int, Field(ge=1, le=366)] = 30
    """Days after which a reservation lapses that was not written off."""

    most_asked: Annotated[int, Field(ge=1, le=999)] = 25
    """Permits of one declaration that partners are asked for in a check or an act."""

    ask_seconds: Annotated[int, Field(ge=1, le=600)] = 60
    """Seconds after which no further permit of a declaration is asked for."""

    confirm_written_off: bool = True
    """Whether what a declaration has written off is confirmed to the partner by itself."""
