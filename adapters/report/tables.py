"""Tables of an annual report: names, columns, and the cells of each kind of row.

A backend writes them: a CSV file each, or a sheet each of one workbook.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from gateway.domain.codes import Language
from gateway.domain.permit.quantity import plain
from gateway.domain.report.query import SavedQuery
from gateway.domain.report.reported import ReportedRow
from gateway.domain.report.summary import LeftOut, ReportSummary, SideSummary
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.report.row import Side

NAMES = {Side.EXPORTER: "exports", Side.IMPORTER: "imports"}
BASIS, FINDINGS, LEFT_OUT, SUMMARY = "-basis", "findings", "left-out", "summary"
NUMBERS = frozenset({"Quantity", "Year", "Row", "Rows"})
"""Columns of numbers."""

_BASIS = ("Row", "Issuer", "Permit", "Line", "Basis", "Permitted", "Description", "Remarks")
_FINDING = ("Part", "Row", "Severity", "Rule", "Column", "Value", "Expected", "Finding")
_LEFT_OUT = ("Issuer", "Permit", "Reason")
_SUMMARY = ("Part", "Of", "Value", "Rows", "Quantity")


class Backend(Protocol):
    """Writes tables. Every method raises OSError."""

    def begin(self, table: str, columns: Sequence[str]) -> None:
        """Begin a table with its header."""

    def write(self, table: str, cells: Sequence[str]) -> None:
        """Write the next row of a table."""

    def finish(self, summary: ReportSummary) -> Sequence[Path]:
        """Close the files, and put them in place. Returns their paths."""


def query_table(query: SavedQuery) -> str:
    """Name of the table of a saved query."""
    return f"query-{query.name}"


class ReportTables:
    """The port `ReportFiles` on a backend. language: of the findings."""

    def __init__(self, backend: Backend, queries: Sequence[SavedQuery], language: Language) -> None:
        self._backend = backend
        self._language = language
        for side, name in NAMES.items():
            backend.begin(name, side.columns)
            backend.begin(name + BASIS, _BASIS)
        backend.begin(FINDINGS, _FINDING)
        backend.begin(LEFT_OUT, _LEFT_OUT)
        for query in queries:
            backend.begin(query_table(query), query.columns)
        backend.begin(SUMMARY, _SUMMARY)

    def row(self, number: int, row: ReportedRow) -> None:
        """See the port."""
        name = NAMES[row.side]
        self._backend.write(name, [row.cells[column] for column in row.side.columns])
        beside = (
            str(number),
            row.issuer,
            row.number,
            row.position,
            row.basis.value,
            row.permitted,
            row.description,
            row.remarks,
        )
        self._backend.write(name + BASIS, beside)

    def finding(self, side: Side, finding: Finding) -> None:
        """See the port."""
        cells = (
            NAMES[side],
            finding.position or "",
            finding.severity.value,
            finding.rule,
            finding.box,
            finding.value,
            finding.expected,
            finding.text(self._language),
        )
        self._backend.write(FINDINGS, cells)

    def query_row(self, query: SavedQuery, cells: Sequence[str]) -> None:
        """See the port."""
        self._backend.write(query_table(query), cells)

    def left_out(self, left_out: LeftOut) -> None:
        """See the port."""
        self._backend.write(LEFT_OUT, (left_out.issuer, left_out.number, left_out.reason))

    def finish(self, summary: ReportSummary) -> Sequence[Path]:
        """See the port."""
        for side, sums in summary.sides.items():
            for cells in summary_rows(sums):
                self._backend.write(SUMMARY, (NAMES[side], *cells))
        return self._backend.finish(summary)


def summary_rows(sums: SideSummary) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is counted, its value, the number of rows, and the quantity where there is one."""
    yield "all rows", "", str(sums.count), ""
    yield "basis of the report", sums.basis.value, str(sums.count), ""
    for basis, count in sums.rows.most_common():
        yield "basis", basis.value, str(count), ""
    for column, values in sums.groups.items():
        for value, count in values.most_common():
            yield column, value, str(count), ""
    for (term, unit), quantity in sorted(sums.quantities.items()):
        yield "term and unit", f"{term} {unit}", "", plain(quantity)
    for (rule, sentence), count in sums.findings.most_common():
        yield "finding", f"{rule} {sentence}", str(count), ""
