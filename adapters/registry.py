"""Registry of permit formats: every schema version this gateway reads and writes."""

from adapters.v1.format import format_v1
from adapters.v2.format import format_v2
from gateway.exchange.ports import PermitFormat


def formats() -> dict[str, PermitFormat]:
    """Permit formats by version name (`v1`, `v2`).

    It reads the XSDs, so call it once.
    """
    return {each.version: each for each in (format_v1(), format_v2())}
