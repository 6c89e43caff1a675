"""Comparison of a declaration line with a line of the permit, field by field."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from gateway.domain.codes import code_list
from gateway.domain.declarations.line import DeclarationLine
from gateway.domain.declarations.verdict import Agreement, Field, FieldVerdict, LineVerdict
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity
from gateway.domain.references.taxa import keys_of, name_key

SameTaxon = Callable[[str, str], bool | None]
"""Whether two names are of one taxon; None where the listings here do not know both."""

_AGREES, _DIFFERS, _UNKNOWN = Agreement.AGREES, Agreement.DIFFERS, Agreement.UNKNOWN


def compare_line(
    line: DeclarationLine,
    permit: Permit,
    free: Mapping[str, Quantity],
    day: date | None,
    same_taxon: SameTaxon,
) -> LineVerdict:
    """Compare with the line that the declaration names, else with the best of all lines.

    free: quantity that is free, by letter, in the unit of box 11.  day: of import or export.
    """
    head = _day(day, permit)
    if line.position is None:
        verdicts = [
            _verdict(line, each, permit, free.get(each.id), head, same_taxon)
            for each in permit.positions
        ]
        if not verdicts:
            return LineVerdict(line, None, (head, _no_position(line)))
        return min(verdicts, key=lambda verdict: verdict.rank)  # the first of equals
    position = named_position(permit, line.position)
    if position is None:
        return LineVerdict(line, None, (head, _no_position(line)))
    return _verdict(line, position, permit, free.get(position.id), head, same_taxon)


def named_position(permit: Permit, name: str) -> CitesPosition | None:
    """Return the line of a letter, else of a place from 1; None where there is none.

    Source: Delegated Reg. (EU) 2015/2446, Annex B, 12 03 013: number of the line of the document.
    """
    found = permit.position(name)
    if found is None and name.isascii() and name.isdecimal() and len(name) < 5:
        place = int(name)
        return permit.positions[place - 1] if 0 < place <= len(permit.positions) else None
    return found


def allowed_quantity(position: CitesPosition) -> Quantity | None:
    """Return the quantity that a line allows at import: box 14 where it is filled, else box 11.

    In the unit of box 11, also where a partner fills box 14 in another of the same dimension.
    Source: 50 CFR 23.27(a), as in gateway/domain/ledger/foreign_use.py.
    """
    endorsed = position.examination.quantity if position.examination else None
    if position.quantity is None or endorsed is None or not endorsed.like(position.quantity):
        return position.quantity
    return Quantity(Decimal(0), position.quantity.unit).plus(endorsed)


def _verdict(
    line: DeclarationLine,
    position: CitesPosition,
    permit: Permit,
    free: Quantity | None,
    head: FieldVerdict,
    same_taxon: SameTaxon,
) -> LineVerdict:
    fields = (
        head,
        _species(line, position, same_taxon),
        _term(line, position),
        _source(line, position),
        *_quantity(line, position, free),
        _origin(line, position, permit),
    )
    return LineVerdict(line, position.id, fields)


def _found(
    field: Field,
    agreement: Agreement,
    box: str,
    values: tuple[str | None, str | None],
    template: str,
) -> FieldVerdict:
    declared, permitted = values
    said = {"declared": declared, "permitted": permitted, "box": box}
    return FieldVerdict(field, agreement, box, declared, permitted, Sentence(template, said))


def _not_stated(
    field: Field, box: str, declared: str | None, permitted: str | None
) -> FieldVerdict | None:
    """The verdict where a side states nothing; None where both do."""
    if declared and permitted:
        return None
    template = (
        "The declaration does not say it; box {box} of the permit says {permitted}."
        if permitted
        else "Box {box} of the permit says nothing that could be compared."
    )
    return _found(field, _UNKNOWN, box, (declared, permitted), template)


def _day(day: date | None, permit: Permit) -> FieldVerdict:
    first, last = permit.valid_from, permit.valid_until
    permitted = f"{first:%Y-%m-%d}" if first else "…"
    permitted += f" to {last:%Y-%m-%d}" if last else " to …"
    values = day.isoformat() if day else None, permitted
    if day is None or (last is None and permit.needs_last_day):
        return _found(
            Field.DAY, _UNKNOWN, "2", values, "The day cannot be compared with box 2: {permitted}."
        )
    if (first and day < first.date()) or (last and day > last.date()):
        template = "The permit is not valid on {declared}; box 2 says {permitted}."
        return _found(Field.DAY, _DIFFERS, "2", values, template)
    return _found(Field.DAY, _AGREES, "2", values, "The permit is valid on {declared}.")


def _no_position(line: DeclarationLine) -> FieldVerdict:
    template = (
        "The permit has no line {declared}." if line.position else "The permit has no line at all."
    )
    return _found(Field.POSITION, _DIFFERS, "7", (line.position, None), template)


def _species(line: DeclarationLine, position: CitesPosition, same_taxon: SameTaxon) -> FieldVerdict:
    permitted = position.scientific_name
    declared = line.scientific_name
    values = declared or line.description, permitted
    if absent := _not_stated(Field.SPECIES, "7", *values):
        return absent
    name = permitted or ""
    if not declared:
        if _names_species(line.description or "", name):
            return _found(Field.SPECIES, _AGREES, "7", values, "The goods are named {permitted}.")
        template = "The declaration names no species in Latin; box 7 says {permitted}."
        return _found(Field.SPECIES, _UNKNOWN, "7", values, template)
    if keys_of(declared)[1] == keys_of(name)[1]:
        return _found(Field.SPECIES, _AGREES, "7", values, "Both name {permitted}.")
    same = same_taxon(declared, name)
    if same:
        template = "{declared} and {permitted} are names of one taxon."
        return _found(Field.SPECIES, _AGREES, "7", values, template)
    template = (
        "{declared} is declared; box 7 says {permitted}, and no listing here has them as one taxon."
        if same is None
        else "{declared} is declared; box 7 says {permitted}, another taxon."
    )
    return _found(Field.SPECIES, _DIFFERS, "7", values, template)


def _names_species(description: str, name: str) -> bool:
    """Whether the words of a description have the name of a species in them, without its author."""
    marks = dict.fromkeys(map(ord, ",;:()[]/"), " ")
    words = f" {name_key(description.translate(marks))} "
    return f" {keys_of(name)[1]} " in words


def _term(line: DeclarationLine, position: CitesPosition) -> FieldVerdict:
    values = line.term, position.term
    if absent := _not_stated(Field.TERM, "9", *values):
        return absent
    if line.term == position.term:
        return _found(Field.TERM, _AGREES, "9", values, "Both say {permitted}.")
    if line.term not in code_list("terms"):
        template = "{declared} is no CITES code for box 9, which says {permitted}."
        return _found(Field.TERM, _UNKNOWN, "9", values, template)
    return _differs(Field.TERM, "9", values)


def _source(line: DeclarationLine, position: CitesPosition) -> FieldVerdict:
    values = line.source, " ".join(position.sources) or None
    if absent := _not_stated(Field.SOURCE, "10", *values):
        return absent
    if line.source in position.sources:
        return _found(Field.SOURCE, _AGREES, "10", values, "Both say {declared}.")
    return _differs(Field.SOURCE, "10", values)


def _differs(field: Field, box: str, values: tuple[str | None, str | None]) -> FieldVerdict:
    template = "{declared} is declared; box {box} says {permitted}."
    return _found(field, _DIFFERS, box, values, template)


def _quantity(
    line: DeclarationLine, position: CitesPosition, free: Quantity | None
) -> Iterator[FieldVerdict]:
    declared, permitted = line.quantity, position.quantity
    units = (
        declared.written_unit if declared else None,
        permitted.written_unit if permitted else None,
    )
    values = str(declared) if declared else None, str(free) if free else None
    if declared is None or permitted is None:
        for field, (ours, theirs) in ((Field.UNIT, units), (Field.QUANTITY, values)):
            yield _not_stated(field, "11", ours, theirs) or _found(
                field, _UNKNOWN, "11", (ours, theirs), "Box {box} cannot be compared."
            )
        return
    if not declared.like(permitted):
        template = "{declared} is declared; box 11 counts in {permitted}."
        yield _found(Field.UNIT, _DIFFERS, "11", units, template)
        template = "{declared} cannot be compared with {permitted}, as the units differ."
        yield _found(Field.QUANTITY, _UNKNOWN, "11", values, template)
        return
    template = "{declared} can be converted exactly into {permitted}."
    yield _found(Field.UNIT, _AGREES, "11", units, template)
    if free is None:
        template = "What is free of the quantity in box 11 is not known."
        yield _found(Field.QUANTITY, _UNKNOWN, "11", values, template)
    elif free.is_less_than(declared):
        template = "{declared} is declared; {permitted} is free."
        yield _found(Field.QUANTITY, _DIFFERS, "11", values, template)
    else:
        template = "{declared} is covered, as {permitted} is free."
        yield _found(Field.QUANTITY, _AGREES, "11", values, template)


def _origin(line: DeclarationLine, position: CitesPosition, permit: Permit) -> FieldVerdict:
    """Box 12; of an export permit that leaves it blank, the exporting country (box 4).

    Source: Res. Conf. 12.3, box 12.
    """
    country = position.origin.country if position.origin else None
    if country is None and permit.type == "EXPORT" and permit.exporter:
        country = permit.exporter.country
    values = line.origin or line.customs_origin, country.code if country else None
    if absent := _not_stated(Field.ORIGIN, "12", *values):
        return absent
    if values[0] == values[1]:
        return _found(Field.ORIGIN, _AGREES, "12", values, "Both say {permitted}.")
    if line.origin is None:
        template = (
            "The goods were made in {declared}; box 12 says that the specimens are of {permitted}."
        )
        return _found(Field.ORIGIN, _UNKNOWN, "12", values, template)
    return _differs(Field.ORIGIN, "12", values)
