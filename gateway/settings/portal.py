"""Portal settings, [portal]: what the service pages tell integrators about help and versions."""

from typing import Annotated

from pydantic import Field

from gateway.settings.section import Section


class PortalSettings(Section):
    """[portal]. The contact of the pages is that of [gateway.contact]."""

    support_hours: Annotated[str, Field(max_length=350)] = ""
    """When the contact answers, in words with time zone. Left out: nothing is said."""

    version_notice_months: Annotated[int, Field(ge=1, le=120)] = 12
    """Months between the announcement that a contract version ends, and its last day."""
