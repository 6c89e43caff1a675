"""Declaration in the plain shape: the words of this gateway, for systems that have no form."""

from adapters.declarations.entries import Entries
from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine

_LINE = (
    *("item", "country", "number", "authority", "token", "position"),
    *("scientific_name", "description"),
    *("term", "source", "quantity", "unit", "origin", "customs_origin"),
)


def read(entries: Entries) -> CustomsDeclaration:
    """Read it. Raises DeclarationInvalid, QuantityInvalid."""
    entries.require_names("form", "declaration", "day", "lines")
    lines = tuple(_line(each) for each in entries.objects("lines"))
    return CustomsDeclaration(entries.required("declaration"), lines, entries.day("day"))


def _line(entries: Entries) -> DeclarationLine:
    item = entries.required("item")
    line = entries.of_item(item)
    line.require_names(*_LINE)
    return DeclarationLine(
        item=item,
        country=line.code("country") or line.required("country"),
        number=line.required("number"),
        token=line.text("token"),
        position=line.text("position"),
        scientific_name=line.text("scientific_name"),
        description=line.text("description"),
        term=line.code("term"),
        source=line.code("source"),
        quantity=line.quantity("quantity", line.code("unit")),
        origin=line.code("origin"),
        customs_origin=line.code("customs_origin"),
        authority=line.text("authority"),
    )
