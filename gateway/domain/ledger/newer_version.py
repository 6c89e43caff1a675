"""Box 14 of a newer version: the document as issued has none, and an earlier final one has it."""

from dataclasses import replace

from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition


def with_box_14(newer: Permit, final: Permit) -> Permit:
    """Return the newer document of a permit with box 14 of an earlier final one.

    Box 14 is taken for lines that are the same in both. The examination of a line that was changed
    since says nothing of the line as it is now.
    """
    filled = {line.id: line for line in final.positions if line.examination}
    lines = tuple(_filled(line, filled.get(line.id)) for line in newer.positions)
    return replace(newer, positions=lines)


def _filled(line: CitesPosition, final: CitesPosition | None) -> CitesPosition:
    if line.examination is not None or final is None or _what(line) != _what(final):
        return line
    return replace(line, examination=final.examination)


def _what(line: CitesPosition) -> tuple[object, ...]:
    return line.scientific_name, line.term, line.sources, line.quantity
