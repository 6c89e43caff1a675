"""Which formats of the permit do we speak? The one place that knows them all."""

from adapters.v1.format import format_v1
from adapters.v2.format import format_v2
from gateway.exchange.ports import PermitFormat


def formats() -> dict[str, PermitFormat]:
    """Every schema version by its name (`v1`, `v2`). Reads the XSDs, so call it once."""
    return {each.version: each for each in (format_v1(), format_v2())}
