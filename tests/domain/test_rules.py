"""Publication rules: each with a permit that breaks it, and with a permit that does not."""

import ast
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from gateway.domain import rules as domain_rules
from gateway.domain.codes import Language
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.party import Address, Country, Party, ReferencedDocument, Signatory
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import (
    CitesPosition,
    LastReexport,
    Origin,
    Quota,
    RegisteredOperation,
)
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import PartiallyCompleted
from gateway.domain.rules import RULES, Finding, Severity, findings
from gateway.domain.rules.validity import months_later
from tests.builders import (
    AUTHORITY,
    EXPORTER,
    IMPORTER,
    ISSUED,
    MAPUTO,
    VALID_UNTIL,
    a_permit,
    a_position,
    a_reexport,
    an_examination,
)

ANAC = Authority(IsoCountryCode("MZ"), "ANAC")
DFFE = Authority(IsoCountryCode("ZA"), "DFFE")
FOLDER = Path(domain_rules.__file__).parent
DOCS = Path(__file__).parents[2] / "docs" / "national-records.md"
ERROR, RISK, WARNING, INFO = Severity
LINE = a_position(origin=None, quota=None)
"""A line that no rule remarks on."""
YOUNGER = ReferencedDocument("ZW1", issued=ISSUED + timedelta(days=1))
REGISTERED = RegisteredOperation(registration=ReferencedDocument("A-MZ-501"))
UNDESCRIBED = replace(LINE, term=None, description=None)
UNSTATED = RegisteredOperation(acquired_before=datetime(1975, 7, 1, tzinfo=MAPUTO))
BEFORE = replace(UNSTATED, acquired_statement="Collected before 1975; the day is not known.")
AFTERWARDS = replace(BEFORE, acquired_before=ISSUED + timedelta(days=1))
LIVE = replace(LINE, term="LIV", description="Live animals")
APPENDIX_I = replace(LINE, appendix="I")
ENDORSED = replace(LINE, examination=an_examination("5"))
NAMELESS = Signatory("A", party=replace(AUTHORITY, name=None))
RETROSPECTIVE = ("Issued retrospectively.",)
IATA = ("Transport according to the IATA Live Animals Regulations.",)


def of(*lines: CitesPosition, **changes: object) -> Permit:
    return a_permit(positions=lines or (LINE,), **changes)


def line(**changes: object) -> Permit:
    return of(replace(LINE, **changes))


def acquired(at: datetime) -> RegisteredOperation:
    return RegisteredOperation(acquired=at)


def located(party: Party, **address: object) -> Party:
    return replace(party, address=Address(**address))


def found(permit: Permit, authority: Authority = ANAC) -> tuple[Finding, ...]:
    return findings(permit, authority)


def pcs(amount: str, unit: str | None = "NAR") -> Quantity:
    return Quantity(Decimal(amount), unit)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MAPUTO)


def test_a_complete_and_lawful_permit_passes_without_a_word() -> None:
    assert found(of()) == ()


def test_a_complete_reexport_passes_without_an_error() -> None:
    permit = a_reexport(
        management_authority=Signatory("A", party=replace(AUTHORITY, address=IMPORTER.address))
    )
    assert found(permit, DFFE) == ()


