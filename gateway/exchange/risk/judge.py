"""Judging of risk: use cases for one permit, and for the inspection list of customs."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from gateway.domain.errors import CertificateNotFound, PermitAltered
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.permit import Permit
from gateway.domain.references.rows import DataKind
from gateway.domain.report.mismatch import Mismatch
from gateway.domain.risk.facts import ImportCount, Inquiry, RiskFacts
from gateway.domain.risk.indicators import Indicator
from gateway.domain.risk.score import Risk, risk_of
from gateway.domain.rules.finding import Finding
from gateway.domain.rules.references import References
from gateway.domain.trace.held import HeldDocument, taxon_of
from gateway.domain.trace.named import DocumentName
from gateway.domain.trace.trace import Trace
from gateway.exchange.ports import Clock
from gateway.exchange.ports.authority.permit_trail import PermitTrail
from gateway.exchange.ports.risk.records import RiskRecords
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.exchange.trace.trace import TracePermit

MOST_JUDGED = 500
"""Permits of each kind that one inspection list judges, the newest first."""
_ONLY_AUTHORITY = "MA"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Parts that judge a permit. own, foreign: the rules, with reference data."""

    own: Callable[[Permit, Authority], Sequence[Finding]]
    foreign: Callable[[Permit, Authority], Sequence[Finding]]
    references: References


@dataclass(frozen=True)
class JudgeRisk:
    """Use case: the risk of a permit.

    mismatches: gives all counts that differ, settled ones included; read once.
    partners: country of a partner, by its key.
    """

    served: ServedAuthorities
    trace: TracePermit
    evaluation: Evaluation
    records: RiskRecords
    trail: PermitTrail
    mismatches: Callable[[], Iterable[Mismatch]]
    partners: Mapping[str, str]
    weights: Mapping[Indicator, int]

    def judge(self, country: str, number: str, hidden: Collection[str] = ()) -> Risk:
        """Judge a permit by what is at hand here. No partner is asked. hidden: as of a trace.

        Raises InvalidRequest; CertificateNotFound where the permit is not at hand;
        ServiceUnavailable, KeyUnusable.
        """
        found = self.trace.at_hand(country, number, hidden)
        if found.root.held is None:
            raise CertificateNotFound
        return risk_of(self._facts(found.root.held, found, hidden), self.weights)

    def _facts(self, held: HeldDocument, trace: Trace, hidden: Collection[str]) -> RiskFacts:
        name, permit = held.name, held.permit
        ours = self.trace.documents.is_ours(name)
        judge = self.evaluation.own if ours else self.evaluation.foreign
        references = self.evaluation.references
        return RiskFacts(
            held,
            tuple(judge(permit, self._authority(name))),
            references.has(DataKind.QUOTAS),
            references.has(DataKind.SUSPENSIONS),
            trace,
            tuple(
                each
                for each in self.records.issuers_of(name.number)
                if not _is_hidden(each, hidden)
            ),
            tuple(
                each
                for each in self._mismatches
                if _concerns(each, held, ours=ours) and not _is_hidden(each.line.issuer, hidden)
            ),
            self._inquiries(name) if ours else None,
            import_counts=tuple(
                ImportCount(partner, self.partners[partner], at)
                for partner, at in held.counted_at_import
                if partner in self.partners
            ),
        )

    def _authority(self, name: DocumentName) -> Authority:
        served = (each for each in self.served.authorities if each.country.text == name.country)
        return next(served, Authority(IsoCountryCode(name.country), _ONLY_AUTHORITY))

    def _inquiries(self, name: DocumentName) -> tuple[Inquiry, ...]:
        found = self.trail.inquirers(IsoCountryCode(name.country), name.number)
        return tuple(
            Inquiry(each.partner, self.partners[each.partner], each.last_at)
            for each in found
            if each.partner in self.partners
        )

    @cached_property
    def _mismatches(self) -> Sequence[Mismatch]:
        return list(self.mismatches())


def _is_hidden(issuer: str, hidden: Collection[str]) -> bool:
    """Whether permits of an issuer must not be seen. issuer: `MZ/ANAC` of ours, else `ZA`."""
    return issuer in hidden or issuer.partition("/")[0] in hidden


def _concerns(mismatch: Mismatch, held: HeldDocument, *, ours: bool) -> bool:
    """Whether counts differed on this permit, or on the same taxon between the same countries."""
    if mismatch.line.number == held.name.number:
        return mismatch.line.issuer.partition("/")[0] == held.name.country
    importer = held.permit.importer.country if held.permit.importer else None
    other = (importer.code if importer else None) if ours else held.name.country
    taxa = {taxon_of(line) for line in held.permit.positions}
    return mismatch.partner == other and " ".join(mismatch.species.split()).casefold() in taxa


@dataclass(frozen=True, slots=True)
class InspectionList:
    """Permits by score, the highest first.

    judged: number of permits.  without_copy: permits looked up without a copy at hand.
    altered: permits of ours that contradict their signed record, so that nothing is judged.
    is_whole: False where there are more candidates than were judged.
    """

    risks: tuple[Risk, ...]
    judged: int
    without_copy: int
    altered: tuple[DocumentName, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class ListInspections:
    """Use case: the inspection list, of our open permits and of those that customs looked up."""

    judge: Callable[[], JudgeRisk]
    records: RiskRecords
    clock: Clock

    def listed(
        self, top: int | None = None, most: int = MOST_JUDGED, hidden: Collection[str] = ()
    ) -> InspectionList:
        """Return the permits on which an indicator fired.

        top: of them, the highest scores.  most: permits of each kind that are judged.
        hidden: countries that are served here and whose permits the person must not see.
        Raises ServiceUnavailable, KeyUnusable.
        """
        judge, now = self.judge(), self.clock()
        names = self.records.newest_open(most + 1, hidden), self.records.looked_up(most + 1)
        risks: list[Risk] = []
        altered: list[DocumentName] = []
        judged = without_copy = 0
        for name in (*names[0][:most], *names[1][:most]):
            try:
                risk = judge.judge(name.country, name.number, hidden)
            except CertificateNotFound:
                without_copy += 1
                continue
            except PermitAltered:
                altered.append(name)
                continue
            if risk.held.status and risk.held.permit.expired_since(now):
                continue
            judged += 1
            if risk.fired:
                risks.append(risk)
        risks.sort(key=lambda each: (-each.score, each.held.name))
        is_whole = all(len(found) <= most for found in names)
        return InspectionList(tuple(risks[:top]), judged, without_copy, tuple(altered), is_whole)
