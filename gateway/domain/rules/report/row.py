"""Row of an annual report: columns, sides, and the cells of a row as codes and numbers.

Codes are trimmed and in capitals, names are not changed; a cell of white space is empty. Several
permit numbers of a cell are divided by semicolons.
Source: upload columns of UNEP-WCMC, 2026; guidelines for annual reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.white_space import collapsed

CODES = (
    "Appendix",
    "TermCode",
    "UnitCode",
    "TradingPartner",
    "CountryOfOrigin",
    "PurposeCode",
    "SourceCode",
)
"""Columns that hold a code."""
PERMITS = ("ImportPermit", "ExportPermit", "OriginPermit", "IFSPermit")
"""Columns that hold permit numbers."""
_BEFORE_PERMITS = (
    "Appendix",
    "SpeciesName",
    "TermCode",
    "Quantity",
    "UnitCode",
    "TradingPartner",
    "CountryOfOrigin",
)
_AFTER_PERMITS = ("PurposeCode", "SourceCode", "Year")


class Side(StrEnum):
    """Side of the trade that a report tells of."""

    EXPORTER = "exporter"
    """Exports and re-exports."""
    IMPORTER = "importer"
    """Imports and introductions from the sea."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of a report; exporters have none for import permits."""
        permits = PERMITS if self is Side.IMPORTER else PERMITS[1:]
        return (*_BEFORE_PERMITS, *permits, *_AFTER_PERMITS)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row. number: its line in the file, from 1.  cells: by column, as they were written.

    Absent columns are empty.
    """

    number: int
    cells: Mapping[str, str]

    def code(self, column: str) -> str:
        """Return a code: trimmed, in capitals; empty where the cell is."""
        return self.name(column).upper()

    def name(self, column: str) -> str:
        """Return a text with its inner white space as single spaces; empty where the cell is."""
        return collapsed(self.cells.get(column, ""))

    def permits(self, column: str) -> tuple[str, ...]:
        """Return the permit numbers of a cell, which semicolons divide; `-` stands for none."""
        parts = map(collapsed, self.cells.get(column, "").split(";"))
        return tuple(part for part in parts if part not in ("", "-"))
