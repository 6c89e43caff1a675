"""Facts for the indicators of risk: knowledge of a permit when it is judged."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.permit.permit import Permit
from gateway.domain.report.mismatch import Mismatch
from gateway.domain.rules.finding import Finding
from gateway.domain.trace.held import HeldDocument
from gateway.domain.trace.named import DocumentName
from gateway.domain.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A partner that asked for a permit of ours and got it. country: of the partner.

    at: of the last time, aware.
    """

    partner: str
    country: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ImportCount:
    """A partner that counted a permit of ours at import. country: of the partner.  at: aware."""

    partner: str
    country: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """Facts of one permit.

    held: the permit.  findings: of all rules, now.
    has_quotas, has_suspensions: whether such reference data were imported.
    trace: over what is at hand here.
    issuers: of all permits of this number that are known here: `MZ/ANAC` of ours, else `ZA`.
    mismatches: counts that differ, of this permit, or of its goods with the same country.
    inquiries: of a permit of ours.  transit: codes of countries that may see it besides.
    import_counts: of a permit of ours, by partners.
    """

    held: HeldDocument
    findings: tuple[Finding, ...]
    has_quotas: bool
    has_suspensions: bool
    trace: Trace
    issuers: tuple[str, ...]
    mismatches: tuple[Mismatch, ...]
    inquiries: tuple[Inquiry, ...] | None = None
    transit: frozenset[str] = frozenset()
    import_counts: tuple[ImportCount, ...] = ()

    @property
    def name(self) -> DocumentName:
        """Country and number of the permit."""
        return self.held.name

    @property
    def permit(self) -> Permit:
        """The permit."""
        return self.held.permit
