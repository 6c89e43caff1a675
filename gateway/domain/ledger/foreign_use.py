"""Use of a foreign permit by our own customs: whether its whole quantity is spent."""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity, amount

Counted = tuple[SeenQuantity, ...]
"""A confirmation of our customs: what was counted on each line, in the unit of box 11."""

LineQuantity = tuple[str, Quantity]
"""Letter of a line, and a quantity."""


def identity_of(counted: Counted) -> tuple[tuple[str, Decimal], ...]:
    """Return lines and amounts: equal where the issuing country takes two as the same one.

    Order of the lines and spelling do not count: `5.0` is `5`.
    Source: wire contract, section 3.2.
    """
    lines = (
        (seen.position, amount(seen.amount, position=seen.position, box="14")) for seen in counted
    )
    return tuple(sorted(lines))


def each_once(counted: Iterable[Counted]) -> list[Counted]:
    """Return confirmations without repetitions of the same one, the first of each."""
    first: dict[tuple[tuple[str, Decimal], ...], Counted] = {}
    for each in counted:
        first.setdefault(identity_of(each), each)
    return list(first.values())


def is_spent(
    permit: Permit, counted: Collection[Counted], declared: Collection[LineQuantity] = ()
) -> bool:
    """Whether our customs have counted the whole quantity of a permit, line by line.

    counted: their confirmations. The same one twice is one, as the issuing country takes it.
    declared: what declarations have written off; their confirmations are not in `counted`.
    As much is allowed as box 14 shows of a line, else box 11; a line without a known quantity is
    never spent. Nor is a multi-use document, which stays with its holder.
    Source: Convention, Article VI.6; 50 CFR 23.27(a).
    """
    if not (counted or declared) or not permit.positions or permit.document_type.multi_use:
        return False
    once = each_once(counted)
    return all(_line_is_spent(line, once, declared) for line in permit.positions)


def counted_quantity(line: CitesPosition, counted: Collection[Counted]) -> Quantity | None:
    """Return what our customs counted of a line, in the unit of box 11.

    counted: as of `is_spent`. None where they have not counted it, or box 11 is not known.
    """
    once = each_once(counted)
    if line.quantity is None or not any(seen.position == line.id for each in once for seen in each):
        return None
    return Quantity(_sum(line.id, once), line.quantity.unit)


def _line_is_spent(
    line: CitesPosition, counted: Collection[Counted], declared: Collection[LineQuantity]
) -> bool:
    if line.quantity is None:
        return False
    endorsed = line.examination.quantity if line.examination else None
    allowed = endorsed or line.quantity
    seen = Quantity(_sum(line.id, counted), line.quantity.unit)
    for letter, quantity in declared:
        if letter == line.id and not quantity.like(seen):
            return False  # box 11 had a unit of another dimension: not known
        seen = seen.plus(quantity) if letter == line.id else seen
    return seen.like(allowed) and not seen.is_less_than(allowed)


def _sum(letter: str, counted: Collection[Counted]) -> Decimal:
    lines = (seen for each in counted for seen in each if seen.position == letter)
    return sum((amount(seen.amount, position=letter, box="14") for seen in lines), Decimal(0))


def differences(permit: Permit, counted: Collection[Counted]) -> tuple[str, ...]:
    """Lines whose box 14 says otherwise than our customs counted, a sentence each.

    Without any box 14, and on a multi-use document, there is nothing to compare. The issuing
    authority may have corrected what we confirmed, or customs of the other side saw otherwise.
    """
    once = each_once(counted)
    endorsed = any(line.examination and line.examination.quantity for line in permit.positions)
    if not once or not endorsed or permit.document_type.multi_use:
        return ()
    return tuple(sentence for line in permit.positions for sentence in _difference(line, once))


def _difference(line: CitesPosition, counted: Collection[Counted]) -> Iterator[str]:
    if line.quantity is None or not any(
        seen.position == line.id for each in counted for seen in each
    ):
        return
    ours = Quantity(_sum(line.id, counted), line.quantity.unit)
    theirs = line.examination.quantity if line.examination else None
    if theirs is None or not ours.like(theirs):
        yield f"Line {line.id}: box 14 says {theirs or 'nothing'}, our customs counted {ours}."
    elif ours.is_less_than(theirs) or theirs.is_less_than(ours):
        yield f"Line {line.id}: box 14 says {theirs}, our customs counted {ours}."
