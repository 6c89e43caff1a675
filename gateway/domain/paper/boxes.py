"""Table of the boxes in a permit code: integer key, box of the form, and where a permit has it.

A key keeps its meaning for ever; a new box gets a new key and the format a new version. The table
writes the code, reads it and names its rows for people (docs/paper.md has the same table).

A value is a text, a list of texts, a day (days since 1970-01-01, as written on the form) or true.
A long text is cut: its beginning and the first 16 bytes of the SHA-256 of all of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Generic, TypeVar

from gateway.domain.codes import CodeListName
from gateway.domain.permit.party import Country, Location, Party, ReferencedDocument, Signatory
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import (
    CitesPosition,
    LastReexport,
    Origin,
    Quota,
    RegisteredOperation,
)
from gateway.domain.white_space import collapsed

LONGEST_TEXT = 200
"""Characters of a text that stands whole."""
_KEPT = 120
"""Characters of a longer text that stand in the code."""
_DIGEST_BYTES = 16
_EPOCH = date(1970, 1, 1)
_DAYS = range((date.min - _EPOCH).days, (date.max - _EPOCH).days + 1)

Value = str | int | bool | list["Value"] | bytes
"""What CBOR has in the place of a box: see `Kind`. A cut text is [beginning, digest]."""

_Of = TypeVar("_Of")
_Found = str | None | datetime | bool | Iterable[str | None]


class Kind(Enum):
    """Shape of a value."""

    TEXT = "text"
    TEXTS = "texts"
    DAY = "day"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class PaperBox(Generic[_Of]):
    """A row of the table.

    key: in the code.  box: its number on the form.  word: its name in `codelists/form.csv`.
    find: its value in a permit or line; None or empty where it is blank.
    codes: the list that the value is a code of.
    """

    key: int
    box: str
    word: str
    kind: Kind
    find: Callable[[_Of], _Found]
    codes: CodeListName | None = None


@dataclass(frozen=True, slots=True)
class ShownBox:
    """A box of a code for people. lines: foreign text, not yet cleaned."""

    box: str
    word: str
    lines: tuple[str, ...]
    codes: CodeListName | None = None


class ValueUnexpected(ValueError):
    """The values are not those of this table."""


def _party(party: Party | None) -> str:
    if party is None:
        return ""
    address = party.address
    parts: tuple[str | None, ...] = (party.name,)
    if address:
        town = " ".join(part for part in (address.postcode, address.city) if part)
        parts += (*address.street, address.post_office_box, town)
    return ", ".join(part for part in (*parts, _country(party.country)) if part)


def _country(country: Country | None) -> str:
    return (country.code or country.name or "") if country else ""


def _place(place: Location | None) -> str:
    return (place.name or place.code or "") if place else ""


def _signed_by(signatory: Signatory | None) -> str:
    party = signatory.party if signatory else None
    names = (party.name, party.representative, party.signatory) if party else ()
    return ", ".join(name for name in names if name)


def _document(document: ReferencedDocument | None) -> str:
    parts = (document.number, document.name) if document else ()
    return ", ".join(part for part in parts if part)


def _joined(*parts: object) -> str:
    words = (part.date().isoformat() if isinstance(part, datetime) else part for part in parts)
    return ", ".join(str(word) for word in words if word)


def _quota(line: CitesPosition) -> str:
    quota = line.quota or Quota()
    figures = "/".join(str(each) for each in (quota.used_to_date, quota.annual) if each)
    return _joined(figures, quota.text)


def _import_country(permit: Permit) -> str:
    return _country(permit.importer.country if permit.importer else None)


def _stamp(permit: Permit) -> str | None:
    return permit.management_authority.stamp if permit.management_authority else None


def _authority(permit: Permit) -> str:
    return _party(permit.management_authority.party if permit.management_authority else None)


def _quantity(line: CitesPosition) -> str:
    return str(line.quantity) if line.quantity else ""


def _origin(line: CitesPosition) -> Origin:
    return line.origin or Origin()


def _origin_country(line: CitesPosition) -> str:
    return _country(_origin(line).country)


def _origin_permit(line: CitesPosition) -> str:
    return _document(_origin(line).permit)


def _origin_date(line: CitesPosition) -> datetime | None:
    return (_origin(line).permit or ReferencedDocument()).issued


def _last(line: CitesPosition) -> LastReexport:
    return line.last_reexport or LastReexport()


def _last_country(line: CitesPosition) -> str:
    return _country(_last(line).country)


def _last_certificate(line: CitesPosition) -> str:
    return _document(_last(line).certificate)


def _last_date(line: CitesPosition) -> datetime | None:
    return (_last(line).certificate or ReferencedDocument()).issued


def _operation(line: CitesPosition) -> RegisteredOperation:
    return line.operation or RegisteredOperation()


def _registration(line: CitesPosition) -> str:
    operation = _operation(line)
    return _joined(operation.category_code, _document(operation.registration))


def _acquired_statement(line: CitesPosition) -> str | None:
    return _operation(line).acquired_statement


def _retrospective(permit: Permit) -> str:
    said = permit.retrospective
    return _joined(said.agreement or "yes", said.agreed_at, said.reason) if said else ""


def _replacement(permit: Permit) -> str:
    said = permit.replacement
    return _joined(said.number or "yes", said.issued, said.reason) if said else ""


def _partial(permit: Permit) -> str:
    said = permit.partially_completed
    return _joined(", ".join(said.boxes), said.shipments) if said else ""


def _import_permit(permit: Permit) -> str:
    said = permit.import_permit
    return _joined(said.number, said.issued, said.country) if said else ""


def _annex_pages(permit: Permit) -> str:
    return str(permit.annex.pages or "") if permit.annex else ""


def _carnet(permit: Permit) -> str:
    said = permit.carnet
    return _joined(said.number, said.valid_until) if said else ""


# fmt: off
HEAD: tuple[PaperBox[Permit], ...] = (
    PaperBox(1, "1", "number", Kind.TEXT, lambda p: p.number.text),
    PaperBox(2, "1", "kind", Kind.TEXT, lambda p: p.type),
    PaperBox(3, "1", "other", Kind.TEXT, lambda p: p.type_name),
    PaperBox(4, "1", "copy", Kind.FLAG, lambda p: p.copy),
    PaperBox(5, "2", "valid_from", Kind.DAY, lambda p: p.valid_from),
    PaperBox(6, "2", "valid_until", Kind.DAY, lambda p: p.valid_until),
    PaperBox(7, "3", "importer", Kind.TEXT, lambda p: _party(p.importer)),
    PaperBox(8, "3a", "country_of_import", Kind.TEXT, _import_country, "countries"),
    PaperBox(9, "4", "exporter", Kind.TEXT, lambda p: _party(p.exporter)),
    PaperBox(10, "5", "special_conditions", Kind.TEXTS, lambda p: p.special_conditions),
    PaperBox(11, "5", "replacement", Kind.TEXT, _replacement),
    PaperBox(12, "5", "retrospective", Kind.TEXT, _retrospective),
    PaperBox(13, "5", "boxes_of_holder", Kind.TEXT, _partial),
    PaperBox(14, "5", "import_permit", Kind.TEXT, _import_permit),
    PaperBox(15, "5", "carnet", Kind.TEXT, _carnet),
    PaperBox(16, "5", "annex_pages", Kind.TEXT, _annex_pages),
    PaperBox(17, "5a", "purpose", Kind.TEXT, lambda p: p.purpose, "purposes"),
    PaperBox(18, "5b", "stamp", Kind.TEXT, _stamp),
    PaperBox(19, "6", "authority", Kind.TEXT, _authority),
    PaperBox(20, "13", "issuer", Kind.TEXT, lambda p: _signed_by(p.issuer)),
    PaperBox(21, "13", "place", Kind.TEXT, lambda p: _place(p.issued_where)),
    PaperBox(22, "13", "date", Kind.DAY, lambda p: p.issued_at),
    PaperBox(23, "15", "transport", Kind.TEXT, lambda p: _document(p.transport)),
)
"""Boxes of the whole document. Box 14 is not among them: customs fill it in on paper."""

LINE: tuple[PaperBox[CitesPosition], ...] = (
    PaperBox(1, "", "block", Kind.TEXT, lambda line: line.id),
    PaperBox(2, "7", "scientific_name", Kind.TEXT, lambda line: line.scientific_name),
    PaperBox(3, "8", "common_name", Kind.TEXTS, lambda line: line.common_names),
    PaperBox(4, "9", "description", Kind.TEXT, lambda line: line.term, "terms"),
    PaperBox(5, "9", "description", Kind.TEXT, lambda line: line.description),
    PaperBox(6, "9", "marks", Kind.TEXTS, lambda line: line.marks),
    PaperBox(7, "10", "appendix", Kind.TEXT, lambda line: line.appendix),
    PaperBox(8, "10", "source", Kind.TEXTS, lambda line: line.sources, "sources"),
    PaperBox(9, "10", "annotation", Kind.TEXT, lambda line: line.annotation),
    PaperBox(10, "11", "quantity", Kind.TEXT, _quantity),
    PaperBox(11, "11a", "quota", Kind.TEXT, _quota),
    PaperBox(12, "12", "origin", Kind.TEXT, _origin_country, "countries"),
    PaperBox(13, "12", "permit_number", Kind.TEXT, _origin_permit),
    PaperBox(14, "12", "date", Kind.DAY, _origin_date),
    PaperBox(15, "12a", "last_reexport", Kind.TEXT, _last_country, "countries"),
    PaperBox(16, "12a", "certificate_number", Kind.TEXT, _last_certificate),
    PaperBox(17, "12a", "date", Kind.DAY, _last_date),
    PaperBox(18, "12b", "operation", Kind.TEXT, _registration),
    PaperBox(19, "12b", "acquired", Kind.DAY, lambda line: _operation(line).acquired),
    PaperBox(20, "12b", "acquired_before", Kind.DAY, lambda line: _operation(line).acquired_before),
    PaperBox(21, "12b", "acquired_statement", Kind.TEXT, _acquired_statement),
)
"""Boxes of a line."""
# fmt: on


def values_of(table: Iterable[PaperBox[_Of]], of: _Of) -> dict[int, Value]:
    """Return the values of a permit, or of a line, by key; blank boxes are left out."""
    found = ((row.key, _value(row.find(of))) for row in table)
    return {key: value for key, value in found if value is not None}


def shown(table: Iterable[PaperBox[_Of]], values: Mapping[int, Value]) -> Iterator[ShownBox]:
    """Yield the boxes that are filled in, in the order of the form.

    Raises ValueUnexpected for a key that is not in the table, or a value of another shape.
    """
    rows = {row.key: row for row in table}
    if unknown := values.keys() - rows.keys():
        raise ValueUnexpected(f"boxes of a later format: {min(unknown)}")
    for key, row in rows.items():
        if key in values:
            yield ShownBox(row.box, row.word, tuple(_read(row.kind, values[key])), row.codes)


def _value(found: _Found) -> Value | None:
    """The value for the code; None for a blank box."""
    if found is None or isinstance(found, bool):
        return found or None
    if isinstance(found, datetime):
        return (found.date() - _EPOCH).days
    if isinstance(found, str):
        return _cut(text) if (text := collapsed(found)) else None
    return [_cut(text) for each in found if each and (text := collapsed(each))] or None


def _cut(text: str) -> Value:
    if len(text) <= LONGEST_TEXT:
        return text
    digest = sha256(text.encode("utf-8", "surrogatepass")).digest()[:_DIGEST_BYTES]
    return [text[:_KEPT], digest]


def _read(kind: Kind, value: Value) -> Iterator[str]:
    if kind is Kind.TEXTS and isinstance(value, list) and value:
        for each in value:
            yield _text(each)
    elif kind is Kind.TEXT:
        yield _text(value)
    elif kind is Kind.DAY and type(value) is int and value in _DAYS:
        yield (_EPOCH + timedelta(days=value)).isoformat()
    elif kind is Kind.FLAG and value is True:
        yield "yes"
    else:
        raise ValueUnexpected("a box of another shape")


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) == 2:
        beginning, digest = value
        if isinstance(beginning, str) and isinstance(digest, bytes):
            return f"{beginning}… (SHA-256 {digest.hex()}…)"
    raise ValueUnexpected("a text of another shape")
