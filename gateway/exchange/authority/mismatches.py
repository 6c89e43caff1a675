"""Mismatches at the desk of an authority: lines of its permits that a partner counts differently.

A page reads the permits on which something was confirmed, at most `MOST_EXAMINED` of them, and the
next page goes on where this one stopped.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import Authority
from gateway.domain.people.sentence import Sentence
from gateway.domain.published import PublishedPermit
from gateway.domain.report.mismatch import Mismatch, Settlement, mismatches_of_own, settle
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.authority.search import place_of
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.ports.report.settlements import Settlements
from gateway.exchange.ports.report.trade import TradeRecords
from gateway.exchange.report.mismatches import (
    Queued,
    keep_settlement,
    require_unshared,
    settlement_of,
)

MOST_EXAMINED = 500


@dataclass(frozen=True, slots=True)
class MismatchPage:
    """A page: place of the permit, mismatch, settlement. after: for the next; empty for none."""

    mismatches: Sequence[tuple[int, Queued]]
    after: str


@dataclass(frozen=True, slots=True)
class AuthorityMismatches:
    """Use case: mismatches on permits of one authority. countries: of partners, by key.

    shared_with: whether the partner of a country settles in its own gateway.
    """

    records: TradeRecords
    settlements: Settlements
    countries: Mapping[str, str]
    clock: Clock
    new_id: NewId
    shared_with: Callable[[str], bool]

    def page(self, authority: Authority, after: str = "") -> MismatchPage:
        """Return a page, settled ones included. Raises InvalidRequest, ServiceUnavailable."""
        place = place_of(after) or 0
        batch = self.records.permits_after(place, MOST_EXAMINED, [authority], confirmed=True)
        settled = self.settlements.all()
        found = [
            (at, queued) for at, published in batch for queued in self._queued(published, settled)
        ]
        return MismatchPage(found, str(batch[-1][0]) if len(batch) == MOST_EXAMINED else "")

    def of(self, published: PublishedPermit) -> Sequence[Queued]:
        """Return the mismatches on a permit, settled or not. Raises ServiceUnavailable."""
        return self._queued(published, self.settlements.all())

    def settle(
        self,
        published: PublishedPermit,
        position: str,
        agreed: str,
        by: ResponsiblePerson,
        partner_person: str,
    ) -> Settlement:
        """Settle the mismatch on a line: persons of both sides answer for one quantity.

        Raises InvalidRequest where there is none, it is settled, a person is missing, or the
        partner settles in its own gateway; QuantityInvalid, ServiceUnavailable.
        """
        for mismatch, settlement in self.of(published):
            if mismatch.line.position == position:
                require_unshared(mismatch, self.shared_with)
                settled = settle(mismatch, agreed, by, partner_person, self.new_id(), self.clock())
                keep_settlement(self.settlements, settled, settlement)
                return settled
        raise InvalidRequest(Sentence("No counts differ on this line."), position=position)

    def _queued(
        self, published: PublishedPermit, settled: Sequence[Settlement]
    ) -> Sequence[Queued]:
        found: Sequence[Mismatch] = tuple(
            mismatches_of_own(published, lambda key: self.countries.get(key, key))
        )
        return [(each, settlement_of(each, settled)) for each in found]
