"""Fitting of a permit to a schema version: values for which the version has no element.

Each is written as near as the version allows, and named in a loss note. Each fitting has its
inverse, so that a document is read back with the values in their fields.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.conversions import write_date
from adapters.fitting import statements
from gateway.domain.errors import DocumentInvalid
from gateway.domain.permit.loss import LossNote
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity

HEADER = "HeaderExchangedDocument"
CONSIGNMENT = "SpecifiedSupplyChainConsignment"
LINE = "IncludedSupplyChainConsignmentItem"
"""Element of a line; its first ID is the letter."""
BOX_5 = f"{HEADER}/Information"


@dataclass(frozen=True, slots=True)
class Fitting:
    """Treatment of values that a schema version has no element for.

    fit: the permit as the tables of the version can write it. Raises DocumentInvalid (box,
    position) where the document would say something untrue.
    restore: the inverse of `fit`, after reading.
    losses: a note for each value without an element.
    """

    fit: Callable[[Permit], Permit]
    restore: Callable[[Permit], Permit]
    losses: Callable[[Permit], Iterator[LossNote]]


def day(moment: datetime) -> str:
    """A moment as a loss note shows it. Raises DocumentInvalid for one without a time zone."""
    try:
        return write_date(moment)
    except ValueError as wrong:
        raise DocumentInvalid(str(wrong)) from None


def line_path(letter: str, path: str) -> str:
    """Place of an element of a line."""
    return f"{CONSIGNMENT}/{LINE}[ID={letter}]/{path}"


# What neither version has an element for


def fit_both(permit: Permit) -> Permit:
    """State variants in box 5, and give box 2 a first day where it has no day at all.

    Partners rely on the period element, so it carries its start: the day of issue.
    Source: wire contract, section 11.3.
    """
    if permit.valid_until is None and permit.valid_from is None:
        permit = replace(permit, valid_from=permit.issued_at)
    try:
        stated = statements.written(permit)
    except ValueError as wrong:
        raise DocumentInvalid(str(wrong), box="5") from None
    return replace(permit, special_conditions=(*permit.special_conditions, *stated))


def restore_both(permit: Permit) -> Permit:
    """Inverse of `fit_both`."""
    permit = statements.read(permit)
    start, issued = permit.valid_from, permit.issued_at
    is_day_of_issue = start and issued and start.isoformat() == issued.isoformat()
    if permit.valid_until is None and not permit.needs_last_day and is_day_of_issue:
        return replace(permit, valid_from=None)
    return permit


def losses_of_both(permit: Permit, box_5: str = BOX_5) -> Iterator[LossNote]:
    """Values of lines that are stated in box 5, as no box of the document is theirs.

    box_5: its path in the document.
    """
    for line in permit.positions:
        yield from _losses_of_line(line, box_5)


def _losses_of_line(line: CitesPosition, box_5: str) -> Iterator[LossNote]:
    operation, seen = line.operation, line.examination
    if line.annotation:
        yield LossNote("10", "annotation", line.annotation, box_5, line.id)
    if line.quota and line.quota.text:
        yield LossNote("11a", "quota.text", line.quota.text, box_5, line.id)
    if operation and operation.acquired_before:
        before = day(operation.acquired_before)
        yield LossNote("12b", "operation.acquired_before", before, box_5, line.id)
    if operation and operation.acquired_statement:
        said = operation.acquired_statement
        yield LossNote("12b", "operation.acquired_statement", said, box_5, line.id)
    found: tuple[tuple[str, Quantity | None], ...] = (
        ("dead_on_arrival", seen.dead_on_arrival if seen else None),
        ("seized", seen.seized if seen else None),
    )
    for name, quantity in found:
        if quantity:
            yield LossNote("14", f"examination.{name}", str(quantity), box_5, line.id)
