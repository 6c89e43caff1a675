"""Acts on declarations: all lines or none, judged and stored under a lock of each permit.

Permits are looked up, and partners asked, before the unit of work begins. The free quantity is
counted inside it, so that of two declarations that need the last unit one is refused.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gateway.domain.declarations import acts
from gateway.domain.declarations.acts import Entry
from gateway.domain.declarations.compare import SameTaxon, allowed_quantity
from gateway.domain.declarations.line import CustomsDeclaration, DeclarationLine
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.declarations.use import Act, LineUse, PermitUse, UseEvent, UseState
from gateway.domain.errors import PermitAltered, QuantityInvalid
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.declarations.check import position_for
from gateway.exchange.declarations.confirm import Booked, ConfirmWrittenOff, Tokens
from gateway.exchange.declarations.intact import UseIntegrity
from gateway.exchange.declarations.permits import DeclaredPermits
from gateway.exchange.declarations.record import UseRecords
from gateway.exchange.ports import BeginWork, Clock, NewId, Work
from gateway.exchange.ports.declarations.uses import DeclaredUseReading

_LOG = logging.getLogger(__name__)
Decide = Callable[[PermitUse, Entry], UseEvent | None]
_MOST_DUE = 500
SYSTEM = "epix-gateway"
"""Officer of acts that no person did."""


@dataclass(frozen=True, slots=True)
class ActedBy:
    """Authority and officer who act.

    officer: a person or a system by name.  reason: in words.
    own_alone: whether declarations of other authorities are out of reach.
    """

    authority: str
    officer: str
    reason: str = ""
    own_alone: bool = False

    def validated(self) -> "ActedBy":
        """Return it without outer white space. Raises DeclarationInvalid for a name or reason."""
        authority, officer = self.authority.strip(), self.officer.strip()
        for name, text in (("authority", authority), ("officer", officer)):
            if not 0 < len(text) <= 200 or not text.isprintable():
                raise DeclarationInvalid(
                    f"An act names its {name}, in 1 to 200 characters.", field=name
                )
        if len(reason := self.reason.strip()) > 1000 or not reason.isprintable():
            raise DeclarationInvalid("A reason is one line, 1000 letters at most.", field="reason")
        return replace(self, authority=authority, officer=officer, reason=reason)

    def require_own(self, events: Iterable[UseEvent]) -> None:
        """Raise DeclarationInvalid where a declaration is of an authority out of reach."""
        if self.own_alone and any(
            event.authority not in (self.authority, SYSTEM) for event in events
        ):
            raise DeclarationInvalid(
                "Another authority uses this number for a declaration.", field="number"
            )


@dataclass(frozen=True, slots=True)
class Acted:
    """Result of an act.

    uses: of each line, after it.  changed: events that were added; fewer than lines where some
    repeated what was done.  booked: confirmations for partners that it led to.
    """

    uses: tuple[LineUse, ...]
    changed: tuple[UseEvent, ...]
    booked: Booked = field(default_factory=Booked)


@dataclass(frozen=True, slots=True)
class ActOnDeclarations:
    """Use case: reserve, write off, release, amend, and let reservations lapse.

    intact: compares events with their records.  lifetime: of a reservation.
    confirm: books what is written off for the issuing partner.
    """

    permits: DeclaredPermits
    reading: DeclaredUseReading
    begin_work: BeginWork
    same_taxon: SameTaxon
    records: UseRecords
    intact: UseIntegrity
    confirm: ConfirmWrittenOff
    lifetime: timedelta
    clock: Clock
    new_id: NewId

    def reserve(self, declaration: CustomsDeclaration, by: ActedBy) -> Acted:
        """Reserve the quantities of a declaration.

        A reservation that is not used lapses. Repeating it changes nothing.
        Raises DeclarationInvalid, QuantityInvalid, QuantityExceeded with position and box, and
        whatever `DeclaredPermits.find` raises; ServiceUnavailable, KeyUnusable.
        """
        return self._act(declaration, by, acts.reserve, lapses=True)

    def write_off(self, declaration: CustomsDeclaration, by: ActedBy) -> Acted:
        """Write off the quantities of a cleared declaration. Raises as `reserve`.

        Once no line of the declaration is reserved any more, what is written off is confirmed to
        the partner that issued the permit, where the settings say so.
        """
        return self._act(declaration, by, acts.write_off, lapses=False)

    def write_off_reserved(self, number: str, by: ActedBy, token: str | None) -> Acted:
        """Write off everything that a declaration has reserved. token: of its permits.

        Quantities that are written off already stay. Raises as `reserve`.
        """
        states = (UseState.RESERVED, UseState.WRITTEN_OFF)
        return self._on_existing(number, None, by, acts.write_off, token, states)

    def amend(self, declaration: CustomsDeclaration, by: ActedBy) -> Acted:
        """Amend quantities: reserved ones, or after clearance those written off.

        Lines that the declaration leaves out stay as they are. Raises as `reserve`.
        Source: Implementing Reg. (EU) 2024/2145, Article 7.
        """
        return self._act(declaration, by, acts.amend, lapses=True)

    def release(self, number: str, items: Sequence[str] | None, by: ActedBy) -> Acted:
        """Release what a declaration reserved. items: lines of it, None for all.

        Raises DeclarationInvalid, ServiceUnavailable, KeyUnusable.
        """
        states = (UseState.RESERVED, UseState.LAPSED, UseState.RELEASED)
        wanted = None if items is not None else states
        return self._on_existing(number, items, by, acts.release, None, wanted)

    def lapse(self) -> int:
        """Let reservations lapse whose end is over; return their number.

        Raises ServiceUnavailable, KeyUnusable.
        """
        now, lapsed = self.clock(), 0
        by = ActedBy(SYSTEM, SYSTEM, "not used in time")
        by_permit: dict[tuple[str, str], list[Entry]] = {}
        for event in self.reading.due(now, _MOST_DUE):
            entry = self._entry_of(event, by, now)
            by_permit.setdefault(entry.permit, []).append(entry)
        for (country, number), entries in by_permit.items():
            try:
                lapsed += len(self._store(entries, by, acts.lapse, {}, may_confirm=False).changed)
            except PermitAltered as error:  # others lapse all the same
                _LOG.error("reservations on permit %s %s stay: %s", country, number, error.text)
        return lapsed

    def confirm_now(self, number: str, by: ActedBy, token: str | None) -> Acted:
        """Confirm what a declaration has written off, though other lines are reserved still.

        token: of the permits.  Raises DeclarationInvalid, CalleeNotFound, ServiceUnavailable,
        KeyUnusable.
        """
        by, now = by.validated(), self.clock()
        permits: dict[tuple[str, str], UseEvent] = {}
        for event in self.reading.of_declaration(number):
            if not self.permits.is_own(event.country):
                permits[event.country, event.number] = event
        if not permits:
            raise DeclarationInvalid(
                "Nothing of a foreign permit is written off under this number.", field="number"
            )
        booked, uses = Booked(), []
        tokens = dict.fromkeys(permits, token) if token else {}
        with self.begin_work() as work:
            work.declared.lock(list(permits))
            for permit, event in sorted(permits.items()):
                entry = self._entry_of(event, by, now)
                after, more = self.confirm.now(work, self._use(work, permit), entry, tokens)
                booked = booked.and_also(more)
                uses += [use for (named, _), use in after.lines.items() if named == number]
            work.commit()
        return Acted(tuple(uses), (), booked)

    def _act(
        self, declaration: CustomsDeclaration, by: ActedBy, decide: Decide, *, lapses: bool
    ) -> Acted:
        validated, by, now = declaration.validated(), by.validated(), self.clock()
        known = self._known(validated, by)
        entries = []
        asked: dict[tuple[str, str, str | None], Permit] = {}  # each permit once
        for line in validated.lines:
            event = known.get((line.country, line.number, line.item))
            stays = event is not None and not self._moves(line, event)
            if event is not None and stays and event.act is not Act.LAPSED:
                entry = self._entry_of(event, by, now, line.quantity)
            else:
                # Of a line that has lapsed the permit may be cancelled since.
                wanted = replace(line, position=event.position) if event and stays else line
                entry = self._new_entry(
                    validated.number, wanted, self._permit(line, asked), by, now
                )
            entries.append(replace(entry, lapses_at=now + self.lifetime if lapses else None))
        tokens = {line.permit: line.token for line in validated.lines if line.token}
        return self._store(entries, by, decide, tokens, may_confirm=decide is not acts.reserve)

    def _known(
        self, declaration: CustomsDeclaration, by: ActedBy
    ) -> dict[tuple[str, str, str], UseEvent]:
        """Newest event of each line with a history; unless it lapsed, its permit is at hand."""
        events = self.reading.of_declaration(declaration.number)
        by.require_own(events)
        return {(event.country, event.number, event.item): event for event in events}

    def _moves(self, line: DeclarationLine, event: UseEvent) -> bool:
        return line.position is not None and line.position != event.position

    def _permit(
        self, line: DeclarationLine, asked: dict[tuple[str, str, str | None], Permit]
    ) -> Permit:
        shown = (*line.permit, line.token)
        if shown not in asked:
            asked[shown] = self.permits.find(*shown).permit
        return asked[shown]

    def _new_entry(
        self, declaration: str, line: DeclarationLine, permit: Permit, by: ActedBy, now: datetime
    ) -> Entry:
        letter = self._letter(line, permit)
        position = permit.position(letter)
        allowed = allowed_quantity(position) if position else None
        if allowed is None:
            raise QuantityInvalid(
                "The permit states no quantity for this line.", position=letter, box="11"
            )
        return Entry(
            self.new_id(),
            line.permit,
            letter,
            declaration,
            line.item,
            line.quantity,
            allowed,
            by.authority,
            by.officer,
            now,
            by.reason,
        )

    def _letter(self, line: DeclarationLine, permit: Permit) -> str:
        if permit.document_type.multi_use:
            raise DeclarationInvalid(
                "This document stays with its holder and crosses borders again: nothing of its"
                " quantity is used up.",
                item=line.item,
                box="1",
            )
        letter, _ = position_for(line, permit, self.same_taxon)
        if letter is None:
            raise DeclarationInvalid(
                "No single line of the permit fits; name its letter."
                if line.position is None
                else "The permit has no such line.",
                item=line.item,
                field="position",
                position=line.position,
            )
        return letter

    def _entry_of(
        self, event: UseEvent, by: ActedBy, now: datetime, quantity: Quantity | None = None
    ) -> Entry:
        """An entry about a line that has a history. event: its newest."""
        return Entry(
            self.new_id(),
            (event.country, event.number),
            event.position,
            event.declaration,
            event.item,
            quantity,
            event.allowed,
            by.authority,
            by.officer,
            now,
            by.reason,
        )

    def _on_existing(
        self,
        number: str,
        items: Sequence[str] | None,
        by: ActedBy,
        decide: Decide,
        token: str | None,
        states: Sequence[UseState] | None,
    ) -> Acted:
        by, now = by.validated(), self.clock()
        histories: dict[tuple[str, str, str, str], list[UseEvent]] = {}
        events = self.reading.of_declaration(number)
        by.require_own(events)
        for event in events:
            histories.setdefault(event.key, []).append(event)
        uses = [LineUse(tuple(events)) for events in histories.values()]
        wanted = [
            use
            for use in uses
            if (items is None or use.first.item in items)
            and (states is None or use.state in states)
        ]
        missing = set(items or ()) - {use.first.item for use in wanted}
        if missing or not wanted:
            raise DeclarationInvalid(
                "Nothing is reserved under this number.",
                item=min(missing) if missing else None,
                field="number",
            )
        entries = [
            self._entry_of(use.last, by, now, Quantity(use.held, use.last.allowed.unit))
            for use in wanted
        ]
        tokens = {entry.permit: token for entry in entries} if token else {}
        return self._store(entries, by, decide, tokens, may_confirm=decide is acts.write_off)

    def _store(
        self,
        entries: Sequence[Entry],
        by: ActedBy,
        decide: Decide,
        tokens: Tokens,
        *,
        may_confirm: bool,
    ) -> Acted:
        """Judge and store entries in one unit of work, permit by permit."""
        by_permit: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            by_permit.setdefault(entry.permit, []).append(entry)
        if not by_permit:
            return Acted((), ())
        uses: list[LineUse] = []
        changed: list[UseEvent] = []
        booked = Booked()
        with self.begin_work() as work:
            work.declared.lock(list(by_permit))
            for permit, of_permit in sorted(by_permit.items()):
                counts = decide in (acts.reserve, acts.write_off, acts.amend)
                before = self._use(work, permit, counts=counts)
                for declaration in {entry.declaration for entry in of_permit}:
                    by.require_own(before.events_of(declaration))  # now that it is locked
                after, events = _decided(before, of_permit, decide)
                if events:
                    work.declared.add(events, self.records.record(self.new_id(), events))
                    changed += events
                if may_confirm and events and not self.permits.is_own(permit[0]):
                    after, more = self.confirm.after_act(work, after, of_permit[0], tokens)
                    booked = booked.and_also(more)
                uses += [
                    after.lines[entry.declaration, entry.item]
                    for entry in of_permit
                    if (entry.declaration, entry.item) in after.lines
                ]
            if changed:
                work.commit()
        return Acted(tuple(uses), tuple(changed), booked)

    def _use(self, work: Work, permit: tuple[str, str], *, counts: bool = True) -> PermitUse:
        """The use of a permit. counts: with what counts beside the declarations."""
        events = work.declared.of_permit(*permit)
        self.intact.require(permit, events)
        if not counts:
            return PermitUse.of(events, {})
        return PermitUse.of(events, self.permits.counted(work, *permit, ours_of(events)))


def ours_of(events: Iterable[UseEvent]) -> frozenset[str]:
    """Ids of confirmations in the outbox that declarations led to."""
    return frozenset(event.outgoing for event in events if event.outgoing)


def _decided(
    use: PermitUse, entries: Sequence[Entry], decide: Decide
) -> tuple[PermitUse, list[UseEvent]]:
    """Judge entries one after another, each on top of those before."""
    events = []
    for entry in entries:
        event = decide(use, entry)
        if event is None:
            continue
        before = use.lines.get((entry.declaration, entry.item))
        holds = event.act is Act.RESERVED or (
            event.act is Act.AMENDED and before is not None and before.state is UseState.RESERVED
        )
        event = event if holds else replace(event, lapses_at=None)
        events.append(event)
        use = use.with_event(event)
    return use, events
