"""Free quantity of a permit: the part of box 11, or box 14, that is neither used nor reserved.

The rule is the same for declarations, for the customs desk, and for counts of other systems. A
quantity that a declaration reserves or has written off is not free, and neither is a quantity that
was confirmed beside the declarations.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.domain.declarations.compare import allowed_quantity
from gateway.domain.declarations.use import PermitUse, UseEvent, of_holder
from gateway.domain.errors import QuantityExceeded, QuantityInvalid
from gateway.domain.ledger.endorsement import SeenQuantity, judge
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.declarations.intact import UseIntegrity
from gateway.exchange.declarations.permits import DeclaredPermits
from gateway.exchange.ports import Work


@dataclass(frozen=True, slots=True)
class FreeQuantities:
    """Free quantities, read in a unit of work that holds the lock of the permit.

    intact: compares events with their records.
    """

    permits: DeclaredPermits
    intact: UseIntegrity

    def use(
        self,
        work: Work,
        permit: tuple[str, str],
        holder: str = "",
        *,
        but_for: str | None = None,
        counts: bool = True,
    ) -> PermitUse:
        """Return the use of a permit. permit: country and number.  holder: as of UseEvent.

        but_for: number of a declaration that is left out.  counts: with what was confirmed beside
        the declarations.  Raises PermitAltered, CertificateNotFound, ServiceUnavailable.
        """
        events = work.declared.of_permit(*permit)
        self.intact.require(permit, events)  # all of the number: a holder could be altered too
        events = of_holder(events, holder)
        ours = ours_of(events)
        counted = self.permits.counted(work, *permit, ours, holder) if counts else {}
        return PermitUse.of((event for event in events if event.declaration != but_for), counted)

    def known(self, country: str, number: str) -> Permit | None:
        """Return the newest document of a foreign permit that is at hand; None without one.

        Raises ServiceUnavailable, KeyUnusable.
        """
        return self.permits.at_hand(country, number)

    def require(
        self, work: Work, name: tuple[str, str], permit: Permit, seen: Sequence[SeenQuantity]
    ) -> None:
        """Require that counted quantities are free. name: country and number of the permit.

        A repetition of a confirmation that is booked needs none: both are counted once. So after an
        unknown outcome, or a refusal for the token, an officer may confirm again, and the issuing
        country answers what it has.
        Raises PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded.
        """
        judged, use = judge(permit, seen), self.use(work, name)
        events = (event for line in use.lines.values() for event in line.events)
        if self.permits.is_counted(*name, ours_of(events), seen):
            return
        free = free_of(permit, use)
        for letter, quantity in judged:
            left = free.get(letter)
            if left is not None and left.is_less_than(quantity):
                raise QuantityExceeded(
                    Sentence(
                        "Only {left} of this line are free: the rest was counted before, or"
                        " declarations hold it. If the permit was changed since, ask for it again.",
                        {"left": str(left)},
                    ),
                    position=letter,
                    box="14",
                )


def free_of(permit: Permit, use: PermitUse) -> Mapping[str, Quantity]:
    """Return what is free of each line, by letter, never below zero.

    A line is left out where that is not known. A document for several journeys is not used up.
    """
    return dict(_free_of(permit, use))


def _free_of(permit: Permit, use: PermitUse) -> Iterator[tuple[str, Quantity]]:
    for position in permit.positions:
        allowed = allowed_quantity(position)
        if allowed is None:
            continue
        try:
            free = (
                allowed.amount
                if permit.document_type.multi_use
                else max(use.free(position.id, allowed), Decimal(0))
            )
        except QuantityInvalid:  # held in a unit of another dimension: not known
            continue
        yield position.id, Quantity(free, allowed.unit)


def ours_of(events: Iterable[UseEvent]) -> frozenset[str]:
    """Ids of confirmations in the outbox that declarations led to."""
    return frozenset(event.outgoing for event in events if event.outgoing)
