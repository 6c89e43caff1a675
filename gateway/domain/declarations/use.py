"""Use of a permit by declarations: events of a declaration line, and what they hold of box 11.

Source: Implementing Reg. (EU) 2024/2145, Articles 6 to 8: quantity management, and amendment or
invalidation of a declaration after clearance.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from gateway.domain.errors import QuantityInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.quantity import Quantity


class Act(StrEnum):
    """Act on a line of a declaration."""

    RESERVED = "reserved"
    WRITTEN_OFF = "written-off"
    RELEASED = "released"
    LAPSED = "lapsed"
    AMENDED = "amended"
    CONFIRMED = "confirmed"


class UseState(StrEnum):
    """State of a line of a declaration."""

    RESERVED = "reserved"
    WRITTEN_OFF = "written-off"
    RELEASED = "released"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class UseEvent:
    """Event of a declaration line. Never changed.

    id: UUIDv7.  place: from 0, in the history of the line.
    country, number, position: line of the permit.  declaration, item: line of the declaration.
    quantity: in the unit of box 11; of a release or lapse what became free, of a confirmation what
    is confirmed.
    allowed: quantity that the permit allowed for its line when the act was done.
    authority: that acted.  officer: by name, a person or a system.  at: aware.  reason: in words.
    lapses_at: end of a reservation, aware.  outgoing: id of the confirmation in the outbox.
    holder: code of our authority that issued the permit; empty for a permit of a partner.
    """

    id: str
    place: int
    act: Act
    country: str
    number: str
    position: str
    declaration: str
    item: str
    quantity: Quantity
    allowed: Quantity
    authority: str
    officer: str
    at: datetime
    reason: str = ""
    lapses_at: datetime | None = None
    outgoing: str | None = None
    holder: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Permit, declaration and its line, which the history is of."""
        return self.country, self.number, self.declaration, self.item


@dataclass(frozen=True, slots=True)
class LineUse:
    """Use of a permit by one line of a declaration: its events, oldest first, one at least."""

    events: tuple[UseEvent, ...]

    @property
    def first(self) -> UseEvent:
        """The event that names permit, declaration and line."""
        return self.events[0]

    @property
    def last(self) -> UseEvent:
        """The newest event."""
        return self.events[-1]

    @property
    def state(self) -> UseState:
        """State after the newest event; amending and confirming change none."""
        acts = (event.act for event in reversed(self.events))
        return UseState(next(act for act in acts if act not in (Act.AMENDED, Act.CONFIRMED)))

    @property
    def held(self) -> Decimal:
        """Amount that is reserved or written off now, in the unit of box 11."""
        if self.state in (UseState.RELEASED, UseState.LAPSED):
            return Decimal(0)
        counted = (event for event in reversed(self.events) if event.act is not Act.CONFIRMED)
        return next(counted).quantity.amount

    @property
    def lapses_at(self) -> datetime | None:
        """End of the reservation; None where nothing is reserved."""
        return self.last.lapses_at if self.state is UseState.RESERVED else None

    @property
    def confirmed(self) -> UseEvent | None:
        """The confirmation of the amount that is written off now; None where it has none."""
        return self.last if self.last.act is Act.CONFIRMED else None

    @property
    def outgoing(self) -> frozenset[str]:
        """Ids of confirmations in the outbox that were booked for this line."""
        return frozenset(event.outgoing for event in self.events if event.outgoing)


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """Quantities of a permit that declarations have written off.

    quantities: each with the letter of its line, in the unit of box 11 at that time.
    confirmations: ids in the outbox of those that declarations led to, also before an amendment.
    """

    quantities: tuple[tuple[str, Quantity], ...] = ()
    confirmations: frozenset[str] = frozenset()

    @classmethod
    def of(cls, events: Sequence[UseEvent]) -> "WrittenOff":
        """Return what is written off. events: of one permit, each history in order."""
        quantities = tuple(
            (line.first.position, Quantity(line.held, line.last.allowed.unit))
            for line in PermitUse.of(events, {}).lines.values()
            if line.state is UseState.WRITTEN_OFF and line.held
        )
        return cls(quantities, frozenset(event.outgoing for event in events if event.outgoing))


def of_holder(events: Iterable[UseEvent], holder: str) -> Sequence[UseEvent]:
    """Return the events on the permit of one authority.

    Authorities of a country may have permits of the same number. A history that began before the
    holder was kept counts for each of them, as a whole: with a part of it alone, a reservation that
    is over would hold its quantity for ever.
    holder: code of the authority; empty: of any.  events: each history in order.
    """
    began: dict[tuple[str, str, str, str], str] = {}
    return [
        event
        for event in events
        if not holder or began.setdefault(event.key, event.holder) in ("", holder)
    ]


def is_held(events: Iterable[UseEvent]) -> bool:
    """Return whether declarations have reserved, or written off, quantities of a permit.

    events: of one permit, each history in order.
    """
    return any(line.held for line in PermitUse.of(events, {}).lines.values())


@dataclass(frozen=True, slots=True)
class PermitUse:
    """Use of one permit by all declarations.

    lines: by (declaration, item).
    counted: amounts by letter that count beside the declarations: confirmed in another way.
    """

    lines: Mapping[tuple[str, str], LineUse] = field(default_factory=dict)
    counted: Mapping[str, Decimal] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[UseEvent], counted: Mapping[str, Decimal]) -> "PermitUse":
        """Return the use of one permit. events: all of it, each history in order."""
        lines: dict[tuple[str, str], LineUse] = {}
        for event in events:
            key = event.declaration, event.item
            before = lines[key].events if key in lines else ()
            lines[key] = LineUse((*before, event))
        return cls(lines, counted)

    def with_event(self, event: UseEvent) -> "PermitUse":
        """Return the use after one more event."""
        key = event.declaration, event.item
        before = self.lines[key].events if key in self.lines else ()
        return PermitUse({**self.lines, key: LineUse((*before, event))}, self.counted)

    def events_of(self, declaration: str) -> Iterator[UseEvent]:
        """Yield the events of a declaration."""
        for (number, _), line in self.lines.items():
            if number == declaration:
                yield from line.events

    def amount(self, position: str, state: UseState, unit: str | None) -> Decimal:
        """Return what declarations hold of a line of the permit in a state, in a unit.

        A partner may answer later with box 11 in another unit. Raises QuantityInvalid where it is
        of another dimension.
        """
        total = Quantity(Decimal(0), unit)
        for use in self.lines.values():
            if use.first.position != position or use.state is not state:
                continue
            held = Quantity(use.held, use.last.allowed.unit)
            if not held.like(total):
                raise QuantityInvalid(
                    Sentence(
                        "Declarations hold {held} of this line, and box 11 counts in {unit} now."
                        " Ask the issuing authority.",
                        {"held": str(held), "unit": total.written_unit},
                    ),
                    position=position,
                    box="11",
                )
            total = total.plus(held)
        return total.amount

    def remaining(self, position: str, allowed: Quantity) -> Decimal:
        """Return what is neither confirmed nor written off, in the unit of what is allowed.

        Less than 0 where too much was. Raises as `amount`.
        """
        written_off = self.amount(position, UseState.WRITTEN_OFF, allowed.unit)
        return allowed.amount - written_off - self.counted.get(position, Decimal(0))

    def free(self, position: str, allowed: Quantity) -> Decimal:
        """Return what remains and is not reserved. Raises as `amount`."""
        reserved = self.amount(position, UseState.RESERVED, allowed.unit)
        return self.remaining(position, allowed) - reserved
