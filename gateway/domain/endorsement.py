"""Box 14: what officers counted, as events that are never changed, and the ledger they add up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from gateway.domain.errors import PositionRepeated, PositionUnknown, QuantityExceeded, QuantityInvalid
from gateway.domain.permit import Permit
from gateway.domain.position import CitesPosition
from gateway.domain.quantity import Quantity, amount, plain


class Role(StrEnum):
    """On which side of the journey the goods were counted."""

    EXPORT = "export"
    IMPORT = "import"


class FinalAfter(StrEnum):
    """Whose confirmation makes a permit final."""

    ANY = "any"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class EndorsementRule:
    """What the law of an authority says of box 14.

    partial_shipments: codes of the document types (codes.py) that may be used up in several shipments.
    """

    final_after: FinalAfter = FinalAfter.ANY
    partial_shipments: frozenset[str] = frozenset()

    @property
    def roles(self) -> tuple[Role, ...]:
        """Whose count may fill box 14; what the first wrote is never overwritten by the second."""
        return (Role.EXPORT,) if self.final_after is FinalAfter.EXPORT else (Role.EXPORT, Role.IMPORT)

    def allows_parts(self, permit: Permit) -> bool:
        """Whether the same caller may confirm a line of it again, as another shipment."""
        return permit.document_type.code in self.partial_shipments


class ConfirmationState(StrEnum):
    """What a confirmation is answered with."""

    CONFIRMED = "CONFIRMED"
    ALREADY_CONFIRMED = "ALREADY_CONFIRMED"


@dataclass(frozen=True, slots=True)
class SeenQuantity:
    """One line of a ConfirmQuantities as it came in. amount: its text, not yet judged."""

    position: str
    amount: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An event: who counted what, when, in which role. Never changed.

    id: UUIDv7.  by: key of the partner or authority.  at: aware.  quantities: letter of the line and what was seen,
    in the unit of box 11, in the order of the permit.  message_sha256: hex digest of the message that said so.
    person, reason: who of the issuing authority booked it on the caller's behalf, and why; None where the caller did.
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
        """What was seen of one line."""
        return dict(self.quantities).get(position)


@dataclass(frozen=True, slots=True)
class Reversal:
    """An event: a confirmation counts no longer, and somebody of the issuing authority answers for it. Never changed.

    id: UUIDv7.  at: aware.  person: by name.  reason: in words.
    """

    id: str
    confirmation_id: str
    at: datetime
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """An event: the issuing authority declares a permit used up, or no longer so; the last one counts. Never changed.

    id: UUIDv7.  at: aware.  person: by name.  reason: in words.
    """

    id: str
    at: datetime
    person: str
    reason: str
    used_up: bool


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What is authorised (box 11) and what was confirmed of one line, all in the unit of box 11.

    counted: on which sides of the journey anybody has counted; what was counted may well be nothing.
    """

    position: str
    authorised: Quantity
    confirmed_at_export: Decimal
    confirmed_at_import: Decimal
    counted: frozenset[Role] = frozenset()

    def remaining(self, role: Role) -> Decimal:
        """What may still be confirmed on that side of the journey."""
        confirmed = self.confirmed_at_export if role is Role.EXPORT else self.confirmed_at_import
        return self.authorised.amount - confirmed

    @property
    def differs(self) -> bool:
        """A finding for both sides: export and import counted, and not the same."""
        return self.counted == frozenset(Role) and self.confirmed_at_export != self.confirmed_at_import


def judge(permit: Permit, seen: Sequence[SeenQuantity]) -> tuple[tuple[str, Quantity], ...]:
    """Turn what a message says into quantities of the permit's lines, in the permit's order; all or nothing.

    Raises PositionRepeated, PositionUnknown, QuantityInvalid, QuantityExceeded (above box 11), each naming the line.
    """
    taken: dict[str, Quantity] = {}
    for line in seen:
        position = permit.position(line.position)
        if line.position in taken:
            raise PositionRepeated("The message names this line twice.", position=line.position, box="14")
        if position is None:
            raise PositionUnknown("The permit has no such line.", position=line.position[:70], box="14")
        taken[line.position] = _judge_amount(position, line.amount)
    return tuple((line.id, taken[line.id]) for line in permit.positions if line.id in taken)


def _judge_amount(position: CitesPosition, text: str) -> Quantity:
    permitted = position.quantity
    if permitted is None:
        raise QuantityInvalid("The permit states no quantity for this line.", position=position.id, box="11")
    seen = Quantity(amount(text, position=position.id, box="14"), permitted.unit)
    if permitted.is_count and seen.amount != seen.amount.to_integral_value():
        raise QuantityInvalid("Specimens are counted in whole numbers.", position=position.id, box="14")
    if seen.amount > permitted.amount:
        raise QuantityExceeded(
            f"More than the {permitted} that box 11 allows for this line.", position=position.id, box="14"
        )
    return seen


def ledger(permit: Permit, confirmations: Iterable[Confirmation]) -> tuple[LedgerLine, ...]:
    """Add the events up, line by line. Lines without a quantity in box 11 have no ledger."""
    events = tuple(confirmations)

    def of(line: str, role: Role) -> list[Decimal]:
        seen = (event.of(line) for event in events if event.role is role)
        return [quantity.amount for quantity in seen if quantity is not None]

    def entry(line: str, authorised: Quantity) -> LedgerLine:
        counted = {role: of(line, role) for role in Role}
        totals = {role: sum(amounts, Decimal(0)) for role, amounts in counted.items()}
        sides = frozenset(role for role in Role if counted[role])
        return LedgerLine(line, authorised, totals[Role.EXPORT], totals[Role.IMPORT], sides)

    return tuple(entry(line.id, line.quantity) for line in permit.positions if line.quantity is not None)


def require_remaining(line: LedgerLine, role: Role, seen: Quantity) -> None:
    """Raises QuantityExceeded where less remains of the line than was seen."""
    remaining = line.remaining(role)
    if seen.amount > remaining:
        raise QuantityExceeded(
            f"Only {plain(remaining)} of the {line.authorised} in box 11 remain for this line.",
            position=line.position, box="14",
        )  # fmt: skip
