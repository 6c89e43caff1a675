"""Mapping table of the invented third version: each box of the form and its place."""

from adapters.conversions import COUNTED, INDICATOR, MOMENT, NUMBER, QUANTITY, SOURCES, TOKEN
from adapters.mapping import Box, Fixed, rows

COUNTRY = (
    Box("", "code", "Code", TOKEN),
    Box("", "name", "Name"),
    Box("", "subdivision", "Subdivision"),
)
PLACE = (Box("", "code", "Code", TOKEN), Box("", "name", "Name"))
PARTY = (
    Box("", "identifier", "Identifier", TOKEN),
    Box("", "name", "Name"),
    Box("", "address.street", "Address/Street[*]"),
    Box("", "address.post_office_box", "Address/Box"),
    Box("", "address.postcode", "Address/Postcode", TOKEN),
    Box("", "address.city", "Address/City"),
    *rows("", "address.country", "Address/Country", COUNTRY),
    Box("", "representative", "Representative"),
    Box("", "signatory", "Signatory"),
)
REFERENCE = (
    Box("", "number", "Number", TOKEN),
    Box("", "name", "Name"),
    Box("", "type_code", "Kind", TOKEN),
    Box("", "issued", "Date", MOMENT),
)
SIGNATURE = (
    Box("", "letter", "Letter", TOKEN),
    Box("", "signed_at", "Date", MOMENT),
    Box("", "stamp", "Stamp", TOKEN),
    Box("", "statement", "Statement"),
    *rows("", "party", "Party", PARTY),
    *rows("", "place", "Place", PLACE),
)
EXAMINATION = (
    Box("", "at", "At", MOMENT),
    Box("", "quantity", "Quantity", QUANTITY),
    *rows("", "port", "Port", PLACE),
    *rows("", "authority", "Authority", PARTY),
)
PERMIT = (
    Box("1", "number", "Certificate/Number", NUMBER),
    Box("1", "letter", "Certificate/Kind", TOKEN),
    Box("1", "type_name", "Certificate/KindName"),
    Box("1", "copy", "Certificate/Copy", INDICATOR),
    Box("2", "valid_from", "Certificate/From", MOMENT),
    Box("2", "valid_until", "Certificate/Until", MOMENT),
    *rows("3", "importer", "Goods/Importer", PARTY),
    *rows("4", "exporter", "Goods/Exporter", PARTY),
    *rows("4", "applicant", "Certificate/Applicant", SIGNATURE),
    Box("5", "special_conditions", "Certificate/Condition[*]"),
    Box("5a", "purpose", "Certificate/Purpose", TOKEN),
    Box("5a", "purpose_text", "Certificate/PurposeText"),
    *rows("6", "management_authority", "Certificate/Authority", SIGNATURE),
    Box("13", "issued_at", "Certificate/Issued", MOMENT),
    Box("13", "issued_where.name", "Certificate/Place"),
    *rows("13", "issuer", "Certificate/Issuer", SIGNATURE),
    *rows("14", "examiner", "Certificate/Examiner", SIGNATURE),
    *rows("14", "examination", "Goods/Examination", EXAMINATION),
    *rows("15", "transport", "Goods/Transport", REFERENCE),
)
LINE = (
    Box("7", "scientific_name", "Species"),
    Box("8", "common_names", "CommonName[*]"),
    Box("9", "description", "Description"),
    Box("9", "marks", "Mark[*]"),
    Box("9", "term", "Term", TOKEN),
    Box("10", "appendix", "Appendix", TOKEN),
    Box("10", "sources", "Sources", SOURCES),
    Box("11", "quantity", "Quantity", COUNTED),
    Box("11a", "quota.used_to_date", "QuotaUsed", QUANTITY),
    Box("11a", "quota.annual", "Quota", QUANTITY),
    *rows("12", "origin.country", "Origin/Country", COUNTRY),
    *rows("12", "origin.permit", "Origin/Document", REFERENCE),
    *rows("12a", "last_reexport.country", "LastReexport/Country", COUNTRY),
    *rows("12a", "last_reexport.certificate", "LastReexport/Document", REFERENCE),
    Box("12b", "operation.category_code", "Operation/Category", TOKEN),
    Box("12b", "operation.acquired", "Operation/Acquired", MOMENT),
    *rows("12b", "operation.registration", "Operation/Registration", REFERENCE),
    *rows("14", "examination", "Examination", EXAMINATION),
)
FIXED = (Fixed("Convention", "CITES"),)
