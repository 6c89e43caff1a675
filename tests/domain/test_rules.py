"""Which permits may be published? Every rule with a permit that breaks it, and with one that does not."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.party import Address, Country, Party, ReferencedDocument, Signatory
from gateway.domain.permit import Permit
from gateway.domain.position import CitesPosition, LastReexport, Operation, Origin, Quota
from gateway.domain.quantity import Quantity
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
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
LINE = a_position(origin=None, quota=None)
"""A line that no rule remarks on."""
REGISTERED = Operation(registration=ReferencedDocument("A-MZ-501"))
LIVE = replace(LINE, term="LIV", description="Live animals")


def of(*lines: CitesPosition, **changes: object) -> Permit:
    return a_permit(positions=lines or (LINE,), **changes)


def found(permit: Permit, authority: Authority = ANAC) -> tuple[Finding, ...]:
    return findings(permit, authority)


def pcs(amount: str, unit: str | None = "NAR") -> Quantity:
    return Quantity(Decimal(amount), unit)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MAPUTO)


def test_a_complete_and_lawful_permit_passes_without_a_word() -> None:
    assert found(of()) == ()


def test_a_complete_reexport_passes_without_an_error() -> None:
    permit = a_reexport(management_authority=Signatory("A", party=replace(AUTHORITY, address=IMPORTER.address)))
    assert found(permit, DFFE) == ()


BREAKS = [
    # form
    ("F02", WARNING, "1", None, of(number="X" * 36)),
    ("F03", ERROR, "1", None, of(type="LICENCE")),
    ("F03", ERROR, "1", None, of(type="OTHER", type_name=None)),
    ("F04", ERROR, "13", None, of(issued_at=None)),
    ("F04", ERROR, "2", None, of(valid_until=None)),
    ("F04", ERROR, "2", None, of(valid_until=ISSUED - timedelta(days=1), valid_from=None)),
    ("F05", ERROR, "2", None, of(valid_from=VALID_UNTIL + timedelta(days=1))),
    ("F05", INFO, "2", None, of(valid_from=ISSUED - timedelta(days=1))),
    ("F06", ERROR, "3", None, of(importer=None)),
    ("F06", ERROR, "4", None, of(exporter=None)),
    ("F06", ERROR, "3", None, of(importer=replace(IMPORTER, name=None))),
    ("F06", ERROR, "3", None, of(importer=replace(IMPORTER, address=Address(country=Country("ZA"))))),
    ("F06", ERROR, "4", None, of(exporter=replace(EXPORTER, address=Address(city="Tete")))),
    ("F06", WARNING, "3", None, of(importer=replace(IMPORTER, address=Address(city="X", country=Country("QQ"))))),
    ("F06", WARNING, "3", None, of(type="OWNERSHIP")),
    ("F07", ERROR, "5a", None, of(purpose=None)),
    ("F07", ERROR, "5a", None, of(purpose="X")),
    ("F08", WARNING, "5", None, of(LIVE, special_conditions=("In a similar way.",))),
    ("F10", ERROR, "7", None, a_permit(positions=())),
    ("F10", ERROR, "7", "A", of(LINE, LINE)),
    ("F10", ERROR, "7", "A 1", of(replace(LINE, id="A 1"))),
    ("F10", ERROR, "9", "A", of(replace(LINE, term=None, description=None))),
    ("F10", WARNING, "9", "A", of(replace(LINE, term="QQQ"))),
    ("F10", ERROR, "10", "A", of(replace(LINE, sources=()))),
    ("F10", ERROR, "10", "A", of(replace(LINE, sources=("Z",)))),
    ("F10", ERROR, "10", "A", of(replace(LINE, sources=("W", "R")))),
    ("F11", ERROR, "10", "A", of(replace(LINE, appendix=None))),
    ("F11", ERROR, "10", "A", of(replace(LINE, appendix="I/II"))),
    ("F11", ERROR, "10", "A", of(replace(LINE, appendix="N"))),
    ("F12", ERROR, "7", "A", of(replace(LINE, scientific_name=None))),
    ("F12", WARNING, "7", "A", of(replace(LINE, scientific_name="Crocodylus spp."))),
    ("F12", WARNING, "7", "A", of(replace(LINE, scientific_name="Scleractinia"))),
    ("F15", ERROR, "6", None, of(management_authority=None)),
    ("F15", ERROR, "6", None, of(management_authority=Signatory("A", party=replace(AUTHORITY, name=None)))),
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
    ("Q09", ERROR, "11", "A", of(replace(LINE, quantity=None))),
    ("Q09", ERROR, "11", "A", of(replace(LINE, quantity=pcs("0")))),
    ("Q07", ERROR, "11", "A", of(replace(LINE, quantity=pcs("2.5")))),
    ("Q03", ERROR, "11", "A", of(replace(LINE, quantity=pcs("2", "BOX")))),
    ("Q03", ERROR, "11", "A", of(replace(LINE, quantity=pcs("2", "PND")))),
    ("Q03", ERROR, "11", "A", of(replace(LINE, quantity=pcs("2", "H87")))),
    ("Q04", ERROR, "11", "A", of(replace(LINE, term="LOG", sources=("W",), quantity=pcs("2", "KGM")))),
    ("Q04", ERROR, "11", "A", of(replace(LINE, term="VEN", sources=("W",), quantity=pcs("2", "KGM")))),
    ("Q01", ERROR, "14", "A", of(replace(LINE, examination=an_examination("6")))),
    ("Q02", ERROR, "14", "A", of(replace(LINE, examination=an_examination("5", "KGM")))),
    ("K01", ERROR, "11a", "A", of(replace(LINE, quota=Quota(pcs("500"), None)))),
    ("K01", ERROR, "11a", "A", of(replace(LINE, quota=Quota(None, pcs("1000"))))),
    ("K01", ERROR, "11a", "A", of(replace(LINE, quota=Quota(pcs("4"), pcs("1000"))))),
    ("K02", WARNING, "11a", "A", of(replace(LINE, quota=Quota(pcs("1001"), pcs("1000"))))),
    # consistency
    ("C01", ERROR, "10", "A", of(replace(LINE, sources=("A",)))),
    ("C01", ERROR, "10", "A", of(replace(LINE, term="LOG", sources=("C",), quantity=pcs("2", "MTQ")))),
    ("C02", ERROR, "10", "A", of(replace(LINE, sources=("Y",)))),
    ("C02", ERROR, "10", "A", of(replace(LINE, term="LOG", sources=("F",), quantity=pcs("2", "MTQ")))),
    ("C03", ERROR, "10", "A", of(replace(LINE, sources=("D",), operation=Operation(category_code="A")))),
    ("C03", ERROR, "12b", "A", of(replace(LINE, appendix="I", sources=("D",)))),
    ("C04", WARNING, "10", "A", of(replace(LINE, sources=("I",)))),
    ("C04", WARNING, "10", "A", of(replace(LINE, sources=("U",)), special_conditions=())),
    ("C05", WARNING, "5a", "A", of(replace(LINE, appendix="I", sources=("W",)))),
    ("C06", ERROR, "5a", "A", of(replace(LINE, appendix="I", sources=("W",)), type="IMPORT")),
    ("C09", WARNING, "11", "A", of(replace(LINE, quantity=pcs("2", "LTR")))),
    ("C09", WARNING, "5a", "A", of(purpose="N")),
    ("C10", WARNING, "3", None, of(importer=EXPORTER)),
    ("C10", WARNING, "4", None, of(exporter=replace(EXPORTER, address=Address(city="X", country=Country("ZW"))))),
    ("C10", WARNING, "3", None, of(type="IMPORT")),
    ("C11", ERROR, "12", "A", of(type="REEXPORT", special_conditions=())),
    ("C11", WARNING, "12", "A", of(type="REEXPORT")),
    ("C11", ERROR, "12a", "A", of(replace(LINE, last_reexport=LastReexport(Country("CH"))))),
    ("C13", WARNING, "12", "A", of(replace(LINE, origin=Origin(Country("ZW"))))),
    ("C13", WARNING, "12", "A", of(replace(LINE, origin=Origin(None, ReferencedDocument("ZW1"))))),
    ("C13", WARNING, "12a", "A", of(replace(LINE, last_reexport=LastReexport(Country("CH"))))),
    ("C14", ERROR, "12b", "A", of(replace(LINE, sources=("O",)))),
    ("C14", ERROR, "12b", "A", of(type="PRECONV")),
    ("C14", ERROR, "12b", "A", of(replace(LINE, operation=Operation(acquired=ISSUED + timedelta(days=1))))),
    ("C15", ERROR, "10", "A", of(type="ORIGIN")),
    ("C16", ERROR, "10", "A", of(type="IFS")),
    ("C16", ERROR, "10", "A", of(replace(LINE, sources=("X",), appendix="III"), type="IFS")),
    ("C17", WARNING, "10", "A", of(replace(LINE, appendix="I"), special_conditions=("Issued retrospectively.",))),
    ("C17", WARNING, "14", "A", of(replace(LINE, examination=an_examination("5")), special_conditions=("Rétroactif",))),
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
        assert finding.text.endswith(".") and len(finding.text) > 15 and "None" not in finding.text


KEEPS = [
    ("F03", of(type="OTHER", type_name="Captive-bred label")),
    ("F06", of(type="OWNERSHIP", importer=None)),
    ("F06", of(type="IFS", exporter=None)),
    ("F07", of(type="ORIGIN", purpose=None)),
    ("F08", of(LIVE, special_conditions=("Transport according to the IATA Live Animals Regulations.",))),
    ("F08", of(LIVE, special_conditions=("Transporte conforme com o Regulamento IATA.",))),
    ("F10", of(replace(LINE, sources=("I", "W")))),
    ("F10", of(replace(LINE, sources=("O", "W"), operation=Operation(acquired=day("1960-01-01"))))),
    ("F12", of(replace(LINE, scientific_name="Ceratotherium simum simum"))),
    ("V01", of(valid_until=day("2026-09-02"))),
    ("V01", of(type="PRECONV", valid_until=day("2099-01-01"))),
    ("V02", of(type="IMPORT", valid_until=day("2027-03-02"))),
    ("V03", of(type="MUSICAL", valid_until=day("2029-03-02"))),
    ("V04", of(type="SAMPLECOLL", special_conditions=("ATA carnet MZ/2026/1",))),
    ("Q01", of(replace(LINE, examination=an_examination("5")))),
    ("Q02", of(replace(LINE, quantity=pcs("5", "KIL"), examination=an_examination("5", "KGM")))),
    ("Q03", of(replace(LINE, term="CUL", sources=("A",), quantity=pcs("5", "FLA")))),
    ("Q03", of(replace(LINE, quantity=pcs("5", None)))),
    ("Q04", of(replace(LINE, term="VEN", sources=("W",), quantity=pcs("2.5", "MTK")))),
    ("Q04", of(replace(LINE, term="LOG", sources=("W",), quantity=pcs("2.5", "CUM")))),
    ("K01", of(replace(LINE, quota=Quota(pcs("5"), pcs("5"))))),
    ("C01", of(replace(LIVE, sources=("A",)))),
    ("C03", of(replace(LIVE, appendix="I", sources=("D",), operation=REGISTERED))),
    ("C05", of(replace(LIVE, appendix="I", sources=("D",)))),
    ("C06", of(replace(LIVE, appendix="I", sources=("W",)), type="IMPORT", purpose="N")),
    ("C10", of(type="EXHIBITION", importer=EXPORTER)),
    ("C13", of(replace(LINE, origin=Origin(Country("MZ"))))),
    ("C14", of(replace(LINE, operation=Operation(acquired=day("1958-06-01"))), type="PRECONV")),
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
        assert "Source" in (rule.__doc__ or "") or "standard form" in (rule.__doc__ or ""), rule.__name__


def test_every_rule_here_is_broken_by_a_permit_of_this_test() -> None:
    every = "F02 F03 F04 F05 F06 F07 F08 F10 F11 F12 F15 V01 V02 V03 V04 Q01 Q02 Q03 Q04 Q07 Q09 K01 K02 "
    every += "C01 C02 C03 C04 C05 C06 C09 C10 C11 C13 C14 C15 C16 C17"
    assert {rule for rule, *_ in BREAKS} == set(every.split())
