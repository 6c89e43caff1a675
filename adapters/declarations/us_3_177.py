"""US form 3-177, Declaration for Importation or Exportation of Fish or Wildlife.

Names of entries are the numbers of the blocks. A row that names a foreign and a US permit (17a,
17b) relies on both, and becomes a line for each.

Source: USFWS Form 3-177 (Rev. 10/2017), blocks 1 to 21; its filing instructions for codes.
"""

from collections.abc import Iterator

from adapters.declarations.entries import Entries
from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.permit.quantity import Quantity, amount
from gateway.domain.white_space import trimmed

UNITS = {
    "NO": "NAR",
    "KG": "KGM",
    "GM": "GRM",
    "MG": "MGM",
    "MC": "MYG",
    "LT": "LTR",
    "ML": "MLT",
    "MT": "MTR",
    "CM": "CTM",
    "C2": "SQC",
    "M2": "MTK",
    "C3": "CMQ",
    "M3": "MTQ",
}
"""Unit of block 19a -> unit of the CITES list. MT is a metre, not a tonne."""

_HEAD = ("form", "declaration", "1", "3", "4", "5", "6", "14b", "lines")
_LINE = (
    *("line", "16a", "16b", "17a", "17a_country", "17a_token", "17a_line"),
    *("17b", "17b_token", "17b_line", "18a", "18b", "19a", "19b", "20", "21"),
)


def read(entries: Entries) -> CustomsDeclaration:
    """Read it. Raises DeclarationInvalid, QuantityInvalid."""
    entries.require_names(*_HEAD)
    lines = [
        line
        for place, each in enumerate(entries.objects("lines"), 1)
        for line in _lines(each, place, entries.code("14b"))
    ]
    return CustomsDeclaration(entries.required("declaration"), tuple(lines), entries.day("1"))


def _lines(entries: Entries, place: int, partner: str | None) -> Iterator[DeclarationLine]:
    item = entries.text("line") or str(place)
    row = entries.of_item(item)
    row.require_names(*_LINE)
    quantity = _quantity(row)
    for block, country in (("17a", row.code("17a_country") or partner), ("17b", "US")):
        number = row.text(block)
        if number is None:
            continue
        if country is None:
            raise row.wrong("17a_country", "is missing, and block 14b is too")
        yield DeclarationLine(
            item=item,
            country=country,
            number=number,
            token=row.text(f"{block}_token"),
            position=row.text(f"{block}_line"),
            scientific_name=row.text("16a"),
            description=row.text("16b"),
            term=row.code("18a"),
            source=row.code("18b"),
            quantity=quantity,
            origin=row.code("20"),
        )
    if row.text("17a") is None and row.text("17b") is None:
        raise row.wrong("17a", "or 17b must name a permit")


def _quantity(row: Entries) -> Quantity | None:
    """Block 19a: quantity, a space, and the code of the unit."""
    text = row.text("19a")
    if text is None:
        return None
    figures, _, code = text.partition(" ")
    unit = UNITS.get(trimmed(code).upper())
    if unit is None:
        raise row.wrong("19a", f"must be a quantity and one of {' '.join(UNITS)}, as in 20 NO")
    return Quantity(amount(figures), unit)
