"""Quota watch: permits that pass a quota together with those before them, as they are published.

It warns and never refuses: an authority may have a larger quota than the list that was imported.
Two publications at the same moment do not see each other, so both may pass; the account of the
quota shows it afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity
from gateway.domain.published import PublishedPermit
from gateway.domain.quotas.lines import counts_under_quotas
from gateway.domain.references.rows import DataKind, ExportQuota
from gateway.domain.rules import Finding
from gateway.domain.rules.reference_data.quotas import year_exceeded
from gateway.exchange.listings.look_up import LookUpReferences
from gateway.exchange.ports import Clock
from gateway.exchange.ports.quotas.trade import PermitKey, QuotaTrade
from gateway.exchange.quotas.under import LinesUnderQuota

_OfYear = tuple[ExportQuota, str, int]
"""Quota, country and year."""


@dataclass(frozen=True, slots=True)
class WatchQuotas:
    """The port `QuotaWatch`. rehearsed_so_far: what permits of a rehearsal took."""

    references: LookUpReferences
    clock: Clock
    rehearsed_so_far: dict[_OfYear, Quantity] = field(default_factory=dict)

    def passed(
        self, trade: QuotaTrade, stored: Sequence[PublishedPermit]
    ) -> Mapping[PermitKey, tuple[Finding, ...]]:
        """See the port. The newest permits are those that pass a quota."""
        count, totals = LinesUnderQuota(self.references, trade, self.clock), {}
        found: dict[PermitKey, tuple[Finding, ...]] = {}
        for each in reversed(stored):
            findings = []
            for line, quota, limit, day in self._counted(each):
                country = each.authority.country.text
                of_year = quota, country, day.year
                if of_year not in totals:
                    totals[of_year] = count.under(quota, country, day) or _none_of(limit)
                if limit.is_less_than(totals[of_year]):
                    findings.append(year_exceeded(line.id, totals[of_year], limit, day))
                totals[of_year] = _less(totals[of_year], line.quantity)
            if findings:
                found[each.authority, each.permit.number] = tuple(reversed(findings))
        return found

    def rehearsed(self, trade: QuotaTrade, permit: PublishedPermit) -> tuple[Finding, ...]:
        """See the port."""
        count, findings = LinesUnderQuota(self.references, trade, self.clock), []
        for line, quota, limit, day in self._counted(permit):
            country, number = permit.authority.country.text, permit.permit.number.text
            of_year = quota, country, day.year
            if of_year not in self.rehearsed_so_far:
                stored = count.under(quota, country, day, number)
                self.rehearsed_so_far[of_year] = stored or _none_of(limit)
            if line.quantity:
                total = self.rehearsed_so_far[of_year].plus(line.quantity)
                self.rehearsed_so_far[of_year] = total
                if limit.is_less_than(total):
                    findings.append(year_exceeded(line.id, total, limit, day))
        return tuple(findings)

    def _counted(
        self, published: PublishedPermit
    ) -> Iterator[tuple[CitesPosition, ExportQuota, Quantity, date]]:
        """Lines with the quotas that they count under and can be compared with; last lines first.

        A quota of zero is the matter of rule K08.
        """
        permit = published.permit
        if permit.issued_at is None or not self.references.has(DataKind.QUOTAS):
            return
        country, day = published.authority.country.text, permit.issued_at.date()
        for line in reversed(permit.positions):
            if not line.scientific_name or not line.quantity:
                continue
            facts = self.references.taxon(line.scientific_name)
            if facts is None or not counts_under_quotas(permit, line):
                continue
            codes = line.term or "", line.sources, permit.purpose or ""
            for quota in facts.quotas():
                limit = quota.limit
                if (
                    limit
                    and limit.amount
                    and line.quantity.like(limit)
                    and quota.period.includes(day)
                    and quota.takes(country, *codes)
                ):
                    yield line, quota, limit, day


def _none_of(limit: Quantity) -> Quantity:
    return Quantity(Decimal(0), limit.unit)


def _less(total: Quantity, line: Quantity | None) -> Quantity:
    return total.plus(Quantity(-line.amount, line.unit)) if line else total
