"""Report part of a gateway: the annual report, and counts that differ between countries."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from adapters.report.csv_files import CsvReport
from adapters.report.mismatches import write_mismatches
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.partner_agreements import seal_rule
from gateway.bootstrap.parts.partners import read_kept_answer
from gateway.domain.codes import Language
from gateway.domain.errors import CertificateNotFound, InvalidRequest, PermitAltered
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.report.query import ILLEGAL_TRADE, MANUFACTURED, SavedQuery
from gateway.domain.rules.references import References
from gateway.domain.trace.balance import Balance
from gateway.exchange.permits.foreign.ask_partner import SealRule
from gateway.exchange.permits.foreign.earlier_answers import EarlierAnswers
from gateway.exchange.ports import Clock, PermitFormat
from gateway.exchange.ports.report.files import OpenReportFiles
from gateway.exchange.ports.report.shared import NOT_OFFERED
from gateway.exchange.report.agreed import AgreedQuantities
from gateway.exchange.report.foreign_documents import ForeignDocuments
from gateway.exchange.report.mismatches import MismatchQueue, Queued
from gateway.exchange.report.write import WantedReport, WriteReport
from gateway.exchange.trace.trace import TracePermit
from gateway.settings import AuthoritySettings, PartnerSettings, ReportQuerySettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database

FileFormat = Literal["csv", "xlsx"]


@dataclass(frozen=True)
class ReportPart:
    """Use cases of the annual report.

    saved: queries of the settings.  formats: gives every schema version by name.
    references: gives reference data for the rules.  trace: gives the use case that traces permits.
    """

    authorities: Sequence[AuthoritySettings]
    partners: Sequence[PartnerSettings]
    saved: Sequence[ReportQuerySettings]
    formats: Callable[[], Mapping[str, PermitFormat]]
    references: Callable[[], References]
    trace: Callable[[], TracePermit]
    database: "Database"
    clock: Clock

    @cached_property
    def write(self) -> WriteReport:
        """Writes the annual report. Raises KeyUnusable."""
        store = self.database.store
        return WriteReport(
            store.report.trade,
            self.documents.find,
            self.references(),
            AgreedQuantities(store.report.settlements),
            self._passed,
        )

    def _passed(self, country: str, number: str) -> Sequence[Balance]:
        """More re-exported than came in, on the trace of a permit. Raises ServiceUnavailable."""
        try:
            return self.trace().trace(country, number, questions=0).passed
        except (CertificateNotFound, PermitAltered):
            return ()  # what was altered is found by the integrity watch

    @cached_property
    def documents(self) -> ForeignDocuments:
        """Documents of foreign permits, as their authorities answered."""
        return ForeignDocuments(
            EarlierAnswers(self.database.store.journal, read_kept_answer),
            self.formats(),
            lambda: self._seals,
            {partner.country.text: partner.key for partner in self.partners},
        )

    @cached_property
    def mismatches(self) -> MismatchQueue:
        """Lists and settles counts that differ. Raises KeyUnusable."""
        store = self.database.store
        return MismatchQueue(
            store.report.trade,
            self.documents.find,
            store.report.settlements,
            [each.identity for each in self.authorities],
            {partner.key: partner.country.text for partner in self.partners},
            self.clock,
            new_id,
            self.shared_with,
        )

    def shared_with(self, country: str) -> bool:
        """Whether the partner of a country settles differences in its own gateway.

        Not where its gateway answered that it has no such resource. Raises ServiceUnavailable.
        """
        keys = [
            each.key
            for each in self.partners
            if each.mismatch_address and each.country.text == country
        ]
        states = self.database.store.report.shared.partners() if keys else {}
        return any(key not in states or states[key].outcome != NOT_OFFERED for key in keys)

    def write_mismatches(self, path: Path, queued: Iterable[Queued]) -> int:
        """Write mismatches as CSV for a partner; return their number. Raises OSError."""
        return write_mismatches(path, self.authorities[0].country.text, queued)

    @property
    def queries(self) -> tuple[SavedQuery, ...]:
        """The saved queries: ours, and those of the settings, which replace ours by name."""
        named = {query.name: query for query in (ILLEGAL_TRADE, MANUFACTURED)}
        named |= {each.name: each.query for each in self.saved}
        return tuple(named.values())

    def wanted(self, year: int, named: str | None, *, only_actual: bool) -> WantedReport:
        """Return the report that a person asks for.

        named: a country or an authority as in `MZ/ANAC`; None where only one country is served.
        Raises InvalidRequest where it is none of ours, or several countries are served.
        """
        chosen = [
            each
            for each in self.authorities
            if named in (None, each.country.text, str(each.identity))
        ]
        if len({each.country for each in chosen}) != 1:
            raise InvalidRequest(
                "A report is of one country, or one authority of it; name one of "
                + ", ".join(_names([each.identity for each in self.authorities]))
                + "."
            )
        whole = named is None or "/" not in named
        identities = tuple(each.identity for each in chosen)
        return WantedReport(
            identities,
            year,
            chosen[0].zone,
            self.queries,
            only_actual=only_actual,
            with_imports=whole,
        )

    def files(self, folder: Path, file_format: FileFormat, language: Language) -> OpenReportFiles:
        """The files of a report in a folder."""
        if file_format == "csv":
            return CsvReport(folder, language)
        # Imported only where Excel is asked for.
        from adapters.report.workbook import ExcelReport

        return ExcelReport(folder, language)

    @cached_property
    def _seals(self) -> dict[IsoCountryCode, SealRule]:
        return {partner.country: seal_rule(partner, self.clock) for partner in self.partners}


def _names(authorities: Collection[Authority]) -> list[str]:
    countries = {each.country.text for each in authorities}
    return sorted(countries | set(map(str, authorities)))
