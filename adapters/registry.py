"""Registry of permit formats: every schema version this gateway reads and writes."""

from collections.abc import Callable

from adapters.permit_format import PermitDocument
from adapters.v1.format import format_v1
from adapters.v2.format import format_v2

FORMATS: dict[str, Callable[[], PermitDocument]] = {"v1": format_v1, "v2": format_v2}
"""Maker of the permit format of each schema version, by its name in `schemas.VERSIONS`."""


def formats() -> dict[str, PermitDocument]:
    """Permit formats by version name (`v1`, `v2`). Each is made once in a process."""
    return {version: make() for version, make in FORMATS.items()}
