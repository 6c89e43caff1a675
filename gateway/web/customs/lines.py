"""Pages of lines: a permit with many lines is compared and counted some lines at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.web.people.visit import Visit


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some lines of a permit. start: place of the first, from 0.  count: lines of the permit.

    following: start of the next page; None on the last.
    """

    lines: Sequence[CitesPosition]
    start: int
    count: int
    following: int | None


def line_page(visit: Visit, permit: Permit, size: int) -> LinePage:
    """The lines that a visit asks for: by `from` of the form or of the address; else the first."""
    asked = visit.form.text("from") or visit.query.get("from", "")
    positions = permit.positions
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    start = start - start % size if start < len(positions) else 0
    following = start + size if start + size < len(positions) else None
    return LinePage(positions[start : start + size], start, len(positions), following)
