"""Endorsement of box 14: immutable events of counted quantities, and the ledger of their sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from gateway.domain.errors import (
    PositionRepeated,
    PositionUnknown,
    QuantityExceeded,
    QuantityInvalid,
)
from gateway.domain.foreign_text import one_line
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition
from gateway.domain.permit.quantity import Quantity, amount, plain


class Role(StrEnum):
    """Side of the journey on which the goods were counted."""

    EXPORT = "export"
    IMPORT = "import"


def issuing_side(permit: Permit) -> Role:
    """Return the side on which customs of the issuing country count.

    Source: Convention, Articles III to V: an import permit, and a certificate of introduction from
    the sea, are issued by the country that the goods enter; each other document by the country that
    they leave.
    """
    return Role.IMPORT if permit.document_type.issuer_imports else Role.EXPORT


def both_sides(permit: Permit) -> tuple[Role, Role]:
    """Return both sides, that of the issuing country first."""
    own = issuing_side(permit)
    return own, Role.IMPORT if own is Role.EXPORT else Role.EXPORT


class FinalAfter(StrEnum):
    """Confirmation that makes a permit final: of either side, or of the issuing country's customs.

    `export` is the issuing side of an export permit; of an import permit it is import.
    """

    ANY = "any"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class EndorsementRule:
    """Rule for box 14 by the law of an authority.

    partial_shipments: codes of document types (codes.py) that may be used in several shipments.
    """

    final_after: FinalAfter = FinalAfter.ANY
    partial_shipments: frozenset[str] = frozenset()

    def roles(self, permit: Permit) -> tuple[Role, ...]:
        """Sides whose count may fill box 14, that of the issuing country before the other."""
        own = issuing_side(permit)
        return (own,) if self.final_after is FinalAfter.EXPORT else both_sides(permit)

    def allows_parts(self, permit: Permit) -> bool:
        """Whether the same caller may confirm a line again, as another shipment.

        So the law says of its document type, or the permit itself, as it is partially completed for
        several shipments.
        """
        stated = permit.partially_completed
        of_several = stated is not None and (stated.shipments or 1) > 1
        return of_several or permit.document_type.code in self.partial_shipments


class ConfirmationState(StrEnum):
    """State in the answer to a confirmation."""

    CONFIRMED = "CONFIRMED"
    ALREADY_CONFIRMED = "ALREADY_CONFIRMED"


@dataclass(frozen=True, slots=True)
class SeenQuantity:
    """A line of ConfirmQuantities as received. amount: its text, not validated yet.

    unit: of box 11 on the document at hand when our customs counted; None where none was. A message
    has no unit, so it says nothing of which confirmation this is.
    """

    position: str
    amount: str
    unit: str | None = field(default=None, compare=False)

    def with_unit_of(self, permit: Permit) -> "SeenQuantity":
        """Return the line with the unit of box 11 of its permit."""
        position = permit.position(self.position)
        quantity = position.quantity if position else None
        return replace(self, unit=quantity.unit if quantity else None)

    @property
    def written(self) -> str:
        """Amount and unit for a person, on one line."""
        return one_line(f"{self.amount} {self.unit}" if self.unit else self.amount)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Event: a caller counted quantities. Never changed.

    id: UUIDv7.  by: key of the partner or authority.  at: aware.
    quantities: (letter of the line, quantity in the unit of box 11), in the order of the permit.
    message_sha256: digest of the message, hex.
    person, reason: set where a person of the issuing authority booked it on the caller's behalf.
    Source: wire contract, section 3.2.
    """

    id: str
    by: str
    role: Role
    at: datetime
    quantities: tuple[tuple[str, Quantity], ...]
    message_sha256: str
    person: str | None = None
    reason: str | None = None

    def of(self, position: str) -> Quantity | None:
        """Return the quantity of a line, None where the event has none."""
        return dict(self.quantities).get(position)