BREAKS = [
    # form
    ("F08", WARNING, "5", None, of(LIVE, special_conditions=("Own transport of the owner.",))),
    ("F10", ERROR, "7", "A", line(scientific_name="Crocodylus niloticus / Crocodylus porosus")),
    ("F10", ERROR, "7", "A", line(scientific_name="Crocodylus niloticus/porosus")),
    ("F10", ERROR, "7", "A", line(scientific_name="Crocodylus niloticus and C. porosus")),
    ("F10", ERROR, "7", "A", line(scientific_name="Acropora cervicornis, Euphyllia spp.")),
    # kinds of document
    ("T01", ERROR, "10", "A", of(replace(LINE, sources=("W",)), type="PRECONV")),
    ("T01", ERROR, "10", "A", of(replace(LINE, sources=("F",)), type="BREDCAPT")),
    ("T01", ERROR, "10", "A", of(replace(LINE, sources=("W",)), type="ARTPROP")),
    ("T01", ERROR, "10", "A", of(replace(LINE, sources=("D",)), type="PHYTO")),
    ("T01", ERROR, "10", "A", of(replace(LINE, sources=("W",)), type="EXHIBITION")),
    ("T02", ERROR, "5a", None, of(type="EXHIBITION", purpose="T")),
    ("T02", ERROR, "5a", None, of(type="MUSICAL", purpose="T")),
    ("T02", ERROR, "5a", None, of(type="OWNERSHIP", purpose="T")),
    ("T03", ERROR, "10", "A", of(APPENDIX_I, type="PHYTO")),
    ("C11", ERROR, "12", "A", line(origin=Origin(Country("ZW"), YOUNGER))),
    ("C11", ERROR, "12a", "A", line(last_reexport=LastReexport(Country("ZW"), YOUNGER))),
    ("C03", WARNING, "12b", "A", of(replace(APPENDIX_I, term="LIV", sources=("D",)))),
    ("F02", WARNING, "1", None, of(number="X" * 36)),
    ("F03", ERROR, "1", None, of(type="LICENCE")),
    ("F03", ERROR, "1", None, of(type="OTHER", type_name=None)),
    ("F04", ERROR, "13", None, of(issued_at=None)),
    ("F06", ERROR, "3", None, of(importer=None, partially_completed=PartiallyCompleted(("9",)))),
    ("F10", ERROR, "9", "A", of(UNDESCRIBED, partially_completed=PartiallyCompleted(("3",)))),
    ("C14", WARNING, "12b", "A", line(sources=("O",), operation=UNSTATED)),
    ("C14", ERROR, "12b", "A", line(sources=("O",), operation=AFTERWARDS)),
    ("F04", ERROR, "2", None, of(valid_until=None)),
    ("F04", ERROR, "2", None, of(valid_until=ISSUED - timedelta(days=1), valid_from=None)),
    ("F04", ERROR, "2", None, of(valid_from=VALID_UNTIL + timedelta(days=1))),
    ("F05", INFO, "2", None, of(valid_from=ISSUED - timedelta(days=1))),
    ("F06", ERROR, "3", None, of(importer=None)),
    ("F06", ERROR, "4", None, of(exporter=None)),
    ("F06", ERROR, "3", None, of(importer=replace(IMPORTER, name=None))),
    ("F06", ERROR, "3", None, of(importer=located(IMPORTER, country=Country("ZA")))),
    ("F06", ERROR, "4", None, of(exporter=located(EXPORTER, city="Tete"))),
    ("F06", WARNING, "3", None, of(importer=located(IMPORTER, city="X", country=Country("QQ")))),
    ("F06", WARNING, "3", None, of(type="OWNERSHIP")),
    ("F07", ERROR, "5a", None, of(purpose=None)),
    ("F07", ERROR, "5a", None, of(purpose="X")),
    ("F08", WARNING, "5", None, of(LIVE, special_conditions=("In a similar way.",))),
    ("F10", ERROR, "7", None, a_permit(positions=())),
    ("F10", ERROR, "7", "A", of(LINE, LINE)),
    ("F10", ERROR, "7", "A 1", line(id="A 1")),
    ("F10", ERROR, "9", "A", line(term=None, description=None)),
    ("F10", WARNING, "9", "A", line(term="QQQ")),
    ("F10", ERROR, "10", "A", line(sources=())),
    ("F10", ERROR, "10", "A", line(sources=("Z",))),
    ("F10", ERROR, "10", "A", line(sources=("W", "R"))),
    ("F11", ERROR, "10", "A", line(appendix=None)),
    ("F11", ERROR, "10", "A", line(appendix="I/II")),
    ("F11", ERROR, "10", "A", line(appendix="N")),
    ("F12", ERROR, "7", "A", line(scientific_name=None)),
    ("F12", WARNING, "7", "A", line(scientific_name="Crocodylus spp.")),
    ("F12", WARNING, "7", "A", line(scientific_name="Scleractinia")),
    ("F15", ERROR, "6", None, of(management_authority=None)),
    ("F15", ERROR, "6", None, of(management_authority=NAMELESS)),
    ("F15", ERROR, "6", None, of(management_authority=Signatory("A", party=IMPORTER))),
    ("F15", ERROR, "13", None, of(issuer=None)),
    ("F15", ERROR, "13", None, of(issuer=Signatory("C", party=Party()))),
    # validity
    ("V01", ERROR, "2", None, of(valid_until=day("2026-09-03"))),
    ("V02", ERROR, "2", None, of(type="IMPORT", valid_until=day("2027-03-03"))),
    ("V03", ERROR, "2", None, of(type="EXHIBITION", valid_until=day("2029-03-03"))),
    ("V04", ERROR, "2", None, of(type="SAMPLECOLL", valid_until=day("2026-09-03"))),
    ("V04", ERROR, "5", None, of(type="SAMPLECOLL")),
    # quantities
    ("Q09", ERROR, "11", "A", line(quantity=None)),
    ("Q09", ERROR, "11", "A", line(quantity=pcs("0"))),
    ("Q07", ERROR, "11", "A", line(quantity=pcs("2.5"))),
    ("Q03", ERROR, "11", "A", line(quantity=pcs("2", "BOX"))),
    ("Q03", ERROR, "11", "A", line(quantity=pcs("2", "PND"))),
    ("Q03", ERROR, "11", "A", line(quantity=pcs("2", "BX"))),
    ("Q03", ERROR, "11", "A", line(quantity=pcs("2", "ONZ"))),
    ("Q03", ERROR, "11", "A", line(quantity=pcs("2", "CTN"))),
    ("Q04", ERROR, "11", "A", line(term="LOG", sources=("W",), quantity=pcs("2", "KGM"))),
    ("Q04", ERROR, "11", "A", line(term="VEN", sources=("W",), quantity=pcs("2", "KGM"))),
    ("Q01", ERROR, "14", "A", line(examination=an_examination("6"))),
    ("Q02", ERROR, "14", "A", line(examination=an_examination("5", "KGM"))),
    ("K01", ERROR, "11a", "A", line(quota=Quota(pcs("500"), None))),
    ("K01", ERROR, "11a", "A", line(quota=Quota(None, pcs("1000")))),
    ("K01", ERROR, "11a", "A", line(quota=Quota(pcs("4"), pcs("1000")))),
    ("K01", ERROR, "11a", "A",
     line(quantity=pcs("1", "TON"), quota=Quota(pcs("999", "KGM"), pcs("9000", "KGM")))),
    ("K01", WARNING, "11a", "A",
     line(quantity=pcs("25.5", "KGM"), quota=Quota(pcs("2", None), pcs("100", None)))),
    ("K02", RISK, "11a", "A", line(quota=Quota(pcs("1001"), pcs("1000")))),
    # consistency
    ("C01", ERROR, "10", "A", line(sources=("A",))),
    ("C01", ERROR, "10", "A", line(term="LOG", sources=("C",), quantity=pcs("2", "MTQ"))),
    ("C02", ERROR, "10", "A", line(sources=("Y",))),
    ("C02", ERROR, "10", "A", line(term="LOG", sources=("F",), quantity=pcs("2", "MTQ"))),
    ("C03", ERROR, "10", "A", line(sources=("D",), operation=RegisteredOperation("A"))),
    ("C03", ERROR, "12b", "A", line(appendix="I", sources=("D",))),
    ("C04", WARNING, "10", "A", line(sources=("I",))),
    ("C04", WARNING, "10", "A", of(replace(LINE, sources=("U",)), special_conditions=())),
    ("C05", RISK, "5a", "A", line(appendix="I", sources=("W",))),
    ("C06", ERROR, "5a", "A", of(replace(LINE, appendix="I", sources=("W",)), type="IMPORT")),
    ("C09", WARNING, "11", "A", line(quantity=pcs("2", "LTR"))),
    ("C09", WARNING, "5a", "A", of(purpose="N")),
    ("C10", WARNING, "3", None, of(importer=EXPORTER)),
    ("C10", WARNING, "4", None, of(exporter=located(EXPORTER, city="X", country=Country("ZW")))),
    ("C10", WARNING, "3", None, of(type="IMPORT")),
    ("C11", ERROR, "12", "A", of(type="REEXPORT", special_conditions=())),
    ("C11", WARNING, "12", "A", of(type="REEXPORT")),
    ("C11", ERROR, "12a", "A", line(last_reexport=LastReexport(Country("CH")))),
    ("C13", WARNING, "12", "A", line(origin=Origin(Country("ZW")))),
    ("C13", WARNING, "12", "A", line(origin=Origin(None, ReferencedDocument("ZW1")))),
    ("C13", WARNING, "12a", "A", line(last_reexport=LastReexport(Country("CH")))),
    ("C14", ERROR, "12b", "A", line(sources=("O",))),
    ("C14", ERROR, "12b", "A", of(type="PRECONV")),
    ("C14", ERROR, "12b", "A", line(operation=acquired(ISSUED + timedelta(days=1)))),
    ("C15", ERROR, "10", "A", of(type="ORIGIN")),
    ("C16", ERROR, "10", "A", of(type="IFS")),
    ("C16", ERROR, "10", "A", of(replace(LINE, sources=("X",), appendix="III"), type="IFS")),
    ("C17", WARNING, "10", "A", of(APPENDIX_I, special_conditions=RETROSPECTIVE)),
    ("C17", WARNING, "14", "A", of(ENDORSED, special_conditions=("Rétroactif",))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "severity", "box", "position", "permit"), BREAKS)
