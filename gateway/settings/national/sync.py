"""Synchronisation settings, [sync] of a source description: change mark, pages, interval."""

from typing import Annotated

from pydantic import Field

from gateway.settings.section import Section

_Column = Annotated[str, Field(min_length=1, max_length=300)]


class SyncSettings(Section):
    """[sync]: the database is followed by a change mark."""

    mark: _Column
    """Column that grows with each change of a permit: a time of the last change, or a number."""

    line_order: _Column | None = None
    """Column by which the lines of a permit are sorted. Needed where [line] has no `id`."""

    overlap: Annotated[int, Field(ge=0, le=7 * 24 * 3600)] = 300
    """How far back of the newest mark each run begins: seconds of a time, else so many numbers.

    It covers changes that are committed later than others with a greater mark.
    """

    page: Annotated[int, Field(ge=1, le=5000)] = 500
    """Permits that are read at a time."""

    interval_seconds: Annotated[int, Field(ge=1, le=24 * 3600)] = 60
    """From the beginning of one run to the next while the gateway serves."""
