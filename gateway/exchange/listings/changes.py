"""Changes of listings: open permits that a decision of the Parties touches on the day it is in
force.

Each permit is judged twice by the reference data, as if it were issued the day before and on that
day. A finding of the second day alone is a change.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.references.facts import TaxonFacts
from gateway.domain.references.rows import Listing
from gateway.domain.rules import Finding
from gateway.domain.rules.reference_data import reference_findings
from gateway.exchange.listings.look_up import LookUpReferences
from gateway.exchange.listings.open_permits import OpenPermits
from gateway.exchange.ports import ListedPermit

_OTHER_MATTERS = frozenset({"F12", "C20", "K03", "K04", "K05", "K06", "K07", "K09"})
"""Rules on names, age and quotas of a year: another day is another year for them."""


@dataclass(frozen=True, slots=True)
class ListingChange:
    """A line that a decision touches.

    begins, ends: listings of its taxon, or a higher one, that begin on the day, or end before it.
    before, after: Appendices of the population; empty: not listed; None: the data do not say.
    findings: of the rules from that day on, and not before.
    """

    permit: ListedPermit
    line: CitesPosition
    taxon: str
    begins: tuple[Listing, ...]
    ends: tuple[Listing, ...]
    before: frozenset[str] | None
    after: frozenset[str] | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ListingChanges:
    """Use case: list what changes for open permits on a day."""

    open_permits: OpenPermits
    references: LookUpReferences

    def on(self, day: date) -> Iterator[ListingChange]:
        """Yield the lines that change, in the order of publication.

        day: on which the decision enters into force.  Raises ServiceUnavailable.
        """
        for listed in self.open_permits.on(day):
            if listed.permit.issued_at and listed.permit.issued_at.date() < day:
                yield from self._of_permit(listed, day)

    def _of_permit(self, listed: ListedPermit, day: date) -> Iterator[ListingChange]:
        known = {
            line.id: self.references.taxon(line.scientific_name)
            for line in listed.permit.positions
            if line.scientific_name
        }
        if not any(known.values()):
            return
        new = self._new_findings(listed, day)
        for line in listed.permit.positions:
            facts = known.get(line.id)
            if facts is None:
                continue
            found = tuple(each for each in new if each.position == line.id)
            change = _change(listed, line, facts, day, found)
            if change.findings or change.begins or change.ends:
                yield change

    def _new_findings(self, listed: ListedPermit, day: date) -> tuple[Finding, ...]:
        before = {_heart(each) for each in self._judged(listed, day - timedelta(days=1))}
        return tuple(each for each in self._judged(listed, day) if _heart(each) not in before)

    def _judged(self, listed: ListedPermit, day: date) -> Iterator[Finding]:
        permit = _issued_on(listed.permit, day)
        for finding in reference_findings(permit, listed.authority, self.references):
            if finding.rule not in _OTHER_MATTERS:
                yield finding


def _heart(finding: Finding) -> tuple[object, ...]:
    """A finding without the words that name the day."""
    return finding.rule, finding.sentence, finding.position, finding.value, finding.expected


def _issued_on(permit: Permit, day: date) -> Permit:
    zone = permit.issued_at.tzinfo if permit.issued_at else None
    return replace(permit, issued_at=datetime.combine(day, time(12), tzinfo=zone))


def _change(
    listed: ListedPermit,
    line: CitesPosition,
    facts: TaxonFacts,
    day: date,
    findings: tuple[Finding, ...],
) -> ListingChange:
    origin = line.origin.country.code if line.origin and line.origin.country else None
    country = origin or listed.authority.country.text
    eve = day - timedelta(days=1)
    before, after = facts.appendices(eve, country), facts.appendices(day, country)
    listings = facts.listings()
    return ListingChange(
        listed,
        line,
        facts.taxon.name,
        tuple(each for each in listings if each.period.begins == day),
        tuple(each for each in listings if each.period.ends == eve),
        before.appendices if before else None,
        after.appendices if after else None,
        findings,
    )
