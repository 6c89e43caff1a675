"""Lines under a quota: lines of its taxon and lower taxa, in its period, by its codes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gateway.domain.permit.quantity import Quantity
from gateway.domain.quotas.account import used_of
from gateway.domain.quotas.lines import TradeSum
from gateway.domain.references.rows import ExportQuota
from gateway.exchange.listings.look_up import LookUpReferences
from gateway.exchange.ports import Clock
from gateway.exchange.ports.quotas.trade import PermitKey, QuotaTrade, TradeFilter


@dataclass(frozen=True, slots=True)
class LinesUnderQuota:
    """The port `QuotaCount`, over the trade that is given to it.

    Names of the lines are resolved here: a synonym and a lower taxon count too.
    """

    references: LookUpReferences
    trade: QuotaTrade
    clock: Clock

    def under(
        self, quota: ExportQuota, country: str, day: date, without: PermitKey | None = None
    ) -> Quantity | None:
        """See the port."""
        if quota.limit is None:
            return None
        wanted = TradeFilter(country, *days_of(quota, day), self.clock().date(), without=without)
        names = self._names(self.trade.names(), quota.taxon_id)
        sums: Sequence[TradeSum] = self.trade.sums(replace(wanted, names=names)) if names else ()
        unit = quota.limit.unit
        used = used_of((each for each in sums if is_under(quota, country, each)), unit)
        return Quantity(used.total, unit)

    def _names(self, names: Iterable[str], taxon_id: int) -> Collection[str]:
        lineages = self.references.lineages(names)
        return [name for name, lineage in lineages.items() if taxon_id in lineage]


def days_of(quota: ExportQuota, day: date) -> tuple[date, date]:
    """First and last day whose permits count together with one of a day."""
    return counted_days(quota, date(day.year, 1, 1), date(day.year, 12, 31))


def counted_days(quota: ExportQuota, first: date, last: date) -> tuple[date, date]:
    """First and last day whose permits count, of a quota that holds in a year.

    first, last: days of the year.  The period of the quota where it is of twelve months at the
    most, else the part of the year in which it holds.
    """
    begins, ends = quota.period.begins, quota.period.ends
    if begins and ends and (ends - begins).days <= 366:
        return begins, ends
    return max(begins or first, first), min(ends or last, last)


def is_under(quota: ExportQuota, country: str, each: TradeSum) -> bool:
    """Whether lines count under a quota by its exporter and codes."""
    return quota.takes(country, each.term, each.sources.split(), each.purpose)
