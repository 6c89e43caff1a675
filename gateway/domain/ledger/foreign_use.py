"""Use of a foreign permit by our own customs: whether its whole quantity is spent."""

from collections.abc import Collection
from decimal import Decimal

from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity, amount

Counted = tuple[SeenQuantity, ...]
"""A confirmation of our customs: what was counted on each line, in the unit of box 11."""


def is_spent(permit: Permit, counted: Collection[Counted]) -> bool:
    """Whether our customs have counted the whole quantity of a permit, line by line.

    counted: their confirmations. The same one twice is one, as the issuing country takes it.
    As much is allowed as box 14 shows of a line, else box 11; a line without a known quantity is
    never spent. Nor is a multi-use document, which stays with its holder.
    Source: Convention, Article VI.6; 50 CFR 23.27(a).
    """
    once = set(counted)
    if not once or not permit.positions or permit.document_type.multi_use:
        return False
    return all(_line_is_spent(line, once) for line in permit.positions)


def _line_is_spent(line: CitesPosition, counted: Collection[Counted]) -> bool:
    if line.quantity is None:
        return False
    endorsed = line.examination.quantity if line.examination else None
    allowed = endorsed or line.quantity
    seen = Quantity(_sum(line.id, counted), line.quantity.unit)
    return seen.like(allowed) and not seen.is_less_than(allowed)


def _sum(letter: str, counted: Collection[Counted]) -> Decimal:
    lines = (seen for each in counted for seen in each if seen.position == letter)
    return sum((amount(seen.amount, position=letter, box="14") for seen in lines), Decimal(0))
