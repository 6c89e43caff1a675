"""Statements of box 5: variants of a permit as paragraphs that people and this gateway read.

The form and both schema versions have no other place for a variant, so the Convention has it stated
in box 5. A paragraph begins with a heading; each further line is a label and a value:

    REPLACEMENT
    Replaced document: MZ26EX000098
    Date of issue: 2026-08-14+02:00
    Reason: Lost by the courier

Paragraphs about a line name it first: `LINE A: ANNOTATION`. They stand behind the special
conditions, in a fixed order. Only paragraphs that would be written the same again are read as
fields; every other text of box 5 stays a special condition.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from adapters.conversions import read_foreign_moment, write_date
from adapters.tree import WHITESPACE, collapse
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, Examination, Quota, RegisteredOperation
from gateway.domain.permit.quantity import Quantity, plain
from gateway.domain.permit.variants import (
    Annex,
    Carnet,
    ImportPermit,
    PartiallyCompleted,
    Replacement,
    Retrospective,
)

_LINE_HEADING = re.compile(r"LINE (?P<id>\S+): (?P<heading>.+)")
_BOXES = re.compile(r"[0-9]{1,2}[ab]?(?:, [0-9]{1,2}[ab]?)*")
_WHOLE = re.compile(r"[1-9][0-9]{0,8}")
_QUANTITY = re.compile(r"(?P<amount>[0-9]{1,40}(?:\.[0-9]{1,40})?)(?: (?P<unit>\S+))?")


@dataclass(frozen=True, slots=True)
class _Item:
    """A value of a statement. label: before the value.  attribute: of its part of the permit.

    write, read: between the value and its text; read raises ValueError.
    """

    label: str
    attribute: str
    write: Callable[[Any], str]
    read: Callable[[str], object]


@dataclass(frozen=True, slots=True)
class _Statement:
    """A kind of statement.

    part: attribute of Permit or CitesPosition that holds the values; empty where they are
    attributes of the line itself.  make: builds that part.
    """

    heading: str
    part: str
    make: Callable[..., Any]
    items: tuple[_Item, ...]


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError("A whole number from 1.")
    return int(text)


def _quantity(text: str) -> Quantity:
    found = _QUANTITY.fullmatch(text)
    if not found:
        raise ValueError("A quantity such as 2 NAR.")
    return Quantity(Decimal(found["amount"]), found["unit"])


def _written_quantity(value: Quantity) -> str:
    return f"{plain(value.amount)} {value.unit}" if value.unit else plain(value.amount)


def _token(label: str, attribute: str) -> _Item:
    return _Item(label, attribute, collapse, str)


def _day(label: str, attribute: str) -> _Item:
    return _Item(label, attribute, write_date, read_foreign_moment)


def _text(label: str, attribute: str) -> _Item:
    """Text of several lines; always the last of its statement."""
    return _Item(label, attribute, lambda value: cast(str, value).strip(WHITESPACE), str)


def _boxes(text: str) -> tuple[str, ...]:
    if not _BOXES.fullmatch(text):
        raise ValueError("Numbers of boxes such as 3, 11a.")
    return tuple(text.split(", "))


def _counted(label: str, attribute: str) -> _Item:
    return _Item(label, attribute, _written_quantity, _quantity)


_OF_PERMIT = (
    _Statement("REPLACEMENT", "replacement", Replacement, (
        _token("Replaced document", "number"),
        _day("Date of issue", "issued"),
        _text("Reason", "reason"),
    )),
    _Statement("ISSUED RETROSPECTIVELY", "retrospective", Retrospective, (
        _token("Agreement of the other Management Authority", "agreement"),
        _day("Date of the agreement", "agreed_at"),
        _text("Reason", "reason"),
    )),
    _Statement("PARTIALLY COMPLETED", "partially_completed", PartiallyCompleted, (
        _Item("Boxes for the holder", "boxes", ", ".join, _boxes),
        _Item("Number of shipments", "shipments", str, _whole),
    )),
    _Statement("IMPORT PERMIT", "import_permit", ImportPermit, (
        _token("Number", "number"),
        _day("Date of issue", "issued"),
        _token("Country", "country"),
    )),
    _Statement("ATA CARNET", "carnet", Carnet, (
        _token("Number", "number"),
        _day("Valid until", "valid_until"),
    )),
    _Statement("ANNEX", "annex", Annex, (_Item("Pages", "pages", str, _whole),)),
)  # fmt: skip

_OF_LINE = (
    _Statement("ANNOTATION", "", CitesPosition, (_token("Number", "annotation"),)),
    _Statement("QUOTA", "quota", Quota, (_text("Text", "text"),)),
    _Statement("PRE-CONVENTION", "operation", RegisteredOperation, (
        _day("Acquired before", "acquired_before"),
        _text("Statement of the Management Authority", "acquired_statement"),
    )),
    _Statement("INSPECTION", "examination", Examination, (
        _counted("Dead on arrival", "dead_on_arrival"),
        _counted("Seized", "seized"),
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stated:
    """A statement as read. rank: its place among all statements.  line: letter, of a line."""

    rank: tuple[int, ...]
    kind: _Statement
    values: Mapping[str, object]
    line: str | None = None


def written(permit: Permit) -> tuple[str, ...]:
    """The statements of a permit, in their order. Raises ValueError for a moment without zone."""
    return tuple(_written(permit))


def _written(permit: Permit) -> Iterator[str]:
    for kind in _OF_PERMIT:
        part = getattr(permit, kind.part)
        if part is not None:
            yield _paragraph(kind.heading, kind, part)
    for line in permit.positions:
        for kind in _OF_LINE:
            part = getattr(line, kind.part) if kind.part else line
            if part is not None and any(_lines(kind, part)):
                yield _paragraph(f"LINE {line.id}: {kind.heading}", kind, part)


def _paragraph(heading: str, kind: _Statement, part: object) -> str:
    return "\n".join((heading, *_lines(kind, part)))


def _lines(kind: _Statement, part: object) -> Iterator[str]:
    for item in kind.items:
        value = getattr(part, item.attribute)
        if value not in (None, (), ""):
            yield f"{item.label}: {item.write(value)}"


def read(permit: Permit) -> Permit:
    """The permit with the statements at the end of its box 5 as fields.

    A text that is not as `written` would write it stays a special condition, and so does each text
    before it.
    """
    order = {line.id: index for index, line in enumerate(permit.positions)}
    conditions, found = list(permit.special_conditions), list[_Stated]()
    while conditions:
        stated = _stated(conditions[-1], order)
        if stated is None or (found and stated.rank >= found[-1].rank):
            break
        found.append(stated)
        conditions.pop()
    if not found:
        return permit
    lines = {line.id: line for line in permit.positions}
    parts: dict[str, Any] = {}
    for stated in found:
        if stated.line is None:
            parts[stated.kind.part] = stated.kind.make(**stated.values)
        else:
            lines[stated.line] = _with_values(lines[stated.line], stated.kind, stated.values)
    return replace(
        permit,
        special_conditions=tuple(conditions),
        positions=tuple(lines[line.id] for line in permit.positions),
        **parts,
    )


def _stated(text: str, order: Mapping[str, int]) -> _Stated | None:
    """A text of box 5 as a statement; None where it is none, or would be written otherwise.

    order: place of each line by its letter.
    """
    heading, _, rest = text.partition("\n")
    of_line = _LINE_HEADING.fullmatch(heading)
    if of_line and of_line["id"] not in order:
        return None
    kinds = _OF_LINE if of_line else _OF_PERMIT
    named = of_line["heading"] if of_line else heading
    for index, kind in enumerate(kinds):
        if kind.heading != named:
            continue
        values = _values(kind, rest)
        if values is None or (of_line and not values):
            return None
        if _paragraph(heading, kind, _made(kind, values)) != text:
            return None
        if of_line:
            return _Stated((1, order[of_line["id"]], index), kind, values, of_line["id"])
        return _Stated((0, index), kind, values)
    return None


def _made(kind: _Statement, values: Mapping[str, object]) -> object:
    return kind.make(**values) if kind.part else CitesPosition("", **values)  # type: ignore[arg-type]


def _with_values(line: CitesPosition, kind: _Statement, values: Mapping[str, Any]) -> CitesPosition:
    if not kind.part:
        return replace(line, **values)
    part = getattr(line, kind.part) or kind.make()
    return replace(line, **{kind.part: replace(part, **values)})


def _values(kind: _Statement, rest: str) -> dict[str, object] | None:
    """The values of the lines below a heading, by attribute; None where a line has another form."""
    values: dict[str, object] = {}
    for item in kind.items:
        start = f"{item.label}: "
        if not rest.startswith(start):
            continue
        text, _, rest = (rest, "", "") if item is kind.items[-1] else rest.partition("\n")
        try:
            values[item.attribute] = item.read(text.removeprefix(start))
        except ValueError:
            return None
    return None if rest else values
