"""Marks of boxes whose value is not readable, as rows among the others and as JSON."""

import re
from collections.abc import Collection, Sequence

from gateway.domain.codes import Language, form_wording
from gateway.domain.form.boxes import Row
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.unreadable import UnreadableLeaf


def marked(
    rows: Sequence[Row],
    permit: Permit,
    language: Language,
    positions: Collection[str | None] = (None,),
) -> list[Row]:
    """Rows of the document or of lines, with a mark after the rows of each unreadable box.

    positions: letters of the lines whose boxes stand in the rows; None for boxes of the document.
    """
    shown = list(rows)
    first, last = (_order(row.box)[0] for row in (shown[0], shown[-1]))
    for leaf in permit.unreadable:
        if leaf.position in positions and first <= _order(leaf.box)[0] <= last:
            at = [i for i, row in enumerate(shown, 1) if _order(row.box) <= _order(leaf.box)]
            shown.insert(at[-1] if at else 0, _row(leaf, language, name_line=len(positions) > 1))
    return shown


def as_json(permit: Permit) -> list[dict[str, object]]:
    """Every unreadable leaf: box, line, element, text and attributes as written, reason."""
    return [
        {
            "box": leaf.box,
            "line": leaf.position,
            "element": leaf.element,
            "text": leaf.text,
            "attributes": dict(leaf.attributes),
            "not_set": leaf.not_set,
            "reason": leaf.reason,
        }
        for leaf in permit.unreadable
    ]


def _row(leaf: UnreadableLeaf, language: Language, *, name_line: bool) -> Row:
    words = {key: each.name(language) for key, each in form_wording().items()}
    label = words["not_set" if leaf.not_set else "not_readable"]
    of_line = f", {words['line']} {leaf.position}" if name_line and leaf.position else ""
    text = words["as_written"].format(element=leaf.element, text=leaf.as_written)
    return Row(leaf.box, f"{label}{of_line}", (text,))


def _order(box: str) -> tuple[int, str]:
    """Order of the form: 9, 10, 11, 11a."""
    digits = re.match(r"[0-9]*", box)
    number = digits.group() if digits else ""
    return int(number or 0), box[len(number) :]
