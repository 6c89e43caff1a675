"""Names of dialects: that of the file, without its ending."""

from typing import Annotated

from pydantic import AfterValidator

from gateway.settings.section import matching

DialectName = Annotated[
    str,
    AfterValidator(
        matching(r"[a-z0-9][a-z0-9-]{0,34}", "must be 1 to 35 of a-z 0-9 -, the name of a dialect")
    ),
]
"""Name of a dialect. It stands in a path."""
