"""Findings to mend: permits in force on which the rules of today find something.

The rules are those of publication, with the reference data of now. At most `MOST_EXAMINED` permits
are judged for a page; the next page goes on where this one stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.identifiers import Authority
from gateway.domain.permit.status import Status
from gateway.domain.published import PublishedPermit
from gateway.domain.rules import Finding, Judge, Severity
from gateway.domain.rules.use import use_findings
from gateway.exchange.authority.search import place_of
from gateway.exchange.ports import ListedPermit
from gateway.exchange.ports.authority.permit_search import PermitSearch

MOST_EXAMINED = 50
_IN_FORCE = tuple(status for status in Status if status.in_force)


@dataclass(frozen=True, slots=True)
class PermitToMend:
    """A permit, and what was found on it, the gravest first."""

    listed: ListedPermit
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class PageToMend:
    """A page. examined: permits judged.  after: for the next page; empty where there is none."""

    permits: Sequence[PermitToMend]
    examined: int
    after: str


@dataclass(frozen=True, slots=True)
class FindingsToMend:
    """Use case: judge permits of an authority by the rules of today."""

    permits: PermitSearch
    judge: Judge

    def page(self, authority: Authority, after: str = "") -> PageToMend:
        """Return a page, the newest permits first. Raises InvalidRequest, ServiceUnavailable."""
        batch = self.permits.newest(authority, _IN_FORCE, place_of(after), MOST_EXAMINED)
        judged = [
            PermitToMend(each, found)
            for each in batch
            if (found := by_severity(self.judge(each.permit, authority)))
        ]
        more = len(batch) == MOST_EXAMINED
        return PageToMend(judged, len(batch), str(batch[-1].place) if more else "")

    def of(self, published: PublishedPermit) -> Sequence[Finding]:
        """Return the findings on a permit and on its use. Raises ServiceUnavailable."""
        of_permit = self.judge(published.permit, published.authority)
        return by_severity((*of_permit, *use_findings(published)))


def by_severity(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Findings that a person has to look at, the gravest first; remarks are left out."""
    order = list(Severity)
    kept = [each for each in findings if each.severity is not Severity.INFO]
    return sorted(kept, key=lambda each: order.index(each.severity))
