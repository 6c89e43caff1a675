"""Annual report: its columns, its rows together, and its submission (R04, R07 to R09)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from hashlib import blake2b

from gateway.domain.permit.permit import Permit
from gateway.domain.rules.finding import Finding, Severity, error, warning
from gateway.domain.rules.references import References
from gateway.domain.rules.report.row import ReportRow, Side
from gateway.domain.rules.report.rows import ROW_RULES, YEAR, RowCase
from gateway.domain.white_space import collapsed


class Basis(StrEnum):
    """Basis of a report, which it has to state."""

    ACTUAL_TRADE = "actual-trade"
    """Permits that were used, with the quantities that customs counted."""
    ISSUED_PERMITS = "issued-permits"
    """Permits that were issued, where nothing says whether they were used."""


@dataclass(frozen=True, slots=True)
class AnnualReport:
    """A report of one side and year. country: code of the Party that reports.

    header: names of the columns as written, in the order of the file.
    """

    country: str
    side: Side
    year: int
    basis: Basis
    header: tuple[str, ...]
    rows: tuple[ReportRow, ...]

    @property
    def due(self) -> date:
        """Last day for its submission. Source: Res. Conf. 11.17, on annual reports."""
        return date(self.year + 1, 10, 31)


ReportRule = Callable[[AnnualReport], Iterator[Finding]]
RowCheck = Callable[[ReportRow], Iterator[Finding]]
SequenceRule = Callable[[Side, int], RowCheck]
"""Makes the check of the rows of a report, one after another. Side and year: of the report."""


def columns_are_those_expected(report: AnnualReport) -> Iterator[Finding]:
    """All columns once, capitals or not, and none besides (R08).

    Source: UNEP-WCMC header rule.
    """
    expected = {column.casefold(): column for column in report.side.columns}
    found = [collapsed(name).casefold() for name in report.header]
    for name, column in expected.items():
        if name not in found:
            yield error("R08", "column-missing", box=column, expected=column)
    for place, name in enumerate(found):
        written = report.header[place]
        if name not in expected:
            yield error("R08", "column-unknown", box=written, value=written)
        elif name in found[:place]:
            yield error("R08", "column-repeated", box=written, value=written)


def rows_tell_of_different_shipments(side: Side, _year: int) -> RowCheck:
    """No two rows of one taxon, Appendix, year and permit number (R07).

    The number is that of the import permit on the side of importers, else of the export permit.
    Digests of the rows before are kept, not the rows, as a report may have any number of them.
    Source: UNEP-WCMC duplicate test.
    """
    column = "ImportPermit" if side is Side.IMPORTER else "ExportPermit"
    first: dict[bytes, int] = {}

    def check(row: ReportRow) -> Iterator[Finding]:
        taxon, year = row.name("SpeciesName").casefold(), row.name("Year")
        for number in row.permits(column):
            shipment = "\n".join((taxon, row.code("Appendix"), year, number))
            digest = blake2b(shipment.encode(), digest_size=16).digest()
            before = first.setdefault(digest, row.number)
            if before != row.number:
                yield warning(
                    "R07",
                    "same-shipment",
                    box=column,
                    position=str(row.number),
                    value=number,
                    row=str(before),
                )

    return check


def rows_are_of_its_year(_side: Side, year: int) -> RowCheck:
    """The year of each row is that of the report (R09). What is no year is R02 alone.

    Source: Convention, Article VIII.7; guidelines for annual reports.
    """

    def check(row: ReportRow) -> Iterator[Finding]:
        stated = row.name("Year")
        if YEAR.fullmatch(stated) and int(stated) != year:
            yield error(
                "R09",
                "other-year",
                box="Year",
                position=str(row.number),
                value=stated,
                expected=str(year),
            )

    return check


REPORT_RULES: tuple[ReportRule, ...] = (columns_are_those_expected,)
SEQUENCE_RULES: tuple[SequenceRule, ...] = (rows_tell_of_different_shipments, rows_are_of_its_year)


class ReportCheck:
    """Check of a report row by row, in the order of the file, in bounded memory.

    country, side, year: of the report.  references: reference data; None: taxa are not looked up.
    """

    def __init__(
        self, country: str, side: Side, year: int, references: References | None = None
    ) -> None:
        self._case = partial(RowCase, country=country, side=side, references=references)
        self._sequence = [rule(side, year) for rule in SEQUENCE_RULES]

    def row(self, row: ReportRow) -> Iterator[Finding]:
        """Yield the findings on the next row. Raises ServiceUnavailable."""
        for check in self._sequence:
            yield from check(row)
        for rule in ROW_RULES:
            yield from rule(self._case(row))


def report_findings(
    report: AnnualReport, references: References | None = None
) -> tuple[Finding, ...]:
    """Return the findings on a report: its columns, its rows together and one by one.

    references: reference data; None: taxa are not looked up.
    Raises ServiceUnavailable where references cannot be read.
    """
    check = ReportCheck(report.country, report.side, report.year, references)
    of_report = (finding for rule in REPORT_RULES for finding in rule(report))
    of_rows = (finding for row in report.rows for finding in check.row(row))
    return (*of_report, *of_rows)


def may_be_submitted(found: Sequence[Finding], *, overridden: bool) -> bool:
    """Whether a report may be submitted: errors stop it, warnings until a person overrides them.

    Remarks stop nothing (R04).
    Source: UNEP-WCMC, submission of annual reports with warnings.
    """
    severities = {finding.severity for finding in found}
    if Severity.ERROR in severities:
        return False
    return overridden or not severities & {Severity.RISK, Severity.WARNING}


def year_of_trade(permit: Permit, basis: Basis) -> int | None:
    """Year whose report tells of a permit; None where it belongs in no report (R09).

    Of actual trade: the year in which customs endorsed it, never that of its issue; a permit that
    was not used is in no report. Of issued permits: the year of issue.
    Source: Convention, Article VIII.7; guidelines for annual reports.
    """
    if basis is Basis.ISSUED_PERMITS:
        return permit.issued_at.year if permit.issued_at else None
    events = [permit.examination, *(line.examination for line in permit.positions)]
    return min((event.at.year for event in events if event and event.at), default=None)
