"""Canonical JSON of records: one text for the same content, so that it can be hashed and compared.

Records of the journal keep it for years, so its form is fixed.
"""

import json
from datetime import UTC, datetime
from typing import Any


def canonical(fields: dict[str, Any]) -> bytes:
    """Return canonical JSON: sorted keys, no white space, UTF-8."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def parse_json(text: bytes) -> Any:
    """Parse JSON of a record. Raises ValueError for other text, or for nesting beyond the stack."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def moment(at: datetime) -> str:
    """Write a moment as the journal does: ISO 8601, UTC, microseconds.

    Raises ValueError where the moment in UTC is outside the years 1 to 9999.
    """
    try:
        return at.astimezone(UTC).isoformat(timespec="microseconds")
    except OverflowError:
        raise ValueError("out of range") from None