@dataclass(frozen=True, slots=True)
class Reversal:
    """Event: a person of the issuing authority reversed a confirmation. Never changed.

    id: UUIDv7.  at: aware.  person: by name.  reason: in words.
    """

    id: str
    confirmation_id: str
    at: datetime
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """Event: the issuing authority declared a permit used up, or open again. Never changed.

    The last declaration is in force.

    id: UUIDv7.  at: aware.  person: by name.  reason: in words.
    """

    id: str
    at: datetime
    person: str
    reason: str
    used_up: bool


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Ledger of a line: authorised (box 11) and confirmed quantities, in the unit of box 11.

    counted: sides of the journey with a confirmation; its quantity may be zero.
    """

    position: str
    authorised: Quantity
    confirmed_at_export: Decimal
    confirmed_at_import: Decimal
    counted: frozenset[Role] = frozenset()

    def remaining(self, role: Role) -> Decimal:
        """Return the quantity that may still be confirmed on a side of the journey."""
        confirmed = self.confirmed_at_export if role is Role.EXPORT else self.confirmed_at_import
        return self.authorised.amount - confirmed

    @property
    def differs(self) -> bool:
        """Whether export and import both counted, and the sums are not the same."""
        return (
            self.counted == frozenset(Role) and self.confirmed_at_export != self.confirmed_at_import
        )


def judge(permit: Permit, seen: Sequence[SeenQuantity]) -> tuple[tuple[str, Quantity], ...]:
    """Validate the lines of a message against the permit, all or none.

    Returns (letter, quantity in the unit of box 11), in the order of the permit.
    Raises PositionRepeated, PositionUnknown, QuantityInvalid, QuantityExceeded (above box 11), each
    naming the line.
    """
    quantities: dict[str, Quantity] = {}
    for line in seen:
        position = permit.position(line.position)
        if line.position in quantities:
            raise PositionRepeated(
                Sentence("The message names this line twice."), position=line.position, box="14"
            )
        if position is None:
            raise PositionUnknown(
                Sentence("The permit has no such line."), position=line.position[:70], box="14"
            )
        quantities[line.position] = _judge_amount(position, line.amount)
    return tuple(
        (line.id, quantities[line.id]) for line in permit.positions if line.id in quantities
    )


def _judge_amount(position: CitesPosition, text: str) -> Quantity:
    permitted = position.quantity
    if permitted is None:
        raise QuantityInvalid(
            Sentence("The permit states no quantity for this line."), position=position.id, box="11"
        )
    seen = Quantity(amount(text, position=position.id, box="14"), permitted.unit)
    if permitted.is_count and seen.amount != seen.amount.to_integral_value():
        raise QuantityInvalid(
            Sentence("Specimens are counted in whole numbers."), position=position.id, box="14"
        )
    if seen.amount > permitted.amount:
        raise QuantityExceeded(
            Sentence(
                "More than the {permitted} that box 11 allows for this line.",
                {"permitted": str(permitted)},
            ),
            position=position.id,
            box="14",
        )
    return seen


def ledger(permit: Permit, confirmations: Iterable[Confirmation]) -> tuple[LedgerLine, ...]:
    """Return the ledger, line by line. Lines without a quantity in box 11 have none."""
    events = tuple(confirmations)

    def of(line: str, role: Role) -> list[Decimal]:
        seen = (event.of(line) for event in events if event.role is role)
        return [quantity.amount for quantity in seen if quantity is not None]

    def entry(line: str, authorised: Quantity) -> LedgerLine:
        counted = {role: of(line, role) for role in Role}
        totals = {role: sum(amounts, Decimal(0)) for role, amounts in counted.items()}
        sides = frozenset(role for role in Role if counted[role])
        return LedgerLine(line, authorised, totals[Role.EXPORT], totals[Role.IMPORT], sides)

    return tuple(
        entry(line.id, line.quantity) for line in permit.positions if line.quantity is not None
    )


def require_remaining(line: LedgerLine, role: Role, seen: Quantity) -> None:
    """Raise QuantityExceeded where less remains of the line than was counted."""
    remaining = line.remaining(role)
    if seen.amount > remaining:
        raise QuantityExceeded(
            Sentence(
                "Only {remaining} of the {authorised} in box 11 remain for this line.",
                {"remaining": plain(remaining), "authorised": str(line.authorised)},
            ),
            position=line.position,
            box="14",
        )