def test_a_broken_rule_is_found_with_box_and_line(
    rule: str, severity: Severity, box: str, position: str | None, permit: Permit
) -> None:
    places = [(each.rule, each.severity, each.box, each.position) for each in found(permit)]
    assert (rule, severity, box, position) in places


@pytest.mark.parametrize(("rule", "severity", "box", "position", "permit"), BREAKS)
def test_every_finding_is_a_sentence_for_a_person(
    rule: str, severity: Severity, box: str, position: str | None, permit: Permit
) -> None:
    for finding in found(permit):
        texts = [finding.text(language) for language in get_args(Language)]
        assert len(set(texts)) == len(texts)
        for text in texts:
            assert text.endswith(".") and len(text) > 15
            assert "None" not in text and "  " not in text and " ," not in text


KEEPS = [
    ("F03", of(type="OTHER", type_name="Captive-bred label")),
    ("F06", of(type="OWNERSHIP", importer=None)),
    ("F04", of(type="PRECONV", valid_until=None)),
    ("F06", of(type="IFS", exporter=None)),
    ("F06", of(importer=None, partially_completed=PartiallyCompleted(("3", "11")))),
    ("F07", of(purpose=None, partially_completed=PartiallyCompleted(("5a",)))),
    ("F10", of(UNDESCRIBED, partially_completed=PartiallyCompleted(("9",)))),
    ("C14", line(sources=("O",), operation=BEFORE)),
    ("F07", of(type="ORIGIN", purpose=None)),
    ("F08", of(LIVE, special_conditions=IATA)),
    ("F08", of(LIVE, special_conditions=("Transporte conforme com o Regulamento IATA.",))),
    ("F10", line(sources=("I", "W"))),
    ("F10", line(sources=("O", "W"), operation=acquired(day("1960-01-01")))),
    ("F12", line(scientific_name="Ceratotherium simum simum")),
    ("V01", of(valid_until=day("2026-09-02"))),
    ("V01", of(type="PRECONV", valid_until=day("2099-01-01"))),
    ("V02", of(type="IMPORT", valid_until=day("2027-03-02"))),
    ("V03", of(type="MUSICAL", valid_until=day("2029-03-02"))),
    ("V04", of(type="SAMPLECOLL", special_conditions=("ATA carnet MZ/2026/1",))),
    ("Q01", line(examination=an_examination("5"))),
    ("Q02", line(quantity=pcs("5", "KIL"), examination=an_examination("5", "KGM"))),
    ("Q03", line(term="CUL", sources=("A",), quantity=pcs("5", "FLA"))),
    ("Q03", line(quantity=pcs("5", None))),
    ("Q03", line(quantity=pcs("5", "H87"))),
    ("Q03", line(quantity=pcs("5", "CMT"))),
    ("Q03", line(quantity=pcs("0.5", "TNE"))),
    ("Q02", of(replace(LINE, quantity=pcs("1", "TNE"), examination=an_examination("1000", "KGM")))),
    ("Q01", of(replace(LINE, quantity=pcs("1", "TNE"), examination=an_examination("1000", "KGM")))),
    ("Q04", line(term="VEN", sources=("W",), quantity=pcs("2.5", "MTK"))),
    ("Q04", line(term="LOG", sources=("W",), quantity=pcs("2.5", "CUM"))),
    ("K01", line(quota=Quota(pcs("5"), pcs("5")))),
    ("F08", of(LIVE, special_conditions=("According to the CITES guidelines for transport.",))),
    ("F08", of(LIVE, special_conditions=("Transporte según las directrices CITES.",))),
    ("F10", line(scientific_name="Euphorbia x lomi Rauh & Gerold")),
    ("F10", line(scientific_name="Falco rusticolus x Falco peregrinus")),
    ("F10", line(scientific_name="Crocodylus niloticus")),
    ("T01", of(replace(LINE, sources=("I", "O")), type="PRECONV")),
    ("T01", of(replace(LINE, sources=("A",)), type="PHYTO")),
    ("T02", of(type="MUSICAL", purpose="P")),
    ("T02", of(type="EXHIBITION", purpose="Q")),
    ("C11", line(origin=Origin(Country("ZW"), ReferencedDocument("ZW1", issued=ISSUED)))),
    ("C03", of(replace(APPENDIX_I, term="LOG", sources=("D",)))),
    ("K01", line(quantity=pcs("25.5", "KGM"), quota=Quota(pcs("2"), pcs("100")))),
    ("C01", of(replace(LIVE, sources=("A",)))),
    ("C03", of(replace(LIVE, appendix="I", sources=("D",), operation=REGISTERED))),
    ("C05", of(replace(LIVE, appendix="I", sources=("D",)))),
    ("C06", of(replace(LIVE, appendix="I", sources=("W",)), type="IMPORT", purpose="N")),
    ("C10", of(type="EXHIBITION", importer=EXPORTER)),
    ("C13", line(origin=Origin(Country("MZ")))),
    ("C14", of(replace(LINE, operation=acquired(day("1958-06-01"))), type="PRECONV")),
    ("C15", of(replace(LINE, appendix="III"), type="ORIGIN")),
    ("C16", of(replace(LINE, sources=("X",)), type="IFS")),
    ("C17", of(replace(LINE, appendix="I"), purpose="P", special_conditions=("Retrospective.",))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "permit"), KEEPS)
