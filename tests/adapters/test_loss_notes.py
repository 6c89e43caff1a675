"""Loss notes: exactly the values that the evidence of a version has no element for.

The sample permits, and a permit of each of the nineteen document types, are written in both schema
versions and read back. What is expected comes from the evidence itself, not from our tables.
"""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.national import examples
from adapters.national.registry import national_source
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.permit import Permit
from gateway.domain.rules import Severity, findings
from gateway.exchange.ports import NationalRecord, PermitFormat

ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
HEADER, ITEM = (
    "HeaderExchangedDocument",
    "SpecifiedSupplyChainConsignment/IncludedSupplyChainConsignmentItem",
)
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

SIGNATURES = {
    "management_authority": "First",
    "applicant": "Second",
    "issuer": "Third",
    "examiner": "Fourth",
}
ELEMENTS = {
    "operation.category_code": ("ApplicableCrossBorder", "/CategoryCode"),
    "annotation": ("annotation",),
    "operation.acquired_before": ("acquired before",),
    "operation.acquired_statement": ("statement of acquisition",),
    "examination.dead_on_arrival": ("dead",),
    "examination.seized": ("seized",),
}
"""Field of a line -> words that all stand in path and meaning of its element, were there one."""


@pytest.fixture(scope="module", params=["v1", "v2"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def rows(version: str, evidence: Path) -> list[dict[str, str]]:
    with (evidence / f"elements-{version}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def kind(name: str, folder: Path) -> Permit:
    of_permit, of_line = KINDS[name]
    record = {**RECORD, **of_permit, "positions": [LINE | of_line]}
    file = folder / "kind.json"
    file.write_text(json.dumps([record]), encoding="utf-8")
    (read,) = national_source(file).records(file)
    assert isinstance(read, NationalRecord), read
    return read.permit


def expected(permit: Permit, rows: list[dict[str, str]]) -> set[tuple[str | None, str]]:
    """(line, field) of each value that no row of the evidence is about."""
    described = [f"{row['path']} {row['box_meaning']}" for row in rows]

    def has(*words: str) -> bool:
        return any(all(word in each for word in words) for each in described)

    def lost() -> Iterator[tuple[str | None, str]]:
        seen = permit.examination
        for name, ordinal in SIGNATURES.items():
            signature = getattr(permit, name)
            shown = (seen.at if seen else None) if name == "examiner" else permit.issued_at
            if signature is None or signature.signed_at in (None, shown):
                continue
            if not has(f"{HEADER}/{ordinal}SignatoryDocumentAuthentication/ActualDateTime"):
                yield None, f"{name}.signed_at"
        for line in permit.positions:
            for field, words in ELEMENTS.items():
                value: object = line
                for step in field.split("."):
                    value = getattr(value, step) if value is not None else None
                if value is not None and not has(ITEM, *words):
                    yield line.id, field

    return set(lost())


def of_examples() -> Iterator[Any]:
    for name in ("mozambique.json", "south_africa.csv", "sandbox.json"):
        file = examples.directory() / name
        for record in national_source(file).records(file):
            assert isinstance(record, NationalRecord)
            yield pytest.param(record.permit, id=record.permit.number.text)


def require_noted(
    permit: Permit,
    permit_format: PermitFormat,
    rows: list[dict[str, str]],
    validate: Callable[[str, bytes], None],
) -> None:
    for written in (permit, permit.as_issued()):
        document = permit_format.write(written)
        validate(permit_format.version, document)
        assert permit_format.read(document) == written
        notes = permit_format.losses(written)
        assert {(note.position, note.field) for note in notes} == expected(written, rows)
        for note in notes:
            names = [step.partition("[")[0] for step in note.path.split("/")]
            assert any(row["path"].endswith("/".join(names)) for row in rows), note.path
            assert note.value


@pytest.mark.parametrize("permit", list(of_examples()))
def test_the_notes_of_a_sample_are_what_has_no_element(
    permit: Permit,
    version: str,
    rows: list[dict[str, str]],
    permit_formats: dict[str, PermitFormat],
    validate: Callable[[str, bytes], None],
) -> None:
    require_noted(permit, permit_formats[version], rows, validate)


@pytest.mark.parametrize("name", KINDS)
def test_a_permit_of_each_kind_is_lawful_and_written_in_both_versions(
    name: str,
    version: str,
    rows: list[dict[str, str]],
    permit_formats: dict[str, PermitFormat],
    validate: Callable[[str, bytes], None],
    tmp_path: Path,
) -> None:
    permit = kind(name, tmp_path)
    errors = [each for each in findings(permit, ANAC) if each.severity is Severity.ERROR]
    assert errors == []
    require_noted(permit, permit_formats[version], rows, validate)


def test_there_is_a_permit_of_each_document_type_of_the_list(evidence: Path) -> None:
    file = evidence.parent / "domain" / "codelists" / "document_types.csv"
    with file.open(encoding="utf-8") as lines:
        assert {row["code"] for row in csv.DictReader(lines)} == set(KINDS)


def test_some_notes_are_of_the_first_version_alone(
    permit_formats: dict[str, PermitFormat], tmp_path: Path
) -> None:
    def fields(version: str, name: str) -> list[str]:
        return [note.field for note in permit_formats[version].losses(kind(name, tmp_path))]

    assert fields("v1", "BREDCAPT") == ["applicant.signed_at", "operation.category_code"]
    assert fields("v2", "BREDCAPT") == []
    assert "examiner.signed_at" in fields("v1", "EXPORT")
    assert fields("v2", "EXPORT") == [
        "annotation",
        "examination.dead_on_arrival",
        "examination.seized",
    ]
