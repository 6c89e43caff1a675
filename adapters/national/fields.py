"""Record fields: a table from each field of a national record to its place on the permit.

The fields are explained in docs/national-records.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.national.values import (
    AMOUNT,
    ANNOTATION,
    AUTHORITY,
    BOX,
    COUNT,
    COUNTRY,
    LETTER,
    MOMENT,
    NAME,
    NUMBER,
    STATUS,
    TEXT,
    TOKEN,
    TYPE,
    YES_NO,
    ZONE,
    ValueType,
)


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field of a record.

    name: path of keys in JSON, column in CSV (`importer.name`).
    to: attribute path. It begins at NationalRecord for a field of the permit, at CitesPosition for
    a field of a line. None for a field that is not part of the permit.
    box: of the CITES form; None for a field beside the form.
    many: whether the field is a list in JSON, texts joined by `|` in CSV.
    """

    name: str
    to: str | None
    box: str | None
    value_type: ValueType
    required: bool = False
    many: bool = False


def _party(name: str, to: str, box: str) -> Iterator[RecordField]:
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
        yield RecordField(f"{name}.{part}", f"{to}.{attribute}", box, NAME)
    yield RecordField(f"{name}.street", f"{to}.address.street", box, NAME, many=True)
    yield RecordField(f"{name}.country", f"{to}.address.country.code", box, COUNTRY)


def _by_name(*fields: RecordField) -> Mapping[str, RecordField]:
    return {field.name: field for field in fields}


REASONS = "refused_because"
"""Field for the reasons of a refusal. The gateway writes it for the clerk, and never reads it."""

PERMIT = _by_name(
    RecordField("number", "permit.number", "1", NUMBER, required=True),
    RecordField("type", "permit.type", "1", TYPE, required=True),
    RecordField("type_name", "permit.type_name", "1", NAME),
    RecordField("copy", "permit.copy", "1", YES_NO),
    RecordField("valid_from", "permit.valid_from", "2", MOMENT),
    RecordField("valid_until", "permit.valid_until", "2", MOMENT),
    *_party("importer", "permit.importer", "3"),
    *_party("exporter", "permit.exporter", "4"),
    RecordField("applicant.name", "permit.applicant.party.name", "4", NAME),
    RecordField("applicant.signed_at", "permit.applicant.signed_at", "4", MOMENT),
    RecordField("special_conditions", "permit.special_conditions", "5", TEXT, many=True),
    RecordField("replacement.number", "permit.replacement.number", "5", NAME),
    RecordField("replacement.issued", "permit.replacement.issued", "5", MOMENT),
    RecordField("replacement.reason", "permit.replacement.reason", "5", TEXT),
    RecordField("retrospective.agreement", "permit.retrospective.agreement", "5", NAME),
    RecordField("retrospective.agreed_at", "permit.retrospective.agreed_at", "5", MOMENT),
    RecordField("retrospective.reason", "permit.retrospective.reason", "5", TEXT),
    RecordField(
        "partially_completed.boxes", "permit.partially_completed.boxes", "5", BOX, many=True
    ),
    RecordField(
        "partially_completed.shipments", "permit.partially_completed.shipments", "5", COUNT
    ),
    RecordField("import_permit.number", "permit.import_permit.number", "5", NAME),
    RecordField("import_permit.issued", "permit.import_permit.issued", "5", MOMENT),
    RecordField("import_permit.country", "permit.import_permit.country", "5", COUNTRY),
    RecordField("carnet.number", "permit.carnet.number", "5", NAME),
    RecordField("carnet.valid_until", "permit.carnet.valid_until", "5", MOMENT),
    RecordField("annex.pages", "permit.annex.pages", "5", COUNT),
    RecordField("purpose", "permit.purpose", "5a", NAME),
    RecordField("purpose_text", "permit.purpose_text", "5a", TEXT),
    RecordField("stamp", "permit.management_authority.stamp", "5b", NAME),
    *_party("management_authority", "permit.management_authority.party", "6"),
    RecordField("issuer.name", "permit.issuer.party.name", "13", NAME),
    RecordField("issuer.signed_at", "permit.issuer.signed_at", "13", MOMENT),
    RecordField("issued_at", "permit.issued_at", "13", MOMENT, required=True),
    RecordField("issued_where.code", "permit.issued_where.code", "13", NAME),
    RecordField("issued_where.name", "permit.issued_where.name", "13", NAME),
    RecordField("examination.at", "permit.examination.at", "14", MOMENT),
    RecordField("examination.port.code", "permit.examination.port.code", "14", NAME),
    RecordField("examination.port.name", "permit.examination.port.name", "14", NAME),
    RecordField("examination.authority.name", "permit.examination.authority.name", "14", NAME),
    RecordField("examiner.name", "permit.examiner.party.name", "14", NAME),
    RecordField("examiner.signed_at", "permit.examiner.signed_at", "14", MOMENT),
    RecordField("transport.number", "permit.transport.number", "15", NAME),
    RecordField("transport.name", "permit.transport.name", "15", NAME),
    RecordField("transport.issued", "permit.transport.issued", "15", MOMENT),
    RecordField("transport.type_code", "permit.transport.type_code", "15", NAME),
    RecordField("authority", "authority_code", None, AUTHORITY),
    RecordField("token", "token", None, TOKEN),
    RecordField("status", "status", None, STATUS),
    RecordField("successor", "successor", None, NUMBER),
    RecordField("transit_countries", "transit_countries", None, COUNTRY, many=True),
    RecordField("time_zone", None, None, ZONE),
    RecordField("attachments", None, None, TEXT, many=True),
    RecordField(REASONS, None, None, TEXT, many=True),
)
"""Fields of the permit, once per record."""