def test_a_kept_rule_is_silent(rule: str, permit: Permit) -> None:
    assert rule not in {finding.rule for finding in found(permit)}


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-01-15", 6, "2026-07-15"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-12-01", 12, "2027-12-01"),
        ("2028-02-29", 36, "2031-02-28"),
        ("2026-06-30", 6, "2026-12-30"),
        ("2026-12-31", 1, "2027-01-31"),
    ],
)
def test_months_are_counted_by_the_calendar(start: str, months: int, last: str) -> None:
    assert months_later(date.fromisoformat(start), months) == date.fromisoformat(last)


def test_days_count_as_written_in_their_own_zone() -> None:
    late = datetime.fromisoformat("2026-09-02T23:30:00-11:00")
    assert found(of(valid_until=late)) == ()


def test_rules_run_in_one_order_and_each_names_its_source() -> None:
    assert len({rule.__name__ for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert "Source" in (rule.__doc__ or "") or "standard form" in (rule.__doc__ or ""), (
            rule.__name__
        )


def ids_in_the_code() -> set[str]:
    """Ids of rules in gateway/domain/rules: F04, V01 and the like stand there as texts."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.py")]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and re.fullmatch(r"[A-Z][0-9]{2}", str(node.value))
    }


def test_every_rule_is_broken_by_a_permit_of_this_test() -> None:
    of_use = {"V05"}  # tests/domain/test_expiry.py
    assert {rule for rule, *_ in BREAKS} | of_use == ids_in_the_code()


def test_every_rule_is_in_the_documentation() -> None:
    rows = re.findall(r"^\| ((?:[A-Z][0-9]{2}(?:, |-)?)+) \|", DOCS.read_text(), re.MULTILINE)
    named = set()
    for part in (part for row in rows for part in row.split(", ")):
        first, _, last = part.partition("-")
        numbers = range(int(first[1:]), int((last or first)[1:]) + 1)
        named |= {f"{first[0]}{number:02}" for number in numbers}
    assert ids_in_the_code() - named == set()
