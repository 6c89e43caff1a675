"""Quota accounts: published quotas of our countries, with what our permits took of each.

The database adds lines up that are alike; names are resolved here, so that a synonym or a lower
taxon counts under the quota of its species.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.domain.quotas.account import QuotaAccount, Used, used_of
from gateway.domain.quotas.lines import TradeSum
from gateway.domain.references.rows import DataKind, ExportQuota
from gateway.domain.references.taxa import Taxon
from gateway.exchange.listings.look_up import LookUpReferences
from gateway.exchange.ports import Clock
from gateway.exchange.ports.listings.store import ReferenceStore
from gateway.exchange.ports.quotas.trade import QuotaTrade, TradeFilter
from gateway.exchange.quotas.under import counted_days, is_under
from gateway.exchange.service.served_authorities import ServedAuthorities

_LONG_AGO = date(1900, 1, 1)
_FAR_AHEAD = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class QuotaAccounts:
    """Use case: accounts of published quotas."""

    served: ServedAuthorities
    store: ReferenceStore
    references: LookUpReferences
    trade: QuotaTrade
    clock: Clock

    def of_year(self, year: int, taxon: str | None = None) -> Iterator[QuotaAccount]:
        """Yield the accounts of a year, of each of our countries, by taxon.

        A quota that runs over other twelve months is an account of each year that it touches; of
        one without an end, the account is that calendar year.
        taxon: name as in box 7, also of a higher taxon's quota; None: all.
        Raises ServiceUnavailable.
        """
        first, last = date(year, 1, 1), date(year, 12, 31)
        wanted = self.references.taxon(taxon) if taxon else None
        if taxon and wanted is None:
            return
        taxa = {row.id: row for row in self.store.rows(DataKind.TAXA) if isinstance(row, Taxon)}
        for country in sorted({each.country.text for each in self.served.authorities}):
            quotas = [
                each
                for each in self._quotas(country)
                if (each.period.begins or _LONG_AGO) <= last
                and (each.period.ends or _FAR_AHEAD) >= first
                and (wanted is None or each.taxon_id in wanted.lineage)
            ]
            yield from self._accounts(country, quotas, first, last, taxa)

    def _quotas(self, country: str) -> list[ExportQuota]:
        """Quotas of a country, and those of all."""
        found = dict.fromkeys(
            row
            for exporter in (country, "")
            for row in self.store.rows(DataKind.QUOTAS, f'"exporter":"{exporter}"')
            if isinstance(row, ExportQuota) and row.exporter == exporter
        )
        return list(found)

    def _accounts(
        self,
        country: str,
        quotas: Sequence[ExportQuota],
        first: date,
        last: date,
        taxa: dict[int, Taxon],
    ) -> Iterator[QuotaAccount]:
        by_period: defaultdict[tuple[date, date], list[ExportQuota]] = defaultdict(list)
        for quota in quotas:
            by_period[counted_days(quota, first, last)].append(quota)
        today, accounts = self.clock().date(), []
        lineages = self._lineages({quota.taxon_id for quota in quotas})
        for (begins, ends), of_period in by_period.items():
            sums = self.trade.sums(TradeFilter(country, begins, ends, today, lineages.keys()))
            for quota in of_period:
                under = [
                    each
                    for each in sums
                    if quota.taxon_id in lineages[each.name] and is_under(quota, country, each)
                ]
                used, of_each = _used(quota, under)
                taxon = taxa.get(quota.taxon_id)
                accounts.append(
                    QuotaAccount(quota, taxon, country, used, of_each, today, begins, ends)
                )
        yield from sorted(accounts, key=_order)

    def _lineages(self, taxa: set[int]) -> dict[str, tuple[int, ...]]:
        """Names in trade of some taxa and their lower taxa, with the ids of their higher taxa."""
        lineages = self.references.lineages(self.trade.names())
        return {name: each for name, each in lineages.items() if not taxa.isdisjoint(each)}


def _used(
    quota: ExportQuota, under: Sequence[TradeSum]
) -> tuple[Used, tuple[tuple[str, Used], ...]]:
    """What was used in all, and by each authority."""
    unit = quota.limit.unit if quota.limit else quota.unit
    codes = sorted({each.authority for each in under})
    by_authority = tuple(
        (code, used_of((each for each in under if each.authority == code), unit)) for code in codes
    )
    return used_of(under, unit), by_authority


def _order(account: QuotaAccount) -> tuple[object, ...]:
    quota = account.quota
    return (account.taxon.name if account.taxon else "", quota.taxon_id, *_texts(quota))


def _texts(quota: ExportQuota) -> tuple[str, ...]:
    limits = quota.limits
    codes = (limits.terms, limits.sources, limits.purposes)
    return (
        str(quota.period.begins),
        *(" ".join(sorted(each or ())) for each in codes),
        quota.unit or "",
    )
