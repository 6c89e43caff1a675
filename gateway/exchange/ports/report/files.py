"""Port of the files of an annual report: written row by row, there as a whole or not at all."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from gateway.domain.report.query import SavedQuery
from gateway.domain.report.reported import ReportedRow
from gateway.domain.report.summary import LeftOut, ReportSummary
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.report.row import Side


class ReportFiles(Protocol):
    """Files of one report that are being written. Every method raises OSError."""

    def row(self, number: int, row: ReportedRow) -> None:
        """Write the next row of its side. number: of its line in the upload file, from 2."""

    def finding(self, side: Side, finding: Finding) -> None:
        """Write a finding on a row."""

    def query_row(self, query: SavedQuery, cells: Sequence[str]) -> None:
        """Write the next row of a saved query."""

    def left_out(self, left_out: LeftOut) -> None:
        """Write what could not be reported, and why."""

    def finish(self, summary: ReportSummary) -> Sequence[Path]:
        """Write the summary, and put the files in place. Returns their paths."""


class OpenReportFiles(Protocol):
    """Begins the files of a report."""

    def __call__(
        self, name: str, queries: Sequence[SavedQuery]
    ) -> AbstractContextManager[ReportFiles]:
        """Begin the files whose names begin with a name, such as `MZ-2025`.

        At the end of the block nothing is left of files that were not finished.
        Raises FileExistsError where one of them is there already, OSError.
        """
