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
from tests.adapters.national.test_examples import WITHOUT_V1
from tests.document_kinds import KINDS, record_of

ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
HEADER, ITEM = (
    "HeaderExchangedDocument",
    "SpecifiedSupplyChainConsignment/IncludedSupplyChainConsignmentItem",
)
SIGNATURES = {
    "management_authority": "First",
    "applicant": "Second",
    "issuer": "Third",
    "examiner": "Fourth",
}
ELEMENTS = {
    "operation.category_code": ("ApplicableCrossBorder", "/CategoryCode"),
    "annotation": ("annotation",),
    "quota.text": ("quota", "text"),
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
    file = folder / "kind.json"
    file.write_text(json.dumps([record_of(name)]), encoding="utf-8")
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
            if record.permit.number.text == WITHOUT_V1:
                continue
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
