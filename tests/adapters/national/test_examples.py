"""The example records: lawful, publishable, between Mozambique and South Africa, of many kinds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.national import examples
from adapters.national.registry import national_source
from gateway.domain.errors import DocumentInvalid
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.status import Status
from gateway.domain.rules import findings
from gateway.exchange.ports import NationalRecord, PermitFormat
from gateway.exchange.sandbox.cases import SandboxCase, sandbox_cases

FILES = {
    "mozambique.json": ("MZ", "ANAC"),
    "south_africa.csv": ("ZA", "DFFE"),
    "sandbox.json": ("MZ", "ANAC"),
}
DOCS = Path(__file__).parents[3] / "docs" / "sandbox.md"


def of(name: str) -> list[NationalRecord]:
    file = examples.directory() / name
    read = list(national_source(file).records(file))
    assert len(read) == national_source(file).count(file)
    return [record for record in read if isinstance(record, NationalRecord)]


WITHOUT_V1 = "MZ26EX000011"
"""Permit of the sandbox with a term outside of the list, which version 1 cannot hold."""

ALL = [(name, record) for name in FILES for record in of(name)]
LAWFUL = [(name, record) for name, record in ALL if record.permit.number.text != WITHOUT_V1]
BY_NUMBER = pytest.mark.parametrize(
    ("name", "record"), LAWFUL, ids=[str(record.permit.number) for _, record in LAWFUL]
)


def test_every_example_is_read() -> None:
    for name in FILES:
        file = examples.directory() / name
        assert len(of(name)) == national_source(file).count(file)


@BY_NUMBER
def test_no_rule_has_anything_to_say(name: str, record: NationalRecord) -> None:
    country, code = FILES[name]
    assert findings(record.permit, Authority(IsoCountryCode(country), code)) == ()
    assert record.authority_code == code


@BY_NUMBER
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_documents_of_every_sample_are_valid_for_lxml_and_for_xmlschema(
    name: str,
    record: NationalRecord,
    version: str,
    permit_formats: dict[str, PermitFormat],
    validate: Callable[[str, bytes], None],
) -> None:
    for permit in (record.permit, record.permit.as_issued()):
        document = permit_formats[version].write(permit)
        validate(version, document)
        assert permit_formats[version].read(document) == permit


def test_two_dozen_permits_of_thirteen_kinds_travel_both_ways() -> None:
    mozambique, south_africa = of("mozambique.json"), of("south_africa.csv")
    assert len(mozambique) + len(south_africa) >= 24
    kinds = {record.permit.type for record in (*mozambique, *south_africa)}
    assert kinds == {
        "EXPORT",
        "REEXPORT",
        "IMPORT",
        "IFS",
        "ORIGIN",
        "PRECONV",
        "BREDCAPT",
        "ARTPROP",
        "PHYTO",
        "OWNERSHIP",
        "EXHIBITION",
        "MUSICAL",
        "SAMPLECOLL",
    }
    assert sum("ZA" in record.permit.countries for record in mozambique) >= 10
    assert sum("MZ" in record.permit.countries for record in south_africa) >= 8
    assert {record.status for record in mozambique} == {
        Status.ISSUED,
        Status.CANCELLED,
        Status.REPLACED,
    }
    assert any(record.permit.is_endorsed for record in mozambique)


def test_every_number_stands_once_and_every_token_opens_one_permit() -> None:
    numbers = [record.permit.number for _, record in ALL]
    tokens = [record.token for _, record in ALL if record.token]
    assert len(set(numbers)) == len(numbers) and len(set(tokens)) == len(tokens) == len(numbers) - 1


def test_every_example_is_issued_in_2026() -> None:
    assert {record.permit.issued_at and record.permit.issued_at.year for _, record in ALL} == {2026}


@pytest.mark.parametrize(
    ("number", "token"),
    [("MZ26EX000001", "SANDBOX-7KQ4-2M9X"), ("MZ26EX000002", "SANDBOX-8RW5-3N6Y")],
)
def test_the_sandbox_holds_its_two_permits_of_three_lines(number: str, token: str) -> None:
    record = next(each for each in of("sandbox.json") if each.permit.number.text == number)
    assert record.token and record.token.text == token
    assert record.permit.type == "EXPORT" and record.permit.countries == {"MZ", "ZA"}
    lines = [(line.id, str(line.quantity)) for line in record.permit.positions]
    assert lines == [("A", "5 NAR"), ("B", "12.5 KGM"), ("C", "3 NAR")]


def test_the_sandbox_shows_every_state_and_its_cases_are_documented() -> None:
    sandbox = {record.permit.number.text: record for record in of("sandbox.json")}
    assert sandbox["MZ26EX000003"].permit.is_endorsed
    assert sandbox["MZ26EX000004"].status is Status.CANCELLED
    assert sandbox["MZ26EX000005"].status is Status.REPLACED
    assert str(sandbox["MZ26EX000005"].successor) == "MZ26EX000001"
    assert sandbox["MZ26OC000007"].permit.document_type.multi_use
    assert sandbox["MZ26EX000008"].token is None
    assert len(sandbox["MZ26EX000009"].attachments) == 1
    rows = [
        (
            f"| `{case.number}` | {f'`{case.token}`' if case.token else 'none'} | {case.country} |"
            f" {called(case)} | `{case.outcome}` | {case.purpose} |"
        )
        for case in sandbox_cases()
    ]
    text = DOCS.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("| `MZ26")] == rows


def called(case: SandboxCase) -> str:
    """The call of a case, as the page of the documentation writes it."""
    words = [case.operation.value, case.version]
    words += [f"{letter}={quantity}" for letter, quantity in case.quantities]
    return " ".join(word for word in words if word)


def test_version_1_cannot_hold_one_permit_of_the_sandbox(
    permit_formats: dict[str, PermitFormat],
) -> None:
    record = next(record for _, record in ALL if record.permit.number.text == WITHOUT_V1)
    assert permit_formats["v2"].write(record.permit)
    with pytest.raises(DocumentInvalid) as refused:
        permit_formats["v1"].write(record.permit)
    assert refused.value.box == "9"
