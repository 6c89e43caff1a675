"""Agreed quantities: differences that both sides settled in their own gateways, for the report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import amount
from gateway.domain.published import PublishedPermit
from gateway.domain.report.mismatch import (
    Mismatch,
    Settlement,
    mismatches_of_foreign,
    mismatches_of_own,
)
from gateway.domain.report.reported import AgreedAmount
from gateway.exchange.ports.report.settlements import Settlements
from gateway.exchange.ports.report.trade import CountedAbroad
from gateway.exchange.report.mismatches import settlement_of


@dataclass(frozen=True)
class AgreedQuantities:
    """Settlements that both gateways agreed to. Read once, as a report is of one moment."""

    settlements: Settlements

    def of_own(self, published: PublishedPermit) -> Mapping[str, AgreedAmount]:
        """Return the amounts of a permit of ours, by letter. Raises ServiceUnavailable."""
        key = str(published.authority), published.permit.number.text
        settled = self._by_permit.get(key, ())
        return _amounts(settled, mismatches_of_own(published, lambda caller: caller))

    def of_foreign(self, counted: CountedAbroad, permit: Permit) -> Mapping[str, AgreedAmount]:
        """Return the amounts of a foreign permit, by letter. Raises ServiceUnavailable."""
        settled = self._by_permit.get(counted.key, ())
        found = mismatches_of_foreign(counted.country, permit, counted.counts)
        return _amounts(settled, found)

    @cached_property
    def _by_permit(self) -> Mapping[tuple[str, str], list[Settlement]]:
        found: dict[tuple[str, str], list[Settlement]] = {}
        for each in self.settlements.all():
            if each.agreement:
                found.setdefault((each.line.issuer, each.line.number), []).append(each)
        return found


def _amounts(
    settled: list[Settlement] | tuple[()], mismatches: Iterable[Mismatch]
) -> Mapping[str, AgreedAmount]:
    if not settled:
        return {}
    return {
        mismatch.line.position: AgreedAmount(
            amount(found.agreed, position=mismatch.line.position), found.ours, found.theirs
        )
        for mismatch in mismatches
        if (found := settlement_of(mismatch, settled))
    }
