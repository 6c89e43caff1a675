"""View of a verdict on a declaration, on a terminal and as JSON."""

from collections.abc import Iterator

from gateway.cli.views.tables import Records
from gateway.domain.declarations.verdict import (
    Agreement,
    DeclarationVerdict,
    FieldVerdict,
    LineVerdict,
)

_MARKS = {Agreement.AGREES: "✓", Agreement.DIFFERS: "✗", Agreement.UNKNOWN: "?"}
_COLUMNS = ("", "Field", "Box", "What was found")


def head(verdict: DeclarationVerdict) -> Iterator[str]:
    """The verdict on the whole declaration, a line."""
    words = {
        Agreement.AGREES: "agrees with its permits",
        Agreement.DIFFERS: "differs from its permits",
        Agreement.UNKNOWN: "could not be compared in every field",
    }
    mark = _MARKS[verdict.agreement]
    yield f"{mark} Declaration {verdict.declaration.number} {words[verdict.agreement]}."


def line_head(verdict: LineVerdict) -> Iterator[str]:
    """The heading of a line."""
    line = verdict.line
    letter = f", line {verdict.position}" if verdict.position else ""
    yield ""
    yield f"Line {line.item}: permit {line.country} {line.number}{letter}"


def table(verdict: LineVerdict) -> Records:
    """A row for each field."""
    records = Records(_COLUMNS, frozenset(("", "Field", "Box")))
    for each in verdict.fields:
        records.add_row(_MARKS[each.agreement], each.field.value, each.box, str(each.sentence))
    return records


def as_json(verdict: DeclarationVerdict) -> dict[str, object]:
    """The verdict for a program; without tokens."""
    return {
        "declaration": verdict.declaration.number,
        "verdict": verdict.agreement.value,
        "lines": [_line(each) for each in verdict.lines],
    }


def _line(verdict: LineVerdict) -> dict[str, object]:
    return {
        "item": verdict.line.item,
        "country": verdict.line.country,
        "number": verdict.line.number,
        "position": verdict.position,
        "verdict": verdict.agreement.value,
        "fields": [_field(each) for each in verdict.fields],
    }


def _field(verdict: FieldVerdict) -> dict[str, object]:
    return {
        "field": verdict.field.value,
        "verdict": verdict.agreement.value,
        "box": verdict.box,
        "declared": verdict.declared,
        "permitted": verdict.permitted,
        "sentence": str(verdict.sentence),
    }
