"""Rules for a row of the annual report alone (R01 to R03, R05, R06, R10; C01, C08 to C10 of rows).

The box of a finding is the column, its line the number of the row.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from gateway.domain.codes import (
    CodeListName,
    code_list,
    current_unit,
    kingdom_of_term,
    purposes_of_term,
    sources,
    units_of_term,
)
from gateway.domain.references.facts import NameMatch
from gateway.domain.references.rows import DataKind
from gateway.domain.rules.finding import Finding, error, info, warning
from gateway.domain.rules.references import References
from gateway.domain.rules.report.row import CODES, PERMITS, ReportRow, Side

_REQUIRED = ("TradingPartner", "TermCode", "SpeciesName", "Appendix", "Quantity", "Year")
_QUANTITY = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
YEAR = re.compile(r"19(?:7[5-9]|[89][0-9])|2[0-9]{3}")
"""A year of trade under the Convention."""
_LISTS: dict[str, CodeListName] = {
    "TermCode": "terms",
    "TradingPartner": "countries",
    "CountryOfOrigin": "countries",
    "PurposeCode": "purposes",
    "SourceCode": "sources",
}
_NOT_LISTED = "N"
"""Appendix of taxa that a Party reports although they are in none."""


@dataclass(frozen=True, slots=True)
class RowCase:
    """A row before its rules.

    country, side: that report.  references: None where none are at hand.
    """

    row: ReportRow
    country: str
    side: Side
    references: References | None = None


RowRule = Callable[[RowCase], Iterator[Finding]]


def required_cells_are_filled(case: RowCase) -> Iterator[Finding]:
    """R01. Source: UNEP-WCMC, first step of its validation."""
    for column in _REQUIRED:
        if not case.row.name(column):
            yield error("R01", "cell-empty", box=column, position=str(case.row.number))


def quantity_and_year_are_numbers(case: RowCase) -> Iterator[Finding]:
    """Plain digits, not negative; a year from 1975 (R02). Source: UNEP-WCMC shipment rules."""
    quantity, year = case.row.name("Quantity"), case.row.name("Year")
    line = str(case.row.number)
    if quantity and not _QUANTITY.fullmatch(quantity):
        yield error("R02", "quantity-no-number", box="Quantity", position=line, value=quantity)
    if year and not YEAR.fullmatch(year):
        yield error("R02", "year-no-year", box="Year", position=line, value=year)


def codes_are_listed(case: RowCase) -> Iterator[Finding]:
    """Appendix, term, unit, countries, purpose, source; the taxon where taxa are known (R03).

    Source: UNEP-WCMC, third step of its validation.
    """
    row, line = case.row, str(case.row.number)
    for column, name in _LISTS.items():
        code = row.code(column)
        if code and code not in code_list(name):
            yield error("R03", "code-unknown", box=column, position=line, value=code)
    unit = row.code("UnitCode")
    if unit and current_unit(unit) not in code_list("units"):
        yield error("R03", "code-unknown", box="UnitCode", position=line, value=unit)
    appendix, allowed = row.code("Appendix"), (*code_list("appendices"), _NOT_LISTED)
    if appendix and appendix not in allowed:
        yield error(
            "R03",
            "appendix-unknown",
            box="Appendix",
            position=line,
            value=appendix,
            expected=" ".join(allowed),
        )
    taxon, known = row.name("SpeciesName"), case.references
    if taxon and known and known.has(DataKind.TAXA) and known.taxon(taxon) is None:
        yield error("R03", "taxon-unknown", box="SpeciesName", position=line, value=taxon)


def codes_are_in_capitals(case: RowCase) -> Iterator[Finding]:
    """Codes with outer spaces or small letters are read without them (R05).

    Source: UNEP-WCMC, preparation of uploaded rows.
    """
    for column in CODES:
        written, read = case.row.cells.get(column, ""), case.row.code(column)
        if read and written != read:
            yield info(
                "R05",
                "code-respelled",
                box=column,
                position=str(case.row.number),
                value=written,
                expected=read,
            )


def permit_numbers_are_divided(case: RowCase) -> Iterator[Finding]:
    """Several numbers of a cell are divided by semicolons (R06). Source: UNEP-WCMC shipments."""
    for column in PERMITS:
        numbers = case.row.permits(column)
        if len(numbers) > 1:
            yield info(
                "R06",
                "several-numbers",
                box=column,
                position=str(case.row.number),
                value=case.row.name(column),
                expected=" ".join(numbers),
            )


def goods_without_a_permit_were_seized(case: RowCase) -> Iterator[Finding]:
    """A row without any permit number tells of seized goods, source I (R10).

    Source: guidelines for annual reports.
    """
    row = case.row
    source = row.code("SourceCode")
    if source and source != "I" and not any(map(row.permits, PERMITS)):
        yield info(
            "R10",
            "no-permit",
            box="SourceCode",
            position=str(row.number),
            value=source,
            expected="I",
        )


def source_of_the_row_fits_the_kingdom(case: RowCase) -> Iterator[Finding]:
    """As C01 and C02 on permits; the kingdom is that of the taxon, else of the term.

    A person may let it stand. Source: UNEP-WCMC, second step: kingdom and source.
    """
    row = case.row
    facts = case.references.taxon(row.name("SpeciesName")) if case.references else None
    kingdom = (facts.taxon.kingdom if facts else "") or kingdom_of_term(row.code("TermCode"))
    source = sources().get(row.code("SourceCode"))
    if source and kingdom and source.kingdom not in (None, kingdom):
        yield warning(
            "C01",
            "source-of-row",
            box="SourceCode",
            position=str(row.number),
            value=source.code,
            source=source,
            kingdom=kingdom,
        )


def appendix_of_the_row_fits_taxon_and_year(case: RowCase) -> Iterator[Finding]:
    """As C08 on permits: an Appendix of the population at the beginning or end of the year.

    Silent where the data are not certain. Source: UNEP-WCMC, second step: Appendix and year.
    """
    row, year = case.row, case.row.name("Year")
    facts = case.references.taxon(row.name("SpeciesName")) if case.references else None
    appendix = row.code("Appendix")
    if facts is None or appendix not in code_list("appendices") or not YEAR.fullmatch(year):
        return
    exporter = row.code("TradingPartner") if case.side is Side.IMPORTER else case.country
    population = row.code("CountryOfOrigin") or exporter
    days = (date(int(year), 1, 1), date(int(year), 12, 31))
    found = [facts.appendices(day, population) for day in days]
    is_certain = facts.match is not NameMatch.SPECIES and all(
        each and each.is_certain and not each.may_be_stricter(appendix) for each in found
    )
    allowed = {one for each in found if each for one in each.appendices}
    if is_certain and allowed and appendix not in allowed:
        yield warning(
            "C08",
            "appendix-of-row",
            box="Appendix",
            position=str(row.number),
            value=appendix,
            expected=" ".join(sorted(allowed)),
            taxon=facts.taxon.name,
            year=year,
        )


def term_of_the_row_goes_with_unit_and_purpose(case: RowCase) -> Iterator[Finding]:
    """As C09 on permits. Source: pair lists of UNEP-WCMC, second step."""
    row, line = case.row, str(case.row.number)
    code = row.code("TermCode")
    term = code_list("terms").get(code, code)
    units, unit = units_of_term(code), current_unit(row.code("UnitCode") or None)
    if units and unit in code_list("units") and unit not in units:
        yield warning(
            "C09",
            "unit-unusual",
            box="UnitCode",
            position=line,
            value=unit,
            expected=" ".join(sorted(units)),
            term=term,
        )
    purposes, purpose = purposes_of_term(code), row.code("PurposeCode")
    if purposes and purpose in code_list("purposes") and purpose not in purposes:
        yield warning(
            "C09",
            "purpose-unusual",
            box="PurposeCode",
            position=line,
            value=purpose,
            expected=" ".join(sorted(purposes)),
            term=term,
        )


def countries_of_the_row_differ(case: RowCase) -> Iterator[Finding]:
    """As C10 on permits: the partner is another country, and the origin is no exporter.

    The country of origin is left blank where the goods come from the exporter itself.
    Source: UNEP-WCMC, second step: distinct values.
    """
    row, line = case.row, str(case.row.number)
    partner, origin = row.code("TradingPartner"), row.code("CountryOfOrigin")
    if partner and partner == case.country:
        yield warning(
            "C10", "partner-is-reporter", box="TradingPartner", position=line, value=partner
        )
    exporter = partner if case.side is Side.IMPORTER else case.country
    if origin and origin == exporter:
        yield warning(
            "C10", "origin-is-exporter", box="CountryOfOrigin", position=line, value=origin
        )


ROW_RULES: tuple[RowRule, ...] = (
    required_cells_are_filled,
    quantity_and_year_are_numbers,
    codes_are_listed,
    codes_are_in_capitals,
    permit_numbers_are_divided,
    goods_without_a_permit_were_seized,
    source_of_the_row_fits_the_kingdom,
    appendix_of_the_row_fits_taxon_and_year,
    term_of_the_row_goes_with_unit_and_purpose,
    countries_of_the_row_differ,
)
