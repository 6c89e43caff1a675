"""Comparison of a paper with the permit that its issuer gave out, field by field.

The officer ticks a field that is the same, or types what the paper says. Typed text is compared by
the kind of the field: names without regard to white space and capital letters, quantities exactly
and across units of one dimension, days by the calendar.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from gateway.domain.codes import code_list
from gateway.domain.errors import QuantityInvalid
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity, amount, plain
from gateway.domain.white_space import collapsed


class FieldName(StrEnum):
    """Field of the paper that is compared."""

    SPECIES = "species"
    QUANTITY = "quantity"
    UNIT = "unit"
    ISSUED = "issued"
    LAST_DAY = "last-day"
    STAMP = "stamp"


class Agreement(StrEnum):
    """Result of one field."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNREADABLE = "unreadable"
    """Nothing can be said: what was typed is no quantity, unit or day, or the permit's own value is
    not readable."""
    NOT_COMPARED = "not-compared"


_BOXES = {
    FieldName.SPECIES: "7",
    FieldName.QUANTITY: "11",
    FieldName.UNIT: "11",
    FieldName.ISSUED: "13",
    FieldName.LAST_DAY: "2",
    FieldName.STAMP: "5b",
}
_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_POINTED_DAY = re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})")
"""Points alone: with slashes the month stands first on papers of some countries."""
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")
"""Three digits after a comma could be thousands, so they are not read."""
MOST_LETTERS = 300
"""Of what is typed; the rest is left out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Statement of the officer on a field. same: ticked.  typed: what the paper says, or empty."""

    same: bool = False
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A field with its result. line: its letter, None for a field of the whole paper.

    recorded: as the permit says it, text of others, not yet cleaned; empty where it says nothing.
    typed: what the officer typed.
    """

    field: FieldName
    line: str | None
    recorded: str
    typed: str = ""
    result: Agreement = Agreement.NOT_COMPARED

    @property
    def box(self) -> str:
        """Box of the form."""
        return _BOXES[self.field]

    @property
    def key(self) -> str:
        """Name of the field, with its line: the same for a permit at any time."""
        return self.field.value if self.line is None else f"{self.field.value}@{self.line}"


def fields_of(permit: Permit, lines: Sequence[CitesPosition]) -> tuple[Compared, ...]:
    """Return the fields to compare: those of the whole paper, then those of these lines."""
    return (*_of_paper(permit), *(each for line in lines for each in _of_line(line)))


def compare(
    permit: Permit, lines: Sequence[CitesPosition], entries: Mapping[str, Entry]
) -> tuple[Compared, ...]:
    """Compare every field. entries: by `Compared.key`; a field without one is not compared."""
    units = {line.id: line.quantity.unit for line in lines if line.quantity}
    typed_units = {
        line.id: _unit(entries[f"unit@{line.id}"].typed)
        for line in lines
        if f"unit@{line.id}" in entries and entries[f"unit@{line.id}"].typed.strip()
    }
    unreadable = {(leaf.box, leaf.position) for leaf in permit.unreadable if not leaf.not_set}
    return tuple(
        _compared(
            each,
            entries.get(each.key, Entry()),
            units.get(each.line or ""),
            typed_units.get(each.line or ""),
            is_known=bool(each.recorded) or (each.box, each.line) not in unreadable,
        )
        for each in fields_of(permit, lines)
    )


def verdict_of(compared: Sequence[Compared]) -> Agreement:
    """Return the result of all fields: the worst of them; agreement only where all were compared.

    A field that was not compared leaves the whole open.
    """
    results = {each.result for each in compared}
    for worst in (Agreement.DIFFERS, Agreement.UNREADABLE, Agreement.NOT_COMPARED):
        if worst in results:
            return worst
    return Agreement.AGREES


def _of_paper(permit: Permit) -> Iterator[Compared]:
    issued, last = permit.issued_at, permit.valid_until
    stamp = permit.management_authority.stamp if permit.management_authority else None
    yield Compared(FieldName.ISSUED, None, issued.date().isoformat() if issued else "")
    yield Compared(FieldName.LAST_DAY, None, last.date().isoformat() if last else "")
    yield Compared(FieldName.STAMP, None, stamp or "")


def _of_line(line: CitesPosition) -> Iterator[Compared]:
    quantity = line.quantity
    yield Compared(FieldName.SPECIES, line.id, line.scientific_name or "")
    yield Compared(FieldName.QUANTITY, line.id, plain(quantity.amount) if quantity else "")
    yield Compared(FieldName.UNIT, line.id, quantity.current_unit if quantity else "")


def _compared(
    field: Compared, entry: Entry, unit: str | None, typed: str | None, *, is_known: bool
) -> Compared:
    """is_known: whether the permit says the value, or says nothing; not that it cannot be read."""
    text = collapsed(entry.typed)[:MOST_LETTERS]
    if text:
        result = _judged(field, text, unit, typed)
    else:
        result = Agreement.AGREES if entry.same else Agreement.NOT_COMPARED
    if not is_known and result is not Agreement.NOT_COMPARED:
        result = Agreement.UNREADABLE
    return Compared(field.field, field.line, field.recorded, text, result)


def _judged(field: Compared, text: str, unit: str | None, typed_unit: str | None) -> Agreement:
    match field.field:
        case FieldName.QUANTITY:
            return _quantities(field.recorded, text, unit, typed_unit)
        case FieldName.UNIT:
            return _units(field.recorded, text)
        case FieldName.ISSUED | FieldName.LAST_DAY:
            day = _day(text)
            if day is None:
                return Agreement.UNREADABLE
            return _result(day.isoformat() == field.recorded)
        case _:
            return _result(text.casefold() == collapsed(field.recorded).casefold())


def _quantities(recorded: str, text: str, unit: str | None, typed_unit: str | None) -> Agreement:
    try:
        seen = amount(text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text)
    except QuantityInvalid:
        return Agreement.UNREADABLE
    if not recorded:
        return Agreement.DIFFERS
    ours = Quantity(Decimal(recorded), unit)
    theirs = Quantity(seen, typed_unit or unit)
    same = ours.like(theirs) and not (ours.is_less_than(theirs) or theirs.is_less_than(ours))
    return _result(same)


def _units(recorded: str, text: str) -> Agreement:
    """Compare units as such: grams are not kilograms, though a quantity may be the same in both."""
    code = _unit(text)
    if code is None:
        return Agreement.UNREADABLE
    return _result(code == recorded)


def _unit(text: str) -> str | None:
    """The code of a unit, by its code or its name in a language of the list."""
    asked = collapsed(text).casefold()
    for code, unit in code_list("units").items():
        names = (code, *unit.names)
        if asked in (name.casefold() for name in names):
            return Quantity(Decimal(0), code).current_unit
    return None


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text) or _POINTED_DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _result(same: bool) -> Agreement:
    return Agreement.AGREES if same else Agreement.DIFFERS
