"""CSV files of an annual report: UTF-8, a comma between cells, a file for each table."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from adapters.report.folder import beside, put_in_place
from adapters.report.tables import ReportTables
from adapters.spreadsheets.formula_escape import escape_formula
from gateway.domain.codes import Language
from gateway.domain.report.query import SavedQuery
from gateway.domain.report.summary import ReportSummary
from gateway.exchange.ports.report.files import ReportFiles
from gateway.hardening import private_opener


class _Writer(Protocol):
    def writerow(self, row: Sequence[str], /) -> object: ...


@dataclass(slots=True)
class _CsvFiles:
    """The backend of CSV files."""

    name: str
    made: Path
    target: Path
    opened: ExitStack
    writers: dict[str, _Writer] = field(default_factory=dict)

    def begin(self, table: str, columns: Sequence[str]) -> None:
        """See `Backend`."""
        path = self.made / f"{self.name}-{table}.csv"
        file = open(path, "x", encoding="utf-8", newline="", opener=private_opener)  # noqa: SIM115
        self.opened.enter_context(file)
        self.writers[table] = csv.writer(file)
        self.writers[table].writerow(columns)

    def write(self, table: str, cells: Sequence[str]) -> None:
        """See `Backend`."""
        self.writers[table].writerow([escape_formula(cell) for cell in cells])

    def finish(self, _summary: ReportSummary) -> Sequence[Path]:
        """See `Backend`."""
        self.opened.close()
        files = [self.made / f"{self.name}-{table}.csv" for table in self.writers]
        return put_in_place(files, self.target)


@dataclass(frozen=True, slots=True)
class CsvReport:
    """The port `OpenReportFiles` for CSV. folder: of the files.  language: of the findings."""

    folder: Path
    language: Language

    @contextmanager
    def __call__(self, name: str, queries: Sequence[SavedQuery]) -> Iterator[ReportFiles]:
        """See the port."""
        with beside(self.folder, name) as made, ExitStack() as opened:
            backend = _CsvFiles(name, made, self.folder, opened)
            yield ReportTables(backend, queries, self.language)
