"""JSON-LD table of the permit: each box of the form and its place among the nodes.

Names of IATA ONE Record 3 stand where it has one for the box; `context.jsonld` says which they are.
"""

from adapters.jsonld.rows import (
    COUNT,
    FLAG,
    MOMENT,
    NUMBER,
    PART,
    QUANTITY,
    TEXT,
    TEXTS,
    Row,
    rows,
)
from gateway.domain.permit.variants import (
    Annex,
    Carnet,
    ImportPermit,
    PartiallyCompleted,
    Replacement,
    Retrospective,
)

_COUNTRY = (
    Row("", "code", "code", TEXT),
    Row("", "name", "codeDescription", TEXT),
    Row("", "subdivision", "subdivision", TEXT),
)
_PLACE = (Row("", "code", "locationCode", TEXT), Row("", "name", "locationName", TEXT))
_PARTY = (
    Row("", "name", "organizationName", TEXT),
    Row("", "identifier", "identifier", TEXT),
    Row("", "address.street", "basedAtLocation/address/streetAddressLines", TEXTS),
    Row("", "address.post_office_box", "basedAtLocation/address/postOfficeBox", TEXT),
    Row("", "address.postcode", "basedAtLocation/address/textualPostCode", TEXT),
    Row("", "address.city", "basedAtLocation/address/cityName", TEXT),
    *rows("", "address.country", "basedAtLocation/address/country", _COUNTRY),
    Row("", "representative", "representative", TEXT),
    Row("", "signatory", "signatory", TEXT),
)
_DOCUMENT = (
    Row("", "number", "documentNumber", TEXT),
    Row("", "name", "documentTitle", TEXT),
    Row("", "issued", "documentIssued", MOMENT),
    Row("", "type_code", "documentTypeCode", TEXT),
)
_SIGNATURE = (
    Row("", "letter", "signatureLetter", TEXT),
    Row("", "signed_at", "signatureDate", MOMENT),
    Row("", "stamp", "securityStampId", TEXT),
    Row("", "statement", "signatureStatement", TEXT),
    *rows("", "party", "signatoryCompany", _PARTY),
    *rows("", "place", "signaturePlace", _PLACE),
)
_EXAMINATION = (
    Row("", "at", "examinedAt", MOMENT),
    *rows("", "port", "examinationPort", _PLACE),
    *rows("", "authority", "examiningAuthority", _PARTY),
)


def _signature(box: str, attribute: str, role: str, **boxes: str) -> tuple[Row, ...]:
    return rows(box, attribute, f"signatures[{role}]", _SIGNATURE, boxes=boxes)


PERMIT = (
    Row("1", "number", "epermitNumber", NUMBER),
    Row("1", "type", "permitTypeCode/code", TEXT),
    Row("1", "type_name", "permitTypeOtherDescription", TEXT),
    Row("1", "copy", "copyIndicator", FLAG),
    Row("2", "valid_from", "validFrom", MOMENT),
    Row("2", "valid_until", "validUntil", MOMENT),
    *rows("3", "importer", "consignee", _PARTY, boxes={"address.country": "3a"}),
    *rows("4", "exporter", "exporter", _PARTY),
    *_signature("4", "applicant", "APPLICANT"),
    Row("5", "special_conditions", "specialConditions", TEXTS),
    Row("5", "replacement", "replacement", PART, Replacement),
    Row("5", "replacement.number", "replacement/documentNumber", TEXT),
    Row("5", "replacement.issued", "replacement/documentIssued", MOMENT),
    Row("5", "replacement.reason", "replacement/reason", TEXT),
    Row("5", "retrospective", "retrospective", PART, Retrospective),
    Row("5", "retrospective.agreement", "retrospective/agreement", TEXT),
    Row("5", "retrospective.agreed_at", "retrospective/agreedAt", MOMENT),
    Row("5", "retrospective.reason", "retrospective/reason", TEXT),
    Row("5", "partially_completed", "partiallyCompleted", PART, PartiallyCompleted),
    Row("5", "partially_completed.boxes", "partiallyCompleted/boxesOfHolder", TEXTS),
    Row("5", "partially_completed.shipments", "partiallyCompleted/shipments", COUNT),
    Row("5", "import_permit", "importPermit", PART, ImportPermit),
    Row("5", "import_permit.number", "importPermit/documentNumber", TEXT),
    Row("5", "import_permit.issued", "importPermit/documentIssued", MOMENT),
    Row("5", "import_permit.country", "importPermit/country/code", TEXT),
    Row("5", "carnet", "carnet", PART, Carnet),
    Row("5", "carnet.number", "carnet/documentNumber", TEXT),
    Row("5", "carnet.valid_until", "carnet/validUntil", MOMENT),
    Row("5", "annex", "annex", PART, Annex),
    Row("5", "annex.pages", "annex/pages", COUNT),
    Row("5a", "purpose", "transactionPurposeCode", TEXT),
    Row("5a", "purpose_text", "transactionPurpose", TEXT),
    *_signature("6", "management_authority", "ISSUING_AUTHORITY", stamp="5b"),
    Row("13", "issued_at", "issuedAt", MOMENT),
    *rows("13", "issued_where", "issuedWhere", _PLACE),
    *_signature("13", "issuer", "PERMIT_ISSUER"),
    *_signature("14", "examiner", "EXAMINING_AUTHORITY"),
    *rows("14", "examination", "examination", _EXAMINATION),
    Row("14", "examination.quantity", "examination/examiningQuantity", QUANTITY),
    Row("15", "transport.number", "transportContractId", TEXT),
    Row("15", "transport.type_code", "transportContractTypeCode/code", TEXT),
    Row("15", "transport.name", "transportContractTypeCode/codeDescription", TEXT),
    Row("15", "transport.issued", "transportContractIssued", MOMENT),
)
"""Rows of the whole document."""

