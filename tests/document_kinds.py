"""National records, one of each document type of the list, for Mozambique.

For example `record_of("PRECONV")`.
"""

from typing import Any

PARTY = {"name": "Exportador Lda", "street": ["Rua 1"], "city": "Tete", "country": "MZ"}
FOREIGN = {"name": "Importer Ltd", "street": ["14 Loop Street"], "city": "Paarl", "country": "ZA"}
LINE: dict[str, Any] = {
    "id": "A",
    "scientific_name": "Crocodylus niloticus",
    "description": "Raw skins",
    "term": "SKI",
    "appendix": "II",
    "sources": ["R"],
    "quantity": "100",
    "unit": "NAR",
}
RECORD: dict[str, Any] = {
    "number": "MZ26EX000800",
    "type": "EXPORT",
    "valid_until": "2027-03-31",
    "issued_at": "2026-10-05",
    "importer": FOREIGN,
    "exporter": PARTY,
    "applicant": {"name": "Joana Macuácua", "signed_at": "2026-09-30"},
    "purpose": "T",
    "management_authority": {"name": "ANAC", "city": "Maputo", "country": "MZ"},
    "issuer": {"name": "Dr Alberto Nhantumbo"},
    "issued_where": {"name": "Maputo"},
    "positions": [LINE],
}
PLANT = {"scientific_name": "Pachypodium bispinosum", "description": "Plants", "term": "LIV"}
CARVED = {"scientific_name": "Loxodonta africana", "description": "Carvings", "term": "IVC"}
MIDDAY = "2026-10-20T11:20:00+02:00"
IATA = ["Transport according to the IATA Live Animals Regulations."]

KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "EXPORT": (
        {
            "examination": {"at": MIDDAY},
            "examiner": {"name": "Rosa Sitoe", "signed_at": "2026-10-21"},
        },
        {
            "annotation": "#4",
            "examination": {"quantity": "90", "dead_on_arrival": "3", "seized": "7"},
        },
    ),
    "REEXPORT": (
        {"type": "REEXPORT"},
        {
            "origin": {"country": "ZW", "permit": {"number": "ZW25EX1", "issued": "2025-11-03"}},
            "last_reexport": {
                "country": "CH",
                "certificate": {"number": "26CH1", "issued": "2026-02-19"},
            },
        },
    ),
    "IMPORT": (
        {"type": "IMPORT", "importer": PARTY, "exporter": FOREIGN, "valid_until": "2027-09-30"},
        {},
    ),
    "OTHER": ({"type": "OTHER", "type_name": "Captive-bred label", "valid_until": None}, {}),
    "IFS": ({"type": "IFS", "exporter": None, "importer": PARTY}, {"sources": ["X"]}),
    "ORIGIN": ({"type": "ORIGIN", "purpose": None}, {"appendix": "III"}),
    "PRECONV": (
        {"type": "PRECONV", "valid_until": None},
        CARVED
        | {
            "appendix": "I",
            "sources": ["O"],
            "operation": {
                "acquired_before": "1970-01-01",
                "acquired_statement": "Collected before 1970; day not known",
            },
        },
    ),
    "BREDCAPT": (
        {"type": "BREDCAPT", "valid_until": None},
        {
            "sources": ["C"],
            "operation": {"number": "A-MZ-501", "name": "Zambezi", "category_code": "A"},
        },
    ),
    "ARTPROP": ({"type": "ARTPROP", "special_conditions": IATA}, PLANT | {"sources": ["A"]}),
    "PHYTO": (
        {"type": "PHYTO", "purpose": None, "special_conditions": IATA},
        PLANT | {"sources": ["A"]},
    ),
    "OWNERSHIP": (
        {"type": "OWNERSHIP", "importer": None, "purpose": "P", "special_conditions": IATA},
        {"term": "LIV", "sources": ["C"]},
    ),
    "EXHIBITION": (
        {"type": "EXHIBITION", "purpose": "Q", "special_conditions": IATA},
        {"term": "LIV", "sources": ["C"]},
    ),
    "MUSICAL": (
        {"type": "MUSICAL", "purpose": "P"},
        CARVED | {"appendix": "I", "sources": ["O"], "operation": {"acquired": "1968-05-01"}},
    ),
    "SAMPLECOLL": (
        {
            "type": "SAMPLECOLL",
            "special_conditions": ["ATA carnet"],
            "carnet": {"number": "CH/26/118", "valid_until": "2027-03-31"},
        },
        {},
    ),
    "SCIEXCH": ({"type": "SCIEXCH", "purpose": None, "valid_until": None}, {}),
    "REPLACEMENT": (
        {
            "replacement": {
                "number": "MZ26EX000098",
                "issued": "2026-08-14",
                "reason": "Lost by the courier",
            }
        },
        {},
    ),
    "RETROSPECTIVE": (
        {
            "retrospective": {
                "agreement": "DFFE 2026/118",
                "agreed_at": "2026-09-28",
                "reason": "No form at the airport",
            }
        },
        {},
    ),
    "PARTIAL": (
        {"importer": None, "partially_completed": {"boxes": ["3", "11"], "shipments": 100}},
        {},
    ),
    "ANNEX": ({"annex": {"pages": 4}, "copy": "yes"}, {}),
}
"""Document types of the list: changes on the record, and on its line, that make one."""


def record_of(kind: str, number: str = "MZ26EX000800") -> dict[str, Any]:
    """The record of a document type."""
    of_permit, of_line = KINDS[kind]
    return {**RECORD, **of_permit, "number": number, "positions": [LINE | of_line]}
