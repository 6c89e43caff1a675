"""What stands in box 14 of each line, and is that the last word?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from gateway.domain.endorsement import Confirmation, EndorsementRule, Role
from gateway.domain.permit import Permit
from gateway.domain.position import CitesPosition, Examination
from gateway.domain.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Box14:
    """Filled from the confirmations that count, by the rule of the authority.

    closed_at: when the authority declared the permit used up; None where it is not.
    """

    permit: Permit
    confirmations: tuple[Confirmation, ...]
    rule: EndorsementRule
    closed_at: datetime | None

    @property
    def lines(self) -> tuple[Examination | None, ...]:
        """Of every line, in the order of the permit; None where box 14 is empty."""
        return tuple(self._of(line) for line in self.permit.positions)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to fill; in parts, only once nothing of box 11 remains."""
        if self.closed_at:
            return True
        lines = self.permit.positions
        return bool(lines) and all(self._is_filled(line, seen) for line, seen in zip(lines, self.lines, strict=True))

    def written(self) -> Permit:
        """The permit with it; the date of the whole is that of its latest line."""
        filled = self.lines
        last = max((seen.at for seen in filled if seen and seen.at), default=None)
        return replace(
            self.permit,
            examination=self.permit.examination or (Examination(at=last) if last else None),
            positions=tuple(
                replace(line, examination=seen) for line, seen in zip(self.permit.positions, filled, strict=True)
            ),
        )

    def _of(self, line: CitesPosition) -> Examination | None:
        """As issued, else what was counted, else nothing at all once the permit is used up."""
        if line.examination is not None and line.examination.quantity is not None:
            return line.examination
        counted = self._counted(line)
        at = counted[-1][0] if counted else self.closed_at
        if at is None or line.quantity is None:
            return None
        total = sum((seen.amount for _, seen in counted), Decimal(0))
        return replace(line.examination or Examination(), at=at, quantity=replace(line.quantity, amount=total))

    def _counted(self, line: CitesPosition) -> Sequence[tuple[datetime, Quantity]]:
        """All shipments on the side that fills the box; the first count where the permit cannot be used in parts.

        What export customs wrote is never overwritten. Once the permit is used up, import customs stand in for them
        under any rule.
        """
        for role in tuple(Role) if self.closed_at else self.rule.roles:
            events = [event for event in self.confirmations if event.role is role]
            counted = [(event.at, seen) for event in events if (seen := event.of(line.id)) is not None]
            if counted:
                return counted if self._in_parts else counted[:1]
        return ()

    def _is_filled(self, line: CitesPosition, seen: Examination | None) -> bool:
        return seen is not None and (not self._in_parts or seen is line.examination or seen.quantity == line.quantity)

    @property
    def _in_parts(self) -> bool:
        return self.rule.allows_parts(self.permit)
