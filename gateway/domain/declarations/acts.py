"""Acts on a declaration line: reserve, write off, release, lapse, amend, confirm.

Each act returns its event, or None where it repeats the newest one, so that a customs system that
missed the answer may send it again. Acts of one history:

    nothing      reserve, write off
    reserved     amend, write off, release, lapse
    written off  amend
    lapsed       reserve, write off, release
    released     nothing more: the declaration is withdrawn
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.declarations.use import Act, LineUse, PermitUse, UseEvent, UseState
from gateway.domain.errors import QuantityExceeded, QuantityInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.quantity import Quantity, amount, plain


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry about a declaration line, before it is judged.

    id: of the event.  permit: country and number.  position: letter of the line of the permit.
    quantity: as declared, in any unit; None for a release, lapse or confirmation.
    allowed: quantity of the line of the permit.  lapses_at: end of a reservation.
    The other values are as in UseEvent.
    """

    id: str
    permit: tuple[str, str]
    position: str
    declaration: str
    item: str
    quantity: Quantity | None
    allowed: Quantity
    authority: str
    officer: str
    at: datetime
    reason: str = ""
    lapses_at: datetime | None = None
    holder: str = ""

    def event(
        self, before: LineUse | None, act: Act, quantity: Quantity, outgoing: str | None = None
    ) -> UseEvent:
        """Return the event after those of the line."""
        return UseEvent(
            self.id,
            len(before.events) if before else 0,
            act,
            *self.permit,
            self.position,
            self.declaration,
            self.item,
            quantity,
            self.allowed,
            self.authority,
            self.officer,
            self.at,
            self.reason,
            self.lapses_at,
            outgoing,
            self.holder,
        )


def reserve(use: PermitUse, entry: Entry) -> UseEvent | None:
    """Reserve a quantity for a declaration that is not cleared yet.

    Raises QuantityInvalid, QuantityExceeded; DeclarationInvalid where another quantity is reserved,
    or the line is written off or released.
    """
    before, wanted = _before(use, entry), in_unit_of(entry)
    state = before.state if before else None
    if before and state is UseState.RESERVED:
        if before.held == wanted.amount:
            return None
        raise _refused(entry, Sentence("Another quantity is reserved for this line; amend it."))
    _refuse(entry, state, (UseState.WRITTEN_OFF, UseState.RELEASED))
    _require_free(use, entry, wanted.amount)
    return entry.event(before, Act.RESERVED, wanted)


def write_off(use: PermitUse, entry: Entry) -> UseEvent | None:
    """Write off the quantity of a cleared declaration, reserved before or not.

    Less than was reserved may be written off; the rest becomes free.
    Raises as `reserve`.
    """
    before, wanted = _before(use, entry), in_unit_of(entry)
    if before and before.state is UseState.WRITTEN_OFF:
        if before.held == wanted.amount:
            return None
        raise _refused(entry, Sentence("Another quantity is written off for this line; amend it."))
    _refuse(entry, before.state if before else None, (UseState.RELEASED,))
    _require_free(use, entry, wanted.amount - (before.held if before else 0))
    return entry.event(before, Act.WRITTEN_OFF, wanted)


def amend(use: PermitUse, entry: Entry) -> UseEvent | None:
    """Amend what is reserved, or after clearance what is written off; 0 where it is invalidated.

    Raises as `reserve`, and DeclarationInvalid without a reason.
    """
    before, wanted = _existing(use, entry), in_unit_of(entry)
    _refuse(entry, before.state, (UseState.RELEASED, UseState.LAPSED))
    if before.held == wanted.amount:
        return None
    if not entry.reason:
        raise DeclarationInvalid(
            Sentence("An amendment needs a reason."), item=entry.item, field="reason", box="11"
        )
    if wanted.amount > before.held:  # less is right, also where too much is used
        _require_free(use, entry, wanted.amount - before.held)
    return entry.event(before, Act.AMENDED, wanted)


