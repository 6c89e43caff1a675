"""Variants of a permit as rows of the form, and as values for a program.

The form has no box for them. Each has a row only where the document says it: at box 5, or beside
the box of a line that it is about.
"""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime

from gateway.domain.form.values import Values, day, joined, paragraphs
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, Examination, RegisteredOperation
from gateway.domain.permit.quantity import Quantity

Entry = tuple[str, str | tuple[str, ...]]
"""Key of the words in `form.csv`, and the value; empty where the document does not say it."""

_OF_PERMIT = (
    "replacement",
    "retrospective",
    "partially_completed",
    "import_permit",
    "carnet",
    "annex",
)
"""Attributes of Permit."""


def box_5(permit: Permit, values: Values) -> Iterator[Entry]:
    """Variants that the document says; a value that is missing is empty, as a blank box is."""
    if replaced := permit.replacement:
        named = joined(replaced.number, day(replaced.issued))
        yield "replacement", (named, *paragraphs((replaced.reason or "",)))
    if after := permit.retrospective:
        agreed = joined(after.agreement, day(after.agreed_at))
        yield "retrospective", (agreed, *paragraphs((after.reason or "",)))
    if partial := permit.partially_completed:
        yield "boxes_of_holder", ", ".join(partial.boxes)
        yield "shipments", str(partial.shipments or "")
    if rests_on := permit.import_permit:
        country = values.country_code(rests_on.country)
        yield "import_permit", joined(rests_on.number, day(rests_on.issued), country)
    if carnet := permit.carnet:
        yield "carnet", carnet.number or ""
        yield "carnet_valid_until", day(carnet.valid_until)
    if annex := permit.annex:
        yield "annex_pages", str(annex.pages or "")


def box_12b(operation: RegisteredOperation) -> Iterator[Entry]:
    """Acquisition before a day."""
    yield "acquired_before", day(operation.acquired_before)
    yield "acquired_statement", paragraphs((operation.acquired_statement or "",))


def box_14(seen: Examination | None, values: Values) -> Iterator[Entry]:
    """Findings of the inspection of a line, beside the counted quantity."""
    yield "dead_on_arrival", values.quantity(seen.dead_on_arrival if seen else None)
    yield "seized", values.quantity(seen.seized if seen else None)


def of_permit_as_json(permit: Permit) -> dict[str, object]:
    """Each variant that the document says, with its values by the names of the national record."""
    parts = {name: getattr(permit, name) for name in _OF_PERMIT}
    said: dict[str, object] = {"copy": True} if permit.copy else {}
    return said | {
        name: {field.name: _plain(getattr(part, field.name)) for field in fields(part)}
        for name, part in parts.items()
        if part is not None
    }


def of_line_as_json(line: CitesPosition) -> dict[str, object]:
    """Values of a line that have no box, by the names of the national record."""
    operation, seen = line.operation or RegisteredOperation(), line.examination or Examination()
    values = {
        "annotation": line.annotation,
        "quota_text": line.quota.text if line.quota else None,
        "acquired_before": operation.acquired_before,
        "acquired_statement": operation.acquired_statement,
        "dead_on_arrival": seen.dead_on_arrival,
        "seized": seen.seized,
    }
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Quantity):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
