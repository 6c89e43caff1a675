"""[journal]: how long the record of every exchange is kept, and what vouches for it."""

from typing import Annotated

from pydantic import Field

from gateway.settings.section import Section


class JournalSettings(Section):
    """[journal]. Every key may be left out."""

    retention_years_after_expiry: Annotated[int, Field(ge=1, le=100)] = 5
    """How many years a record stays after the permit it is about has expired."""

    prune: bool = False
    """Whether `serve` removes by itself what has had its time; else `journal prune` does, when somebody calls it."""

    quiet_head_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    """While nothing is exchanged: how often it is sealed that nothing was."""
