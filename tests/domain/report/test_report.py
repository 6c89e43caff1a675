"""Annual report: rules for rows, columns and submission, each with a row that keeps it."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from gateway.domain.codes import Language
from gateway.domain.references.periods import Period
from gateway.domain.references.rows import Listing, Row
from gateway.domain.references.taxa import Taxon
from gateway.domain.rules import Severity
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.report import report as reports
from gateway.domain.rules.report.report import (
    AnnualReport,
    Basis,
    may_be_submitted,
    report_findings,
    year_of_trade,
)
from gateway.domain.rules.report.row import ReportRow, Side
from tests.builders import an_examination
from tests.domain.rules.pair import ERROR, INFO, LINE, WARNING, day, of
from tests.programs import unavailable
from tests.reference_data import TABLES, references

SAMPLES = Path(__file__).parents[4] / "shared" / "domain" / "samples"
SKINS = {
    "Appendix": "II",
    "SpeciesName": "Crocodylus niloticus",
    "TermCode": "SKI",
    "Quantity": "250",
    "UnitCode": "",
    "TradingPartner": "IT",
    "CountryOfOrigin": "ZW",
    "ExportPermit": "25MZ000102",
    "OriginPermit": "25ZW000012",
    "IFSPermit": "",
    "PurposeCode": "T",
    "SourceCode": "R",
    "Year": "2025",
}


def report(*rows: dict[str, str], side: Side = Side.EXPORTER, country: str = "MZ") -> AnnualReport:
    numbered = tuple(ReportRow(number, row) for number, row in enumerate(rows, start=2))
    return AnnualReport(country, side, 2025, Basis.ACTUAL_TRADE, side.columns, numbered)


def places(found: tuple[Finding, ...]) -> list[tuple[str, str, Severity, str, str | None]]:
    return [(each.rule, each.sentence, each.severity, each.box, each.position) for each in found]


def test_a_right_row_has_no_finding() -> None:
    assert report_findings(report(SKINS)) == ()


CHANGES = [
    *(
        ("R01", "cell-empty", ERROR, column, {column: " "})
        for column in ("TradingPartner", "TermCode", "SpeciesName", "Appendix", "Quantity", "Year")
    ),
    ("R02", "quantity-no-number", ERROR, "Quantity", {"Quantity": "two"}),
    ("R02", "quantity-no-number", ERROR, "Quantity", {"Quantity": "-2"}),
    ("R02", "quantity-no-number", ERROR, "Quantity", {"Quantity": "1e3"}),
    ("R02", "year-no-year", ERROR, "Year", {"Year": "25"}),
    ("R02", "year-no-year", ERROR, "Year", {"Year": "1974"}),
    ("R03", "appendix-unknown", ERROR, "Appendix", {"Appendix": "2"}),
    ("R03", "code-unknown", ERROR, "TermCode", {"TermCode": "QQQ"}),
    ("R03", "code-unknown", ERROR, "UnitCode", {"UnitCode": "QQQ"}),
    ("R03", "code-unknown", ERROR, "TradingPartner", {"TradingPartner": "QQ"}),
    ("R03", "code-unknown", ERROR, "CountryOfOrigin", {"CountryOfOrigin": "QQ"}),
    ("R03", "code-unknown", ERROR, "PurposeCode", {"PurposeCode": "X"}),
    ("R03", "code-unknown", ERROR, "SourceCode", {"SourceCode": "V"}),
    ("R05", "code-respelled", INFO, "TermCode", {"TermCode": " ski"}),
    ("R06", "several-numbers", INFO, "ExportPermit", {"ExportPermit": "25MZ1; 25MZ2"}),
    ("R09", "other-year", ERROR, "Year", {"Year": "2024"}),
    ("R10", "no-permit", INFO, "SourceCode", {"ExportPermit": "-", "OriginPermit": ""}),
    ("C01", "source-of-row", WARNING, "SourceCode", {"SourceCode": "A"}),
    ("C09", "unit-unusual", WARNING, "UnitCode", {"UnitCode": "LTR"}),
    ("C09", "purpose-unusual", WARNING, "PurposeCode", {"PurposeCode": "N"}),
    ("C10", "partner-is-reporter", WARNING, "TradingPartner", {"TradingPartner": "MZ"}),
    ("C10", "origin-is-exporter", WARNING, "CountryOfOrigin", {"CountryOfOrigin": "MZ"}),
]
BROKEN = [report(SKINS | changed) for *_, changed in CHANGES]


@pytest.mark.parametrize(("rule", "sentence", "severity", "column", "changed"), CHANGES)
def test_a_changed_cell_is_found_with_column_and_row(
    rule: str, sentence: str, severity: Severity, column: str, changed: dict[str, str]
) -> None:
    assert (rule, sentence, severity, column, "2") in places(
        report_findings(report(SKINS | changed))
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"Appendix": "N"},
        {"Quantity": "0.0001", "TermCode": "MEA", "UnitCode": "KGM"},
        {"UnitCode": "NAR"},
        {"CountryOfOrigin": "XX", "ExportPermit": "", "OriginPermit": "-", "SourceCode": "I"},
        {"CountryOfOrigin": ""},
    ],
)
def test_what_a_row_may_say(changed: dict[str, str]) -> None:
    assert report_findings(report(SKINS | changed)) == ()


def test_one_shipment_twice_is_found_on_the_second_row() -> None:
    twice = report(SKINS, SKINS | {"TermCode": "SKU"}, SKINS | {"ExportPermit": "25MZ9"})
    (finding,) = report_findings(twice)
    assert places((finding,)) == [("R07", "same-shipment", WARNING, "ExportPermit", "3")]
    assert finding.text().startswith("Row 2 has")


def test_importers_are_compared_by_their_import_permit() -> None:
    imported = SKINS | {"ImportPermit": "25MZ1", "CountryOfOrigin": ""}
    other = imported | {"ImportPermit": "25MZ2"}
    assert report_findings(report(imported, other, side=Side.IMPORTER)) == ()
    of_partner = imported | {"CountryOfOrigin": "IT"}
    (finding,) = report_findings(report(of_partner, side=Side.IMPORTER))
    assert (finding.rule, finding.sentence) == ("C10", "origin-is-exporter")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (Side.EXPORTER.columns, []),
        (tuple(map(str.upper, Side.EXPORTER.columns)), []),
        (tuple(reversed(Side.EXPORTER.columns)), []),
        (Side.IMPORTER.columns, [("column-unknown", "ImportPermit")]),
        (Side.EXPORTER.columns[1:], [("column-missing", "Appendix")]),
        ((*Side.EXPORTER.columns, "Remarks"), [("column-unknown", "Remarks")]),
        ((*Side.EXPORTER.columns, "year"), [("column-repeated", "year")]),
    ],
)
def test_the_columns_are_those_of_the_side(
    header: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    found = report_findings(replace(report(SKINS), header=header))
    assert [(each.sentence, each.box) for each in found] == expected
    assert {each.rule for each in found} <= {"R08"}


@pytest.mark.parametrize(
    ("changed", "at_once", "overridden"),
    [({}, True, True), ({"UnitCode": "LTR"}, False, True), ({"Year": "x"}, False, False)],
    ids=["no finding", "a warning", "an error"],
)
def test_errors_stop_a_report_and_warnings_until_they_are_overridden(
    changed: dict[str, str], *, at_once: bool, overridden: bool
) -> None:
    found = report_findings(report(SKINS | changed | {"TermCode": " ski"}))
    assert may_be_submitted(found, overridden=False) is at_once
    assert may_be_submitted(found, overridden=True) is overridden


def test_trade_counts_in_the_year_in_which_customs_saw_it() -> None:
    unused = of(issued_at=day("2025-12-20"))
    used = of(
        replace(LINE, examination=an_examination("5", at=day("2026-01-05"))),
        issued_at=day("2025-12-20"),
    )
    assert year_of_trade(used, Basis.ACTUAL_TRADE) == 2026
    assert year_of_trade(used, Basis.ISSUED_PERMITS) == 2025
    assert year_of_trade(unused, Basis.ACTUAL_TRADE) is None
    assert report(SKINS).due == date(2026, 10, 31)


def everything() -> list[Finding]:
    return [finding for each in BROKEN for finding in report_findings(each)]


@pytest.mark.parametrize("table", ["ROW_RULES", "REPORT_RULES", "SEQUENCE_RULES"])
def test_a_rule_that_is_switched_off_is_missing_alone(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything()
    for rule in (rules := getattr(reports, table)):
        monkeypatch.setattr(reports, table, tuple(each for each in rules if each is not rule))
        after = everything()
        gone = [finding for finding in before if finding not in after]
        assert after == [finding for finding in before if finding not in gone]
        assert not {(each.rule, each.sentence) for each in gone}.intersection(
            (each.rule, each.sentence) for each in after
        )


def test_each_sentence_is_there_in_each_language() -> None:
    for finding in everything():
        assert len({finding.text(language) for language in get_args(Language)}) == 4


def sample(name: str) -> Iterator[dict[str, str]]:
    file = SAMPLES / f"annual_report_{name}_fictional.csv"
    if not file.is_file():
        unavailable("the sample reports are not beside this checkout")
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@pytest.mark.parametrize(
    ("name", "side", "country"),
    [("export", Side.EXPORTER, "CH"), ("import", Side.IMPORTER, "FR")],
)
def test_the_sample_reports_have_no_error(name: str, side: Side, country: str) -> None:
    rows = list(sample(name))
    found = report_findings(
        replace(report(*rows, side=side, country=country), header=tuple(rows[0]))
    )
    assert [finding for finding in found if finding.severity is not INFO] == []


def taxa() -> Iterator[Row]:
    """The sample taxa, each with its Appendices from the beginning of the Convention."""
    file = SAMPLES / "taxa_60.csv"
    if not file.is_file():
        unavailable("the sample taxa are not beside this checkout")
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            taxon = int(row["species_plus_id"])
            yield Taxon(taxon, row["scientific_name"], row["rank"], kingdom=row["kingdom"])
            for appendix in row["cites_listing"].split("/"):
                if appendix in ("I", "II", "III"):
                    yield Listing(taxon, appendix, Period(date(1975, 7, 1)))


SAID = {
    "appendix not in I II III N": "R03",
    "taxon_name blank": "R01",
    "quantity not a number": "R02",
    "trading_partner unknown": "R03",
    "year not 4 digits": "R02",
    "source A with Animalia": "C01",
    "term-unit pair SAW LTR not allowed": "C09",
    "exporter equals importer": "C10",
    "exporter equals country of origin": "C10",
    "appendix II not valid for taxon and year": "C08",
}
"""What the sample of errors expects -> the rule that says it."""


def test_the_sample_of_errors_yields_its_findings_and_no_other() -> None:
    known = references(*taxa(), without_tables=[table.stem for table in TABLES.glob("*.csv")])
    rows = list(sample("export_errors"))
    expected = [
        (str(number), SAID[row.pop("ExpectedPrimary") or row["ExpectedSecondary"]])
        for number, row in enumerate(rows, start=2)
    ]
    for row in rows:
        del row["ExpectedSecondary"]
    found = report_findings(report(*rows, country="GB"), known)
    assert sorted((each.position, each.rule) for each in found) == sorted(expected)
