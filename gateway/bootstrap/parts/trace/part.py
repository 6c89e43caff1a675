"""Traceability part of a gateway: traces of permits, their risk, and the share of closed chains."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.risk.inspections import write_inspections
from gateway.domain.permit.permit import Permit
from gateway.domain.risk.score import Risk
from gateway.exchange.permits.foreign.ask_partner import AskPartner
from gateway.exchange.permits.foreign.ended import EndOf
from gateway.exchange.ports import Clock, PermitRecords
from gateway.exchange.report.mismatches import MismatchFilter
from gateway.exchange.risk.judge import Evaluation, JudgeRisk, ListInspections
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.exchange.trace.find import Documents
from gateway.exchange.trace.share import ShareOfChains
from gateway.exchange.trace.trace import TracePermit
from gateway.settings import PartnerSettings
from gateway.settings.risk.weights import RiskSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database
    from gateway.bootstrap.parts.listings import ListingsPart
    from gateway.bootstrap.parts.report.part import ReportPart


@dataclass(frozen=True)
class TracePart:
    """Use cases of traceability.

    records: gives the signed records of permits.  ask: gives the use case that asks partners.
    ended: gives what an issuer said before of a permit that has ended.
    """

    served: ServedAuthorities
    records: Callable[[], PermitRecords]
    partners: Sequence[PartnerSettings]
    weights: RiskSettings
    report: "Callable[[], ReportPart]"
    listings: "Callable[[], ListingsPart]"
    ask: Callable[[], AskPartner]
    ended: EndOf
    database: "Database"
    clock: Clock

    @cached_property
    def trace(self) -> TracePermit:
        """Traces a permit."""
        store = self.database.store
        documents = Documents(
            self.served,
            store.begin_work,
            self.records(),
            store.outbox,
            self._newest,
            self.ask,
            self.clock,
            self.ended,
        )
        return TracePermit(documents, store.reexports)

    @property
    def judge(self) -> JudgeRisk:
        """Judges the risk of permits. Each has the mismatches of its own moment."""
        store, listings = self.database.store, self.listings()
        wanted = MismatchFilter(settled=True)
        return JudgeRisk(
            self.served,
            self.trace,
            Evaluation(
                listings.judge,
                lambda permit, authority: listings.judge_foreign(permit, authority).all,
                listings.references,
            ),
            store.risk_records,
            store.permit_trail,
            lambda: (found for found, _ in self.report().mismatches.queued(wanted)),
            {partner.key: partner.country.text for partner in self.partners},
            self.weights.weights,
        )

    @cached_property
    def inspections(self) -> ListInspections:
        """Lists permits by their risk."""
        return ListInspections(lambda: self.judge, self.database.store.risk_records, self.clock)

    def write_inspections(self, path: Path, risks: Iterable[Risk]) -> int:
        """Write an inspection list as CSV; return the number of permits. Raises OSError."""
        return write_inspections(path, risks)

    def _newest(self, country: str, number: str) -> tuple[Permit, datetime] | None:
        return self.report().documents.newest(country, number)

    @cached_property
    def share(self) -> ShareOfChains:
        """The share of re-exports of a year whose chains close."""
        return ShareOfChains(self.served, self.database.store.reexports, self.trace)