def release(use: PermitUse, entry: Entry) -> UseEvent | None:
    """Release what is reserved, as the declaration is withdrawn before clearance.

    Raises DeclarationInvalid where nothing was reserved, or it is written off.
    """
    before = _existing(use, entry)
    if before.state is UseState.RELEASED:
        return None
    _refuse(entry, before.state, (UseState.WRITTEN_OFF,))
    return entry.event(before, Act.RELEASED, Quantity(before.held, entry.allowed.unit))


def lapse(use: PermitUse, entry: Entry) -> UseEvent | None:
    """Let a reservation lapse whose end is not after the moment; None where it is not due."""
    before = _before(use, entry)
    if before is None or before.lapses_at is None or before.lapses_at > entry.at:
        return None
    return entry.event(before, Act.LAPSED, Quantity(before.held, entry.allowed.unit))


def confirm(use: PermitUse, entry: Entry, outgoing: str) -> UseEvent:
    """Note that what is written off is confirmed. outgoing: id in the outbox."""
    before = _existing(use, entry)
    return entry.event(before, Act.CONFIRMED, Quantity(before.held, entry.allowed.unit), outgoing)


def in_unit_of(entry: Entry) -> Quantity:
    """Return the declared quantity in the unit of box 11, exactly.

    Raises QuantityInvalid (box 11, position) where it is of another dimension, is not whole though
    specimens are counted, or has no such number of decimals.
    """
    declared, allowed = entry.quantity, entry.allowed
    if declared is None or not declared.like(allowed):
        raise QuantityInvalid(
            Sentence(
                "Line {line} of the declaration must state a quantity in {unit} or a unit of its"
                " kind.",
                {"line": entry.item, "unit": allowed.written_unit},
            ),
            position=entry.position,
            box="11",
        )
    converted = Quantity(Decimal(0), allowed.unit).plus(declared).amount
    exact = amount(plain(converted), position=entry.position, box="11")
    if allowed.is_count and exact != exact.to_integral_value():
        raise QuantityInvalid(
            Sentence("Specimens are counted in whole numbers."), position=entry.position, box="11"
        )
    return Quantity(exact, allowed.unit)


def _before(use: PermitUse, entry: Entry) -> LineUse | None:
    before = use.lines.get((entry.declaration, entry.item))
    if before and before.first.position != entry.position:
        raise _refused(
            entry,
            Sentence(
                "This line holds a quantity of line {line} of the permit.",
                {"line": before.first.position},
            ),
        )
    return before


def _existing(use: PermitUse, entry: Entry) -> LineUse:
    before = _before(use, entry)
    if before is None:
        raise _refused(entry, Sentence("Nothing is reserved or written off for this line."))
    return before


def _refuse(entry: Entry, state: UseState | None, states: Collection[UseState]) -> None:
    words = {
        UseState.WRITTEN_OFF: Sentence("This line is written off already; amend it."),
        UseState.RELEASED: Sentence(
            "This line was released; a new declaration needs a new number."
        ),
        UseState.LAPSED: Sentence("This line has lapsed; reserve it again."),
    }
    if state in states and state in words:
        raise _refused(entry, words[state])


def _refused(entry: Entry, text: Sentence) -> DeclarationInvalid:
    return DeclarationInvalid(text, item=entry.item, position=entry.position, box="11")


def _require_free(use: PermitUse, entry: Entry, more: Decimal) -> None:
    """Raise QuantityExceeded where less is free than would be held in addition."""
    free = use.free(entry.position, entry.allowed)
    if more > free:
        reserved = use.amount(entry.position, UseState.RESERVED, entry.allowed.unit)
        raise QuantityExceeded(
            Sentence(
                "Line {line} of the declaration needs {more} more; of {allowed} {free} are free and"
                " {reserved} reserved.",
                {
                    "line": entry.item,
                    "more": plain(more),
                    "allowed": str(entry.allowed),
                    "free": plain(max(free, Decimal(0))),
                    "reserved": plain(reserved),
                },
            ),
            position=entry.position,
            box="11",
        )
