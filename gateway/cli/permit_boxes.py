"""What does a permit say, box by box? One list of rows, shown to people and handed to programs alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.codes import CodeListName, code_name
from gateway.domain.party import Address, Country, Location, Party, ReferencedDocument, Signatory
from gateway.domain.permit import Permit
from gateway.domain.position import CitesPosition, Examination
from gateway.domain.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Row:
    """One box that holds something. box: its number on the form.  value: one or several lines of text."""

    box: str
    label: str
    value: str


def header(permit: Permit) -> list[Row]:
    """Boxes 1 to 6 and 13 to 15 of the whole document, empty ones left out, in the order of the form."""
    return [Row(*row) for row in _header(permit) if row[2]]


def line(position: CitesPosition) -> list[Row]:
    """Boxes 7 to 12b and 14 of one line, empty ones left out."""
    return [Row(*row) for row in _line(position) if row[2]]


def _header(permit: Permit) -> Iterator[tuple[str, str, str]]:
    kind = permit.type_name or permit.document_type.english
    yield "1", "Number", f"{permit.number}{' (copy)' if permit.copy else ''}"
    yield "1", "Document", kind
    yield "2", "Valid from", _day(permit.valid_from)
    yield "2", "Valid until", _day(permit.valid_until)
    yield "3", "Importer", _party(permit.importer, with_country=False)
    yield "3a", "Country of import", _country(permit.importer.country if permit.importer else None)
    yield "4", "Exporter or re-exporter", _party(permit.exporter)
    yield "4", "Applicant", _signatory(permit.applicant)
    yield "5", "Special conditions", "\n".join(permit.special_conditions)
    yield "5a", "Purpose", _code("purposes", permit.purpose) or permit.purpose_text or ""
    yield "5b", "Security stamp", (permit.management_authority and permit.management_authority.stamp) or ""
    yield "6", "Management Authority", _signatory(permit.management_authority)
    yield "13", "Issued by", _signatory(permit.issuer)
    yield "13", "Issued at", _joined(_location(permit.issued_where), _day(permit.issued_at))
    yield "14", "Examined", _examination(permit.examination)
    yield "14", "Examined by", _signatory(permit.examiner)
    yield "15", "Bill of lading or air way-bill", _document(permit.transport)


def _line(position: CitesPosition) -> Iterator[tuple[str, str, str]]:
    yield "7", "Scientific name", position.scientific_name or ""
    yield "8", "Common names", ", ".join(position.common_names)
    yield "9", "Description", _joined(_code("terms", position.term), position.description)
    yield "9", "Marks", ", ".join(position.marks)
    yield "10", "Appendix", position.appendix or ""
    yield "10", "Source", ", ".join(_code("sources", source) for source in position.sources)
    yield "11", "Quantity", _quantity(position.quantity)
    if position.quota:
        yield "11a", "Exported this year", _quantity(position.quota.used_to_date)
        yield "11a", "Annual quota", _quantity(position.quota.annual)
    if position.origin:
        yield "12", "Country of origin", _country(position.origin.country)
        yield "12", "Permit of origin", _document(position.origin.permit)
    if position.last_reexport:
        yield "12a", "Country of last re-export", _country(position.last_reexport.country)
        yield "12a", "Its certificate", _document(position.last_reexport.certificate)
    if position.operation:
        yield "12b", "Operation", _joined(position.operation.category_code, _document(position.operation.registration))
        yield "12b", "Acquired", _day(position.operation.acquired)
    yield "14", "Examined", _examination(position.examination)


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _day(moment: datetime | None) -> str:
    """The day as written, in the zone it was written in."""
    return moment.date().isoformat() if moment else ""


def _code(list_name: CodeListName, code: str | None) -> str:
    if not code:
        return ""
    name = code_name(list_name, code)
    return f"{code} ({name})" if name else code


def _quantity(quantity: Quantity | None) -> str:
    if quantity is None:
        return ""
    name = code_name("units", quantity.current_unit)
    return f"{quantity} ({name})" if name else str(quantity)


def _country(country: Country | None) -> str:
    if country is None:
        return ""
    name = country.name or code_name("countries", country.code)
    return _joined(country.subdivision, f"{name} ({country.code})" if name and country.code else name or country.code)


def _party(party: Party | None, *, with_country: bool = True) -> str:
    if party is None:
        return ""
    lines = (party.name, party.representative, party.signatory, *_address(party.address))
    country = _country(party.country) if with_country else ""
    return "\n".join(line for line in (*lines, country) if line)


def _address(address: Address | None) -> tuple[str, ...]:
    if address is None:
        return ()
    box = f"P.O. Box {address.post_office_box}" if address.post_office_box else ""
    return (*address.street, box, " ".join(part for part in (address.postcode, address.city) if part))


def _signatory(signatory: Signatory | None) -> str:
    if signatory is None:
        return ""
    signed = _joined(_location(signatory.place), _day(signatory.signed_at))
    return "\n".join(part for part in (_party(signatory.party), signatory.statement, signed) if part)


def _location(place: Location | None) -> str:
    if place is None:
        return ""
    return f"{place.name} ({place.code})" if place.name and place.code else place.name or place.code or ""


def _document(document: ReferencedDocument | None) -> str:
    return _joined(document.number, document.name, _day(document.issued)) if document else ""


def _examination(examination: Examination | None) -> str:
    if examination is None:
        return ""
    port, by = _location(examination.port), _party(examination.authority, with_country=False)
    return _joined(_quantity(examination.quantity), _day(examination.at), port, by.replace("\n", ", "))
