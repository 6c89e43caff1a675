"""Annual report: rows of a year are read page by page, checked, and written as they come.

Exports come first, from our own permits; then imports: foreign permits that our customs counted,
and our own import permits. An import permit that rests on, or is named by, a foreign permit that
was counted is reported by that permit's row alone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from decimal import Decimal

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority
from gateway.domain.ledger.endorsement import Role, issuing_side
from gateway.domain.permit.permit import Permit
from gateway.domain.published import PublishedPermit
from gateway.domain.report.foreign_permits import own_import_permit, rows_of_foreign
from gateway.domain.report.own_permits import ReportYear, export_permits_of, rows_of_own
from gateway.domain.report.query import SavedQuery, Totals, values_of
from gateway.domain.report.reported import ReportedRow, RowBasis
from gateway.domain.report.summary import LeftOut, ReportSummary
from gateway.domain.rules.references import References
from gateway.domain.rules.report.reexports import reexports_stay_within_what_came_in
from gateway.domain.rules.report.report import ReportCheck
from gateway.domain.rules.report.row import ReportRow, Side
from gateway.domain.trace.balance import Balance
from gateway.domain.trace.named import REEXPORT
from gateway.exchange.ports.report.files import ReportFiles
from gateway.exchange.ports.report.trade import CountedAbroad, Key, TradeRecords
from gateway.exchange.report.agreed import AgreedQuantities
from gateway.exchange.report.pages import counted_abroad, own_permits

_FIRST_YEAR, _LAST_YEAR = 1975, 2999


@dataclass(frozen=True, slots=True)
class WantedReport:
    """A report that is asked for.

    authorities: whose permits it tells of, all of one country.  zone: of its days.
    queries: saved queries, a table each.
    only_actual: without rows of quantities that were permitted alone.
    with_imports: foreign permits too, which belong to no single authority.
    """

    authorities: Collection[Authority]
    year: int
    zone: tzinfo
    queries: Sequence[SavedQuery] = ()
    only_actual: bool = False
    with_imports: bool = True

    @property
    def of_year(self) -> ReportYear:
        """Country and year. Raises InvalidRequest for a year before the Convention."""
        if not _FIRST_YEAR <= self.year <= _LAST_YEAR:
            raise InvalidRequest(f"The year of a report has four digits, from {_FIRST_YEAR} on.")
        (country,) = {authority.country.text for authority in self.authorities}
        return ReportYear(country, self.year, self.zone)


@dataclass(slots=True)
class _Writing:
    """A report that is being written. links: our import permits by the document they rest on."""

    year: ReportYear
    wanted: WantedReport
    files: ReportFiles
    summary: ReportSummary
    checks: Mapping[Side, ReportCheck]
    rows: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 1))
    links: dict[Key, str] = field(default_factory=dict)
    reported: set[str] = field(default_factory=set)
    totals: list[Totals] = field(default_factory=list)

    def add(self, row: ReportedRow, passed: Sequence[Balance] = ()) -> None:
        """Check and write a row, unless it is not wanted. passed: on the trace of its permit."""
        if self.wanted.only_actual and row.basis is RowBasis.PERMITTED:
            return
        self.rows[row.side] += 1
        number = self.rows[row.side]
        found = [
            *self.checks[row.side].row(ReportRow(number, row.cells)),
            *reexports_stay_within_what_came_in(number, (row.number, row.position), passed),
        ]
        self.files.row(number, row)
        for finding in found:
            self.files.finding(row.side, finding)
        self.summary.sides[row.side].add(row, Decimal(row.cells["Quantity"]), found)
        self._answer_queries(row)

    def _answer_queries(self, row: ReportedRow) -> None:
        values = values_of(row)
        for query in self.wanted.queries:
            if not query.totals and query.fits(values):
                self.files.query_row(query, query.cells(values))
        for totals in self.totals:
            if totals.query.fits(values):
                totals.add(values)

    def finish_queries(self) -> None:
        """Write the tables of queries with totals."""
        for totals in self.totals:
            for cells in totals.rows():
                self.files.query_row(totals.query, cells)

    def leave_out(self, left_out: LeftOut) -> None:
        """Say of a document that it is not in the report."""
        self.summary.left_out += 1
        self.files.left_out(left_out)


@dataclass(frozen=True, slots=True)
class WriteReport:
    """Use case: the annual report of a year.

    foreign: the document of a foreign permit, by country and number; None where none is at hand.
    references: gives reference data for the rules.
    agreed: quantities that both sides agreed to, each in its own gateway.
    passed: balances of which more was re-exported than came in, in the trace of a re-export of ours
    by country and number; no partner is asked.
    """

    records: TradeRecords
    foreign: Callable[[str, str], Permit | None]
    references: References
    agreed: AgreedQuantities
    passed: Callable[[str, str], Sequence[Balance]]

    def write(
        self, wanted: WantedReport, files: ReportFiles, progress: Callable[[int], None]
    ) -> ReportSummary:
        """Write the rows of a year with their findings; return the summary.

        progress: is called with the number of documents that were read since.
        Raises InvalidRequest, ServiceUnavailable, KeyUnusable, OSError.
        """
        year = wanted.of_year
        checks = {
            side: ReportCheck(year.country, side, year.year, self.references) for side in Side
        }
        writing = _Writing(
            year,
            wanted,
            files,
            ReportSummary(year.country, year.year),
            checks,
            totals=[Totals(query) for query in wanted.queries if query.totals],
        )
        has_imports = self._exports(writing, progress)
        if wanted.with_imports:
            self._foreign(writing, progress)
        if has_imports:
            self._import_permits(writing, progress)
        writing.finish_queries()
        return writing.summary

    def _exports(self, writing: _Writing, progress: Callable[[int], None]) -> bool:
        """Write rows of the exporter's part. Returns whether there are import permits besides."""
        has_imports = False
        for published in own_permits(self.records, writing.wanted.authorities, progress):
            if issuing_side(published.permit) is Role.EXPORT:
                rows = list(rows_of_own(published, writing.year, self.agreed.of_own(published)))
                passed = self._passed(published) if rows else ()
                for row in rows:
                    writing.add(row, passed)
                continue
            has_imports = True
            for key in export_permits_of(published.permit):
                writing.links[key] = published.permit.number.text
        return has_imports

    def _passed(self, published: PublishedPermit) -> Sequence[Balance]:
        if published.permit.type != REEXPORT:
            return ()
        country, number = published.authority.country.text, published.permit.number.text
        return self.passed(country, number)

    def _foreign(self, writing: _Writing, progress: Callable[[int], None]) -> None:
        for counted in counted_abroad(self.records, progress):
            permit = self.foreign(counted.country, counted.number)
            if permit is None:
                writing.leave_out(_not_at_hand(counted))
                continue
            linked = writing.links.get(counted.key)
            named = own_import_permit(permit, writing.year.country) or linked
            writing.reported.update(each for each in (named, linked) if each)
            agreed = self.agreed.of_foreign(counted, permit)
            for row in rows_of_foreign(
                counted.country, permit, counted.counts, writing.year, agreed
            ):
                number = row.cells["ImportPermit"] or named or ""
                writing.add(replace(row, cells={**row.cells, "ImportPermit": number}))

    def _import_permits(self, writing: _Writing, progress: Callable[[int], None]) -> None:
        for published in own_permits(self.records, writing.wanted.authorities, progress):
            permit = published.permit
            if issuing_side(permit) is Role.IMPORT and permit.number.text not in writing.reported:
                for row in rows_of_own(published, writing.year, self.agreed.of_own(published)):
                    writing.add(row)


def _not_at_hand(counted: CountedAbroad) -> LeftOut:
    return LeftOut(
        counted.country,
        counted.number,
        "Our customs counted it, and no answer of its authority is at hand: ask for it again.",
    )
