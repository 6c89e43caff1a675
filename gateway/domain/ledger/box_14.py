"""Box 14 of each line, filled from confirmations, and whether the permit is complete."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from gateway.domain.ledger.endorsement import Confirmation, EndorsementRule, both_sides
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, Examination
from gateway.domain.permit.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Box14:
    """Box 14, filled by the rule of the authority.

    confirmations: the effective confirmations.  closed_at: when the authority declared the permit
    used up; None where it is not.
    """

    permit: Permit
    confirmations: tuple[Confirmation, ...]
    rule: EndorsementRule
    closed_at: datetime | None

    @property
    def lines(self) -> tuple[Examination | None, ...]:
        """Box 14 of every line, in the order of the permit; None where it is empty."""
        return tuple(self._of(line) for line in self.permit.positions)

    @property
    def is_complete(self) -> bool:
        """Whether every line is filled; with partial shipments, whether box 11 is used up."""
        if self.closed_at:
            return True
        lines = self.permit.positions
        return bool(lines) and all(
            self._is_filled(line, seen) for line, seen in zip(lines, self.lines, strict=True)
        )

    def written(self) -> Permit:
        """Return the permit with box 14; the date of the document is that of its latest line."""
        filled = self.lines
        last = max((seen.at for seen in filled if seen and seen.at), default=None)
        return replace(
            self.permit,
            examination=self.permit.examination or (Examination(at=last) if last else None),
            positions=tuple(
                replace(line, examination=seen)
                for line, seen in zip(self.permit.positions, filled, strict=True)
            ),
        )

    def _of(self, line: CitesPosition) -> Examination | None:
        """Return box 14 as issued; else the counted quantity; else zero once it is used up."""
        if line.examination is not None and line.examination.quantity is not None:
            return line.examination
        counted = self._counted(line)
        at = counted[-1][0] if counted else self.closed_at
        if at is None or line.quantity is None:
            return None
        total = sum((seen.amount for _, seen in counted), Decimal(0))
        return replace(
            line.examination or Examination(), at=at, quantity=replace(line.quantity, amount=total)
        )

    def _counted(self, line: CitesPosition) -> Sequence[tuple[datetime, Quantity]]:
        """Return (moment, quantity) of the shipments that fill box 14 of a line.

        Without partial shipments only the first count fills it. A count of the issuing country's
        customs is never overwritten by that of others. Once the permit is used up, a count of the
        others fills a box that those left empty, under any rule.
        """
        sides = both_sides(self.permit) if self.closed_at else self.rule.roles(self.permit)
        for role in sides:
            events = [event for event in self.confirmations if event.role is role]
            counted = [
                (event.at, seen) for event in events if (seen := event.of(line.id)) is not None
            ]
            if counted:
                return counted if self._allows_parts else counted[:1]
        return ()

    def _is_filled(self, line: CitesPosition, seen: Examination | None) -> bool:
        return seen is not None and (
            not self._allows_parts or seen is line.examination or seen.quantity == line.quantity
        )

    @property
    def _allows_parts(self) -> bool:
        return self.rule.allows_parts(self.permit)
