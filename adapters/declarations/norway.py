"""Norwegian customs declaration (TVINN): permits stand in box 44 under the code CIT.

Names of entries are the numbers of the boxes. The form has no box for species, term or source, so
they are compared by the words of box 31 alone, or not at all.

Source: Norwegian Customs, "Kode for CITES - CIT": from 1 May 2021, at import and export, box 44
names the number of the CITES export permit, the import permit, or both.
"""

import re
from collections.abc import Iterator

from adapters.declarations.entries import Entries
from gateway.domain.codes import authority_countries
from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.permit.quantity import Quantity

CODE = "CIT"
_HEAD = ("form", "declaration", "date", "1", "15a", "items")
_ITEM = ("32", "31", "34", "38", "41", "41_unit", "44")
_REFERENCE = ("code", "text", "country", "token", "line")
_COUNTRY = re.compile(r"(?:[0-9]{2})?(?P<country>[A-Z]{2})-")
"""`DE-A01186/21` and `21NO-0007-IM`: a hint of the country, where no entry names it."""


def read(entries: Entries) -> CustomsDeclaration:
    """Read it. Raises DeclarationInvalid, QuantityInvalid."""
    entries.require_names(*_HEAD)
    lines = [
        line for each in entries.objects("items") for line in _lines(each, entries.code("15a"))
    ]
    return CustomsDeclaration(entries.required("declaration"), tuple(lines), entries.day("date"))


def _lines(entries: Entries, dispatched: str | None) -> Iterator[DeclarationLine]:
    item = entries.required("32")
    row = entries.of_item(item)
    row.require_names(*_ITEM)
    for reference in row.objects("44"):
        if reference.code("code") != CODE:
            continue
        reference.require_names(*_REFERENCE)
        number = reference.required("text")
        country = reference.code("country") or _hint(number) or dispatched
        if country is None:
            raise reference.wrong("country", "is missing, and box 15a is too")
        yield DeclarationLine(
            item=item,
            country=country,
            number=number,
            token=reference.text("token"),
            position=reference.text("line"),
            description=row.text("31"),
            quantity=_quantity(row),
            customs_origin=row.code("34"),
        )


def _hint(number: str) -> str | None:
    found = _COUNTRY.match(number)
    return found["country"] if found and found["country"] in authority_countries() else None


def _quantity(row: Entries) -> Quantity | None:
    """Box 41, in its unit or else specimens; without it the net mass of box 38, in kilograms."""
    supplementary = row.quantity("41", row.code("41_unit") or "NAR")
    return supplementary or row.quantity("38", "KGM")
