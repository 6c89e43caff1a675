"""Counted line: line of an export permit that counts under quotas, and sums of such lines.

Direct exports count alone, and never source I.
Source: Res. Conf. 14.7; UNEP-WCMC view of mandatory quotas.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity
from gateway.domain.references.taxa import keys_of


def counts_under_quotas(permit: Permit, line: CitesPosition) -> bool:
    """Whether a line counts under quotas: a direct export of what was not seized."""
    return permit.type == "EXPORT" and "I" not in line.sources


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A line that counts.

    position: its letter.  name: of box 7, as names are compared, without author.
    day: of issue (box 13).  valid_until: last day of box 2.
    sources: codes of box 10 in order, with spaces between them.
    """

    position: str
    name: str
    day: date
    valid_until: date | None
    term: str
    sources: str
    purpose: str
    quantity: Quantity


def counted_lines(permit: Permit) -> Iterator[CountedLine]:
    """Yield the lines of a permit that count. Lines without a name or a quantity do not."""
    if permit.issued_at is None:
        return
    for line in permit.positions:
        if line.scientific_name and line.quantity and counts_under_quotas(permit, line):
            yield CountedLine(
                line.id,
                keys_of(line.scientific_name)[1],
                permit.issued_at.date(),
                permit.valid_until.date() if permit.valid_until else None,
                line.term or "",
                " ".join(sorted(line.sources)),
                permit.purpose or "",
                line.quantity,
            )


@dataclass(frozen=True, slots=True)
class TradeSum:
    """Sum of counted lines that are alike.

    authority: its code.  name, term, sources, purpose: as of the lines.  unit: None for specimens.
    lines: their number.  confirmed: quantity that customs counted.
    permitted: of permits that are final or have expired, where customs counted nothing.
    reserved: the rest of permits that are open.
    """

    authority: str
    name: str
    term: str
    sources: str
    purpose: str
    unit: str | None
    lines: int
    confirmed: Decimal
    permitted: Decimal
    reserved: Decimal

    @property
    def total(self) -> Quantity:
        """Everything that the permits took, and may still take."""
        return Quantity(self.confirmed + self.permitted + self.reserved, self.unit)
