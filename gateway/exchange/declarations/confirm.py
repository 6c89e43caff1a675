"""Confirmation of what declarations wrote off: ConfirmQuantities to the issuing partner.

A single confirmation is for all lines of a declaration on one permit, as the partner takes a
message as a shipment. It is booked in the outbox in the unit of work that writes the quantities
off.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gateway.domain.declarations import acts
from gateway.domain.declarations.acts import Entry
from gateway.domain.declarations.use import LineUse, PermitUse, UseState
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import QuantityInvalid, ServiceUnavailable
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity, plain
from gateway.exchange.declarations.record import UseRecords
from gateway.exchange.outbox.book import BookConfirmation
from gateway.exchange.ports import (
    DeliveryEvent,
    NewId,
    Outbox,
    OutgoingConfirmation,
    Work,
)

Tokens = Mapping[tuple[str, str], str]
"""Token of a permit by its country and number."""


@dataclass(frozen=True, slots=True)
class Booked:
    """Confirmations of an act.

    outgoing: booked now.  not_booked: amended quantities whose earlier confirmation the partner
    may have already; persons of both countries correct it.
    """

    outgoing: tuple[OutgoingConfirmation, ...] = ()
    not_booked: tuple[OutgoingConfirmation, ...] = ()

    def and_also(self, other: "Booked") -> "Booked":
        """Return both."""
        return Booked(self.outgoing + other.outgoing, self.not_booked + other.not_booked)


@dataclass(frozen=True, slots=True)
class ConfirmWrittenOff:
    """Books confirmations. book: of the outbox.  by_itself: after acts, without a command.

    can_reach: whether a partner of a country has an address.
    """

    book: Callable[[], BookConfirmation]
    can_reach: Callable[[str], bool]
    outbox: Outbox
    records: UseRecords
    new_id: NewId
    by_itself: bool

    def after_act(
        self, work: Work, use: PermitUse, entry: Entry, tokens: Tokens
    ) -> tuple[PermitUse, Booked]:
        """Confirm once no line of the declaration is reserved on the permit any more."""
        lines = _lines(use, entry.declaration)
        is_open = any(line.state is UseState.RESERVED for line in lines)
        if not self.by_itself or is_open or not self.can_reach(entry.permit[0]):
            return use, Booked()
        return self.now(work, use, entry, tokens)

    def now(
        self, work: Work, use: PermitUse, entry: Entry, tokens: Tokens
    ) -> tuple[PermitUse, Booked]:
        """Confirm what the declaration has written off on the permit.

        entry: names permit, declaration, authority and officer.
        Returns the use after it. Nothing is booked where all of it is confirmed.
        Raises CalleeNotFound, QuantityInvalid, KeyUnusable, ServiceUnavailable.
        """
        lines = [
            line
            for line in _lines(use, entry.declaration)
            if line.state is UseState.WRITTEN_OFF and (line.held or line.outgoing)
        ]
        held = [line for line in lines if line.held]
        earlier = self._earlier(lines)
        named = {each.id for each in earlier}
        given_back = any(not line.held and line.outgoing & named for line in lines)
        if all(line.confirmed for line in held) and not given_back:
            return use, Booked()
        if any(each.attempts or each.state.is_over for each in earlier):
            return use, Booked(not_booked=earlier)
        self._withdraw(work, earlier, entry)
        if not held:  # nothing is left to tell, and nothing was told
            return use, Booked()
        outgoing = self._book(work, held, entry, tokens)
        events = []
        for line in held:
            of_line = replace(
                entry,
                id=self.new_id(),
                position=line.first.position,
                item=line.first.item,
                allowed=line.last.allowed,
                reason="",
                lapses_at=None,
            )
            event = acts.confirm(use, of_line, outgoing.id)
            events.append(event)
            use = use.with_event(event)
        work.declared.add(events, self.records.record(self.new_id(), events))
        return use, Booked((outgoing,))

    def _earlier(self, lines: Sequence[LineUse]) -> tuple[OutgoingConfirmation, ...]:
        """Confirmations of these lines, but for those that were given up before they were sent.

        A confirmation that was sent, and given up without an answer, may be with the partner all
        the same.
        """
        ids = sorted({identity for line in lines for identity in line.outgoing})
        found = (self.outbox.find(identity) for identity in ids)
        return tuple(
            each
            for each in found
            if each and (each.attempts or each.state is not DeliveryState.DROPPED)
        )

    def _withdraw(self, work: Work, earlier: Sequence[OutgoingConfirmation], entry: Entry) -> None:
        """Give up confirmations that were never sent. Raises ServiceUnavailable in a race."""
        reason = f"declaration {entry.declaration} was amended"
        event = DeliveryEvent(entry.at, DeliveryState.DROPPED, "drop", entry.officer, reason)
        if not all(work.declared.withdraw(each, event) for each in earlier):
            raise ServiceUnavailable("A confirmation is being sent at this moment; try again.")

    def _book(
        self, work: Work, lines: Sequence[LineUse], entry: Entry, tokens: Tokens
    ) -> OutgoingConfirmation:
        book = self.book()
        sums = _sums(lines, book.free.known(*entry.permit))
        seen = [SeenQuantity(letter, plain(held.amount), held.unit) for letter, held in sums]
        outgoing, event = book.prepare(*entry.permit, tokens.get(entry.permit), seen, entry.officer)
        work.declared.book(outgoing, event)
        return outgoing


def _sums(lines: Sequence[LineUse], permit: Permit | None) -> Sequence[tuple[str, Quantity]]:
    """Return the held quantities by letter, in the unit of box 11, which a partner may change.

    permit: the newest document; without one, or the line, the unit is that of the newest event.
    Raises QuantityInvalid where it is of another dimension.
    """
    sums: dict[str, Quantity] = {}
    for line in sorted(lines, key=lambda each: each.last.id, reverse=True):
        letter = line.first.position
        held = Quantity(line.held, line.last.allowed.unit)
        position = permit.position(letter) if permit else None
        box_11 = (position and position.quantity) or held
        known = sums.setdefault(letter, Quantity(Decimal(0), box_11.unit))
        if not held.like(known):
            raise QuantityInvalid(
                "Box 11 counts this line in another unit now. Ask the issuing authority.",
                position=letter,
                box="11",
            )
        sums[letter] = known.plus(held)
    return sorted(sums.items())


def _lines(use: PermitUse, declaration: str) -> list[LineUse]:
    return [line for (number, _), line in use.lines.items() if number == declaration]
