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
from gateway.exchange.quotas.under import LinesUnderQuota, days_of

_OfPeriod = tuple[ExportQuota, str, tuple[date, date]]
"""Quota, country, and the days that count."""


@dataclass(frozen=True, slots=True)
class WatchQuotas:
    """The port `QuotaWatch`."""

    references: LookUpReferences
    clock: Clock

    def passed(
        self, trade: QuotaTrade, stored: Sequence[PublishedPermit]
    ) -> Mapping[PermitKey, tuple[Finding, ...]]:
        """See the port. The newest permits are those that pass a quota."""
        count = LinesUnderQuota(self.references, trade, self.clock)
        totals: dict[_OfPeriod, Quantity] = {}
        found: dict[PermitKey, tuple[Finding, ...]] = {}
        for each in reversed(stored):
            findings = []
            for line, quota, limit, day in self.counted(each):
                country = each.authority.country.text
                period = _period(quota, country, day)
                if period not in totals:
                    totals[period] = count.under(quota, country, day) or _none_of(limit)
                if limit.is_less_than(totals[period]):
                    findings.append(year_exceeded(line.id, totals[period], limit, day))
                totals[period] = _less(totals[period], line.quantity)
            if findings:
                found[each.authority, each.permit.number] = tuple(reversed(findings))
        return found

    def rehearsal(self) -> "Rehearsal":
        """See the port."""
        return Rehearsal(self)

    def counted(
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


@dataclass(slots=True)
class Rehearsal:
    """The port `QuotaRehearsal`. totals: of stored permits, and of those that were rehearsed."""

    watch: WatchQuotas
    totals: dict[_OfPeriod, Quantity] = field(default_factory=dict)

    def passed(self, trade: QuotaTrade, permit: PublishedPermit) -> tuple[Finding, ...]:
        """See the port."""
        count = LinesUnderQuota(self.watch.references, trade, self.watch.clock)
        country, findings = permit.authority.country.text, []
        for line, quota, limit, day in reversed(list(self.watch.counted(permit))):
            period = _period(quota, country, day)
            if period not in self.totals:
                self.totals[period] = count.under(quota, country, day) or _none_of(limit)
            if line.quantity:
                self.totals[period] = self.totals[period].plus(line.quantity)
            if limit.is_less_than(self.totals[period]):
                findings.append(year_exceeded(line.id, self.totals[period], limit, day))
        return tuple(findings)


def _period(quota: ExportQuota, country: str, day: date) -> _OfPeriod:
    return quota, country, days_of(quota, day)


def _none_of(limit: Quantity) -> Quantity:
    return Quantity(Decimal(0), limit.unit)


def _less(total: Quantity, line: Quantity | None) -> Quantity:
    return total.plus(Quantity(-line.amount, line.unit)) if line else total
