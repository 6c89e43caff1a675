"""Settings of what declarations hold of permits, [declarations]."""

from typing import Annotated

from pydantic import Field

from gateway.settings.section import Section


class DeclarationSettings(Section):
    """[declarations]: how long a reservation holds, and how what is written off is confirmed."""

    reservation_days: Annotated[int, Field(ge=1, le=366)] = 30
    """Days after which a reservation lapses that was not written off."""

    confirm_written_off: bool = True
    """Whether what a declaration has written off is confirmed to the partner by itself."""
