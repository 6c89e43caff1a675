"""Publication rules: what they let pass. tests/domain/rules holds what each of them finds."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.party import Country, ReferencedDocument, Signatory
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Origin, Quota, RegisteredOperation
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import Carnet, PartiallyCompleted, Retrospective
from gateway.domain.rules import RULES, Finding, findings
from gateway.domain.rules.validity import months_later
from tests.builders import (
    AUTHORITY,
    EXPORTER,
    IMPORTER,
    ISSUED,
    MAPUTO,
    VALID_UNTIL,
    a_reexport,
    an_examination,
)
from tests.domain.rules.pair import ANAC, LINE, day, of

DFFE = Authority(IsoCountryCode("ZA"), "DFFE")
REGISTERED = RegisteredOperation(registration=ReferencedDocument("A-MZ-501"))
UNDESCRIBED = replace(LINE, term=None, description=None)
BEFORE = RegisteredOperation(
    acquired_before=datetime(1975, 7, 1, tzinfo=MAPUTO),
    acquired_statement="Collected before 1975; the day is not known.",
)
NAMELESS = replace(LINE, scientific_name=None)
LIVE = replace(LINE, term="LIV", description="Live animals")
APPENDIX_I = replace(LINE, appendix="I")
IATA = ("Transport according to the IATA Live Animals Regulations.",)
STAMPED = ("Valid only with the security stamp.",)
BARE = Signatory("A", party=AUTHORITY)
THAT_NIGHT_IN_NEW_YORK = datetime.fromisoformat("2026-03-01T23:00-05:00")
"""The day of issue in Maputo, and still the day before in New York."""
EXTENDED = ("The validity of this permit is extended to 2027-02-01.",)
TIMBER = replace(
    LINE, term="LOG", sources=("W",), quantity=Quantity(Decimal(2), "MTQ"), description="Logs"
)
AFTERWARDS = Retrospective("ZA DFFE 118/2026", ISSUED - timedelta(days=2), "Strike at the port")


def line(**changes: object) -> Permit:
    return of(replace(LINE, **changes))


def acquired(at: datetime) -> RegisteredOperation:
    return RegisteredOperation(acquired=at)


def found(permit: Permit, authority: Authority = ANAC) -> tuple[Finding, ...]:
    return findings(permit, authority)


def pcs(amount: str, unit: str | None = "NAR") -> Quantity:
    return Quantity(Decimal(amount), unit)


def test_a_complete_and_lawful_permit_passes_without_a_word() -> None:
    assert found(of()) == ()


def test_a_complete_reexport_passes_without_an_error() -> None:
    permit = a_reexport(
        management_authority=Signatory("A", party=replace(AUTHORITY, address=IMPORTER.address))
    )
    assert found(permit, DFFE) == ()


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
    ("V04", of(type="SAMPLECOLL", carnet=Carnet("MZ/2026/1", VALID_UNTIL))),
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
    ("C17", of(APPENDIX_I, purpose="P", retrospective=AFTERWARDS)),
    ("C17", of(special_conditions=("This is not a retrospective permit",))),
    ("C18", of(special_conditions=("Replacement of MZ25EX000001 of 2025-11-03, lost.",))),
    ("C18", of(special_conditions=("No replacement of tags is allowed.",))),
    ("C18", of(special_conditions=("Replacement of tags is not allowed.",))),
    ("V05", of(replace(LINE, examination=an_examination("5", at=THAT_NIGHT_IN_NEW_YORK)))),
    ("V07", of(special_conditions=("This permit covers an extended family of skins.",))),
    ("F01", of(number="MZ/2026/no shape at all")),
    ("F09", of(special_conditions=STAMPED)),
    ("F09", of(special_conditions=("Valid without a security stamp.",), management_authority=BARE)),
    ("F10", of(replace(LINE, sources=()), partially_completed=PartiallyCompleted(("10",)))),
    ("F11", of(replace(LINE, appendix=None), partially_completed=PartiallyCompleted(("10",)))),
    ("F12", of(NAMELESS, partially_completed=PartiallyCompleted(("7",)))),
    ("F14", line(description="Peles salgadas, Ærø")),
    ("F14", line(description="皮 (skins)")),
    ("Q08", of(LINE, replace(LINE, id="B"))),
    ("Q08", of(type="IMPORT", examination=an_examination(None))),
    ("Q09", of(replace(LINE, quantity=None), partially_completed=PartiallyCompleted(("11",)))),
    ("V01", of(TIMBER, special_conditions=EXTENDED, valid_until=day("2027-02-01"))),
    ("V05", of(replace(LINE, examination=an_examination("5", at=day("2026-09-01T23:00"))))),
    ("V06", of(replace(APPENDIX_I, sources=("O",), operation=acquired(day("1960-01-01"))))),
    ("V06", of(APPENDIX_I, type="REEXPORT")),
    ("V07", of(special_conditions=("The validity of this permit cannot be extended.",))),
    ("V07", of(special_conditions=("The period may be extended on request.",))),
    ("V07", of(TIMBER, special_conditions=EXTENDED)),
    ("C05", of(replace(APPENDIX_I, sources=("O", "W")))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "permit"), KEEPS)
def test_a_kept_rule_is_silent(rule: str, permit: Permit) -> None:
    assert rule not in {finding.rule for finding in found(permit)}


def test_a_unit_is_named_as_it_is_written() -> None:
    said = {each.rule: each.value for each in found(line(quantity=pcs("2", "BX")))}
    assert said["Q03"] == "BX"
    twin = {each.rule: each.value for each in found(line(term="OIL", quantity=pcs("2", "CMT")))}
    assert twin["C09"] == "CMT"


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