_PIECE = "consignmentItems"
LINE = (
    Row("7", "id", "lineLetter", TEXT),
    Row("7", "scientific_name", f"{_PIECE}/speciesScientificName", TEXT),
    Row("8", "common_names", f"{_PIECE}/speciesCommonName", TEXTS),
    Row("9", "description", f"{_PIECE}/specimenDescription", TEXT),
    Row("9", "term", f"{_PIECE}/specimenTypeCode/code", TEXT),
    Row("9", "marks", f"{_PIECE}/shippingMarks", TEXTS),
    Row("10", "appendix", f"{_PIECE}/goodsTypeCode", TEXT),
    Row("10", "sources", f"{_PIECE}/goodsTypeExtensionCode", TEXTS),
    Row("10", "annotation", f"{_PIECE}/listingAnnotation", TEXT),
    # ONE Record's quantityAnimals is a whole number without a unit.
    Row("11", "quantity", f"{_PIECE}/quantity", QUANTITY),
    # Its usedToDateQuotaQuantity and annualQuotaQuantity are such, too.
    Row("11a", "quota.used_to_date", "usedToDateQuota", QUANTITY),
    Row("11a", "quota.annual", "annualQuota", QUANTITY),
    Row("11a", "quota.text", "quotaText", TEXT),
    *rows("12", "origin.country", f"{_PIECE}/originTradeCountry", _COUNTRY),
    Row("12", "origin.permit.number", f"{_PIECE}/originReferencePermitId", TEXT),
    Row("12", "origin.permit.issued", f"{_PIECE}/originReferencePermitDateTime", MOMENT),
    Row("12", "origin.permit.type_code", f"{_PIECE}/originReferencePermitTypeCode/code", TEXT),
    Row("12", "origin.permit.name",
        f"{_PIECE}/originReferencePermitTypeCode/codeDescription", TEXT),
    *rows("12a", "last_reexport.country", f"{_PIECE}/exportTradeCountry", _COUNTRY),
    *rows("12a", "last_reexport.certificate", f"{_PIECE}/lastReexportCertificate", _DOCUMENT),
    Row("12b", "operation.category_code", f"{_PIECE}/categoryCode", TEXT),
    *rows("12b", "operation.registration", f"{_PIECE}/operationRegistration", _DOCUMENT),
    Row("12b", "operation.acquired", f"{_PIECE}/acquisitionDateTime", MOMENT),
    Row("12b", "operation.acquired_before", f"{_PIECE}/acquiredBefore", MOMENT),
    Row("12b", "operation.acquired_statement", f"{_PIECE}/acquisitionStatement", TEXT),
    Row("14", "examination.quantity", "examiningQuantity", QUANTITY),
    *rows("14", "examination", "examination", _EXAMINATION),
    Row("14", "examination.dead_on_arrival", "examination/deadOnArrival", QUANTITY),
    Row("14", "examination.seized", "examination/seized", QUANTITY),
)  # fmt: skip
"""Rows of a line, relative to its node."""

TYPES = {
    "permitTypeCode": "CodeListElement",
    "transportContractTypeCode": "CodeListElement",
    "specimenTypeCode": "CodeListElement",
    "originTradeCountry": "CodeListElement",
    "originReferencePermitTypeCode": "CodeListElement",
    "exportTradeCountry": "CodeListElement",
    "country": "CodeListElement",
    "consignee": "Organization",
    "exporter": "Organization",
    "signatoryCompany": "Organization",
    "examiningAuthority": "Organization",
    "basedAtLocation": "Location",
    "signaturePlace": "Location",
    "issuedWhere": "Location",
    "examinationPort": "Location",
    "address": "Address",
    "signatures": "EpermitSignature",
    "consignmentItems": "Piece",
    "examination": "Examination",
    "lastReexportCertificate": "ReferencedDocument",
    "operationRegistration": "ReferencedDocument",
    "replacement": "Replacement",
    "retrospective": "Retrospective",
    "partiallyCompleted": "PartiallyCompleted",
    "importPermit": "ReferencedDocument",
    "carnet": "ReferencedDocument",
    "annex": "Annex",
}
"""Type of the node below a term."""
