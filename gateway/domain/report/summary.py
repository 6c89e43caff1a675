"""Summary of an annual report: rows, quantities and findings, added up row by row."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from gateway.domain.report.reported import NUMBER_OF_SPECIMENS, ReportedRow, RowBasis
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.report.report import Basis, may_be_submitted
from gateway.domain.rules.report.row import Side

GROUPED = ("TradingPartner", "Appendix", "SpeciesName", "PurposeCode", "SourceCode")
"""Columns whose rows are counted."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A document that should be in the report and is not. reason: a sentence for a person."""

    issuer: str
    number: str
    reason: str


@dataclass(slots=True)
class SideSummary:
    """Sums of one side.

    rows: by basis.  groups: rows by column and value.
    quantities: by term and unit.  findings: how often each was made, with the first of them.
    """

    rows: Counter[RowBasis] = field(default_factory=Counter)
    groups: dict[str, Counter[str]] = field(
        default_factory=lambda: {column: Counter() for column in GROUPED}
    )
    quantities: defaultdict[tuple[str, str], Decimal] = field(
        default_factory=lambda: defaultdict(Decimal)
    )
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_findings: dict[tuple[str, str], Finding] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of rows."""
        return self.rows.total()

    @property
    def basis(self) -> Basis:
        """The basis that the report has to state: actual trade where every row is of it."""
        actual = all(basis.is_actual for basis in self.rows)
        return Basis.ACTUAL_TRADE if actual else Basis.ISSUED_PERMITS

    def add(self, row: ReportedRow, quantity: Decimal, found: Iterable[Finding]) -> None:
        """Add a row with its findings."""
        cells = row.cells
        self.rows[row.basis] += 1
        for column, counted in self.groups.items():
            counted[cells[column]] += 1
        self.quantities[cells["TermCode"], cells["UnitCode"] or NUMBER_OF_SPECIMENS] += quantity
        for finding in found:
            key = finding.rule, finding.sentence
            self.findings[key] += 1
            self.first_findings.setdefault(key, finding)

    def may_be_submitted(self, *, overridden: bool) -> bool:
        """Whether findings allow its submission (R04)."""
        return may_be_submitted(tuple(self.first_findings.values()), overridden=overridden)


@dataclass(slots=True)
class ReportSummary:
    """Summary of both sides of a report. left_out: number of documents."""

    country: str
    year: int
    sides: dict[Side, SideSummary] = field(
        default_factory=lambda: {side: SideSummary() for side in Side}
    )
    left_out: int = 0
