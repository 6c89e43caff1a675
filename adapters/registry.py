"""Registry of permit formats: every schema version this gateway reads and writes."""

from adapters.permit_format import PermitDocument
from adapters.v1.format import format_v1
from adapters.v2.format import format_v2


def formats() -> dict[str, PermitDocument]:
    """Permit formats by version name (`v1`, `v2`)."""
    return {each.version: each for each in (format_v1(), format_v2())}
