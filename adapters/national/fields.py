"""Which field of a national record goes where on the permit? One table; it is explained in docs/national-records.md."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.national.values import (
    AMOUNT,
    AUTHORITY,
    COUNTRY,
    LETTER,
    MOMENT,
    NUMBER,
    STATUS,
    TEXT,
    TOKEN,
    TYPE,
    YES_NO,
    ZONE,
    Kind,
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    name: in JSON the path of keys, in CSV the column (`importer.name`).  to: attribute path, from NationalRecord for a
    field of the permit, from CitesPosition for a field of a line; None for a field that is not part of the permit.
    box: of the CITES form, None beside it.  many: a list in JSON, texts joined by `|` in CSV.
    """

    name: str
    to: str | None
    box: str | None
    kind: Kind
    required: bool = False
    many: bool = False


def _party(name: str, to: str, box: str) -> Iterator[Field]:
    for part, attribute in (
        ("name", "name"),
        ("identifier", "identifier"),
        ("representative", "representative"),
        ("signatory", "signatory"),
        ("post_office_box", "address.post_office_box"),
        ("postcode", "address.postcode"),
        ("city", "address.city"),
        ("country_name", "address.country.name"),
        ("subdivision", "address.country.subdivision"),
    ):
        yield Field(f"{name}.{part}", f"{to}.{attribute}", box, TEXT)
    yield Field(f"{name}.street", f"{to}.address.street", box, TEXT, many=True)
    yield Field(f"{name}.country", f"{to}.address.country.code", box, COUNTRY)


def _by_name(*fields: Field) -> Mapping[str, Field]:
    return {field.name: field for field in fields}


REASONS = "refused_because"
"""Written by us beside a refused record, for the clerk who mends it; not read back."""

PERMIT = _by_name(
    Field("number", "permit.number", "1", NUMBER, required=True),
    Field("type", "permit.type", "1", TYPE, required=True),
    Field("type_name", "permit.type_name", "1", TEXT),
    Field("copy", "permit.copy", "1", YES_NO),
    Field("valid_from", "permit.valid_from", "2", MOMENT),
    Field("valid_until", "permit.valid_until", "2", MOMENT, required=True),
    *_party("importer", "permit.importer", "3"),
    *_party("exporter", "permit.exporter", "4"),
    Field("applicant.name", "permit.applicant.party.name", "4", TEXT),
    Field("applicant.signed_at", "permit.applicant.signed_at", "4", MOMENT),
    Field("special_conditions", "permit.special_conditions", "5", TEXT, many=True),
    Field("purpose", "permit.purpose", "5a", TEXT),
    Field("purpose_text", "permit.purpose_text", "5a", TEXT),
    Field("stamp", "permit.management_authority.stamp", "5b", TEXT),
    *_party("management_authority", "permit.management_authority.party", "6"),
    Field("issuer.name", "permit.issuer.party.name", "13", TEXT),
    Field("issuer.signed_at", "permit.issuer.signed_at", "13", MOMENT),
    Field("issued_at", "permit.issued_at", "13", MOMENT, required=True),
    Field("issued_where.code", "permit.issued_where.code", "13", TEXT),
    Field("issued_where.name", "permit.issued_where.name", "13", TEXT),
    Field("examination.at", "permit.examination.at", "14", MOMENT),
    Field("examination.port.code", "permit.examination.port.code", "14", TEXT),
    Field("examination.port.name", "permit.examination.port.name", "14", TEXT),
    Field("examination.authority.name", "permit.examination.authority.name", "14", TEXT),
    Field("examiner.name", "permit.examiner.party.name", "14", TEXT),
    Field("examiner.signed_at", "permit.examiner.signed_at", "14", MOMENT),
    Field("transport.number", "permit.transport.number", "15", TEXT),
    Field("transport.name", "permit.transport.name", "15", TEXT),
    Field("transport.issued", "permit.transport.issued", "15", MOMENT),
    Field("transport.type_code", "permit.transport.type_code", "15", TEXT),
    Field("authority", "authority_code", None, AUTHORITY),
    Field("token", "token", None, TOKEN),
    Field("status", "status", None, STATUS),
    Field("successor", "successor", None, NUMBER),
    Field("transit_countries", "transit_countries", None, COUNTRY, many=True),
    Field("time_zone", None, None, ZONE),
    Field("attachments", None, None, TEXT, many=True),
    Field(REASONS, None, None, TEXT, many=True),
)
"""Fields of the permit, once per record."""

POSITION = _by_name(
    Field("id", "id", "7", LETTER, required=True),
    Field("scientific_name", "scientific_name", "7", TEXT, required=True),
    Field("common_names", "common_names", "8", TEXT, many=True),
    Field("description", "description", "9", TEXT),
    Field("term", "term", "9", TEXT),
    Field("marks", "marks", "9", TEXT, many=True),
    Field("appendix", "appendix", "10", TEXT, required=True),
    Field("sources", "sources", "10", TEXT, required=True, many=True),
    Field("quantity", "quantity.amount", "11", AMOUNT, required=True),
    Field("unit", "quantity.unit", "11", TEXT),
    Field("quota.used", "quota.used_to_date.amount", "11a", AMOUNT),
    Field("quota.annual", "quota.annual.amount", "11a", AMOUNT),
    Field("origin.country", "origin.country.code", "12", COUNTRY),
    Field("origin.permit.number", "origin.permit.number", "12", TEXT),
    Field("origin.permit.issued", "origin.permit.issued", "12", MOMENT),
    Field("last_reexport.country", "last_reexport.country.code", "12a", COUNTRY),
    Field("last_reexport.certificate.number", "last_reexport.certificate.number", "12a", TEXT),
    Field("last_reexport.certificate.issued", "last_reexport.certificate.issued", "12a", MOMENT),
    Field("operation.category_code", "operation.category_code", "12b", TEXT),
    Field("operation.number", "operation.registration.number", "12b", TEXT),
    Field("operation.name", "operation.registration.name", "12b", TEXT),
    Field("operation.acquired", "operation.acquired", "12b", MOMENT),
    Field("examination.quantity", "examination.quantity.amount", "14", AMOUNT),
    Field("examination.at", "examination.at", "14", MOMENT),
    Field("examination.port.code", "examination.port.code", "14", TEXT),
    Field("examination.port.name", "examination.port.name", "14", TEXT),
    Field("examination.authority.name", "examination.authority.name", "14", TEXT),
)
"""Fields of one line: `positions` in JSON, columns that begin with `position.` in CSV."""

IN_UNIT_OF_BOX_11 = (("quota", "used_to_date"), ("quota", "annual"), ("examination", "quantity"))
"""Amounts of a line that are stated without a unit of their own."""

SIGNATURES = {"management_authority": "A", "applicant": "B", "issuer": "C", "examiner": "D"}
"""Letters of the signature blocks. Source: wire contract, section 6."""
