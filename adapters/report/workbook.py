"""Excel workbook of an annual report: a sheet for each table, and charts of the summary.

XlsxWriter writes row by row to disk (`constant_memory`), so a report of any size needs little
memory. Text is always written as text: no cell becomes a formula or a link.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from adapters.report.folder import beside, put_in_place
from adapters.report.tables import NAMES, NUMBERS, ReportTables
from adapters.spreadsheets.formula_escape import escape_formula
from gateway.domain.codes import Language
from gateway.domain.errors import InvalidRequest
from gateway.domain.report.query import SavedQuery
from gateway.domain.report.summary import ReportSummary
from gateway.exchange.ports.report.files import ReportFiles
from gateway.hardening import FILE_MODE

MOST_ROWS = 1_048_576
"""Rows of a sheet, its header included. Source: limits of Excel."""
_LONGEST_CELL = 32_767
_LONGEST_NAME = 31
_BARS = 10
_CHARTS = {"TradingPartner": "Rows by trading partner", "Appendix": "Rows by Appendix"}
_CHART_ROWS = 16
"""Rows of a sheet that a chart covers."""


@dataclass(slots=True)
class _Sheet:
    sheet: Worksheet
    columns: Sequence[str]
    rows: int = 1


@dataclass(slots=True)
class _Sheets:
    """The backend of a workbook. path: of the file that is being written."""

    path: Path
    target: Path
    book: Workbook
    sheets: dict[str, _Sheet] = field(default_factory=dict)
    is_closed: bool = False

    def begin(self, table: str, columns: Sequence[str]) -> None:
        """See `Backend`."""
        sheet = self.book.add_worksheet(table[:_LONGEST_NAME])
        sheet.set_column(0, len(columns) - 1, 16)
        sheet.freeze_panes(1, 0)
        bold = self.book.add_format({"bold": True})
        for column, name in enumerate(columns):
            sheet.write_string(0, column, name, bold)
        self.sheets[table] = _Sheet(sheet, columns)

    def write(self, table: str, cells: Sequence[str]) -> None:
        """See `Backend`. Raises InvalidRequest where the sheet is full."""
        entry = self.sheets[table]
        if entry.rows >= MOST_ROWS:
            raise InvalidRequest(
                f"A sheet of Excel holds {MOST_ROWS:,} rows, and {table} has more: use CSV."
            )
        for column, (name, cell) in enumerate(zip(entry.columns, cells, strict=True)):
            if name in NUMBERS and cell.replace(".", "", 1).isdecimal():
                entry.sheet.write_number(entry.rows, column, float(cell))
            elif cell:
                entry.sheet.write_string(entry.rows, column, escape_formula(cell)[:_LONGEST_CELL])
        entry.rows += 1

    def finish(self, summary: ReportSummary) -> Sequence[Path]:
        """See `Backend`."""
        self._charts(summary)
        self.close()
        self.path.chmod(FILE_MODE)
        return put_in_place([self.path], self.target)

    def close(self) -> None:
        """Close the workbook and its temporary files, unless that is done."""
        if self.is_closed:
            return
        self.is_closed = True
        try:
            self.book.close()
        except XlsxWriterException as error:
            raise OSError(str(error)) from error

    def _charts(self, summary: ReportSummary) -> None:
        """Write the largest groups of each part, and a chart of each."""
        sheet = self.book.add_worksheet("charts")
        row = 0
        for side, sums in summary.sides.items():
            for column, title in _CHARTS.items():
                bars = sums.groups[column].most_common(_BARS)
                if bars:
                    self._chart(sheet, row, f"{title}: {NAMES[side]}", bars)
                    row += max(len(bars), _CHART_ROWS) + 1

    def _chart(
        self, sheet: Worksheet, row: int, title: str, bars: Sequence[tuple[str, int]]
    ) -> None:
        sheet.write_string(row, 0, title)
        for place, (value, count) in enumerate(bars, row + 1):
            sheet.write_string(place, 0, escape_formula(value) or "-")
            sheet.write_number(place, 1, count)
        chart = self.book.add_chart({"type": "bar"})
        last = row + len(bars)
        chart.add_series(
            {
                "categories": ["charts", row + 1, 0, last, 0],
                "values": ["charts", row + 1, 1, last, 1],
            }
        )
        chart.set_title({"name": title})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        sheet.insert_chart(row, 3, chart)


@dataclass(frozen=True, slots=True)
class ExcelReport:
    """The port `OpenReportFiles` for Excel. folder: of the file.  language: of the findings."""

    folder: Path
    language: Language

    @contextmanager
    def __call__(self, name: str, queries: Sequence[SavedQuery]) -> Iterator[ReportFiles]:
        """See the port."""
        with beside(self.folder, name) as made:
            path = made / f"{name}.xlsx"
            options = {
                "constant_memory": True,
                "tmpdir": str(made),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            }
            backend = _Sheets(path, self.folder, Workbook(str(path), options))
            try:
                yield ReportTables(backend, queries, self.language)
            finally:
                backend.close()
