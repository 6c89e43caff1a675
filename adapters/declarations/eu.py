"""EU customs declaration: permits are supporting documents of a goods item (data element 12 03).

Names of entries are the numbers of the data elements. A CITES document has type C400. The form has
no element for species, term or source, so they are compared by the description of goods alone.

Source: Delegated Reg. (EU) 2015/2446, Annex B, as replaced by Delegated Reg. (EU) 2021/234.
"""

from collections.abc import Iterator

from adapters.declarations.entries import Entries
from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.permit.quantity import Quantity

CITES_DOCUMENT = "C400"
_HEAD = ("form", "mrn", "date", "items")
_ITEM = ("11 03", "12 03", "16 08", "18 01", "18 02", "18 02 unit", "18 05", "18 09")
_DOCUMENT = (
    *("12 03 001", "12 03 002", "12 03 005", "12 03 006", "12 03 010", "12 03 011"),
    *("12 03 013", "country", "token"),
)


def read(entries: Entries) -> CustomsDeclaration:
    """Read it. Raises DeclarationInvalid, QuantityInvalid."""
    entries.require_names(*_HEAD)
    lines = [line for each in entries.objects("items") for line in _lines(each)]
    return CustomsDeclaration(entries.required("mrn"), tuple(lines), entries.day("date"))


def _lines(entries: Entries) -> Iterator[DeclarationLine]:
    item = entries.required("11 03")
    row = entries.of_item(item)
    row.require_names(*_ITEM)
    for document in row.objects("12 03"):
        if document.code("12 03 002") != CITES_DOCUMENT:
            continue
        document.require_names(*_DOCUMENT)
        yield DeclarationLine(
            item=item,
            country=document.code("country") or document.required("country"),
            number=document.required("12 03 001"),
            token=document.text("token"),
            position=document.text("12 03 013"),
            description=row.text("18 05"),
            quantity=_quantity(document, row),
            customs_origin=row.code("16 08"),
        )


def _quantity(document: Entries, row: Entries) -> Quantity | None:
    """The quantity of the document; else the supplementary units; else the net mass in kg."""
    return (
        document.quantity("12 03 006", document.code("12 03 005"))
        or row.quantity("18 02", row.code("18 02 unit") or "NAR")
        or row.quantity("18 01", "KGM")
    )