POSITION = _by_name(
    RecordField("id", "id", "7", LETTER, required=True),
    RecordField("scientific_name", "scientific_name", "7", NAME, required=True),
    RecordField("common_names", "common_names", "8", NAME, many=True),
    RecordField("description", "description", "9", TEXT),
    RecordField("term", "term", "9", NAME),
    RecordField("marks", "marks", "9", NAME, many=True),
    RecordField("appendix", "appendix", "10", NAME, required=True),
    RecordField("sources", "sources", "10", NAME, required=True, many=True),
    RecordField("annotation", "annotation", "10", ANNOTATION),
    RecordField("quantity", "quantity.amount", "11", AMOUNT, required=True),
    RecordField("unit", "quantity.unit", "11", NAME),
    RecordField("quota.unit", "quota.unit", "11a", NAME),
    RecordField("quota.used", "quota.used_to_date.amount", "11a", AMOUNT),
    RecordField("quota.annual", "quota.annual.amount", "11a", AMOUNT),
    RecordField("quota.text", "quota.text", "11a", TEXT),
    RecordField("origin.country", "origin.country.code", "12", COUNTRY),
    RecordField("origin.permit.number", "origin.permit.number", "12", NAME),
    RecordField("origin.permit.issued", "origin.permit.issued", "12", MOMENT),
    RecordField("last_reexport.country", "last_reexport.country.code", "12a", COUNTRY),
    RecordField(
        "last_reexport.certificate.number", "last_reexport.certificate.number", "12a", NAME
    ),
    RecordField(
        "last_reexport.certificate.issued", "last_reexport.certificate.issued", "12a", MOMENT
    ),
    RecordField("operation.category_code", "operation.category_code", "12b", NAME),
    RecordField("operation.number", "operation.registration.number", "12b", NAME),
    RecordField("operation.name", "operation.registration.name", "12b", NAME),
    RecordField("operation.acquired", "operation.acquired", "12b", MOMENT),
    RecordField("operation.acquired_before", "operation.acquired_before", "12b", MOMENT),
    RecordField("operation.acquired_statement", "operation.acquired_statement", "12b", TEXT),
    RecordField("examination.quantity", "examination.quantity.amount", "14", AMOUNT),
    RecordField("examination.dead_on_arrival", "examination.dead_on_arrival.amount", "14", AMOUNT),
    RecordField("examination.seized", "examination.seized.amount", "14", AMOUNT),
    RecordField("examination.at", "examination.at", "14", MOMENT),
    RecordField("examination.port.code", "examination.port.code", "14", NAME),
    RecordField("examination.port.name", "examination.port.name", "14", NAME),
    RecordField("examination.authority.name", "examination.authority.name", "14", NAME),
)
"""Fields of one line: `positions` in JSON, columns that begin with `position.` in CSV."""


def fields_of_box(box: str, *, line: bool) -> tuple[str, ...]:
    """The fields of a box, in short: fields of one object, such as a party, under its name.

    line: whether the box is meant of one line of the permit; its fields begin with `position.`.
    """
    prefix, fields = ("position.", POSITION) if line else ("", PERMIT)
    names = [known.name for known in fields.values() if known.box == box]
    branches = dict.fromkeys(name.partition(".")[0] for name in names)
    return tuple(prefix + branch for branch in branches)


QUOTA_AMOUNTS = ("used_to_date", "annual")
"""Amounts of box 11a. They share a unit, which is not that of box 11: animals, where that is kg."""

COUNTED_AMOUNTS = ("quantity", "dead_on_arrival", "seized")
"""Amounts of box 14, and beside it. They are in the unit of box 11."""

SIGNATURES = {"management_authority": "A", "applicant": "B", "issuer": "C", "examiner": "D"}
"""Letters of the signature blocks, by attribute of Permit. Source: wire contract, section 6."""
