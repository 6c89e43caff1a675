"""Acts on declarations: all lines or none, judged and stored under a lock of each permit.

The free quantity is counted inside the unit of work, so that of two declarations that need the last
unit one is refused; and so is the status of a permit of ours. A partner that issued a permit is
asked before the unit of work begins, for a line without a history: its status is that of its
answer, unless another question has heard since that the permit has ended. That is looked at inside
the unit of work, also where a reservation is written off.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from gateway.domain.declarations import acts
from gateway.domain.declarations.acts import Entry
from gateway.domain.declarations.compare import allowed_quantity
from gateway.domain.declarations.line import CustomsDeclaration
from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.declarations.use import Act, LineUse, PermitUse, UseEvent, UseState
from gateway.domain.errors import PermitAltered
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.quantity import Quantity
from gateway.domain.published import PublishedPermit
from gateway.exchange.declarations.acting import SYSTEM, Acted, ActedBy
from gateway.exchange.declarations.confirm import Booked, ConfirmWrittenOff, Tokens
from gateway.exchange.declarations.entries import FoundPermits, MakeEntries, Newest
from gateway.exchange.declarations.free import FreeQuantities
from gateway.exchange.declarations.permits import require_use_of
from gateway.exchange.declarations.record import UseRecords
from gateway.exchange.ports import BeginWork, Clock, NewId, Work
from gateway.exchange.ports.declarations.uses import DeclaredUseReading

_LOG = logging.getLogger(__name__)
Decide = Callable[[PermitUse, Entry], UseEvent | None]
_MOST_DUE = 500
_COUNTING = (acts.reserve, acts.write_off, acts.amend)
"""Acts that look at what is free."""


@dataclass(frozen=True, slots=True)
class ActOnDeclarations:
    """Use case: reserve, write off, release, amend, and let reservations lapse.

    entries: makes those of declaration lines.  free: counts.  lifetime: of a reservation.
    confirm: books what is written off for the issuing partner.
    """

    entries: MakeEntries
    free: FreeQuantities
    reading: DeclaredUseReading
    begin_work: BeginWork
    records: UseRecords
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

    def write_off_reserved(
        self,
        number: str,
        by: ActedBy,
        token: str | None,
        of_permit: tuple[str, str] | None = None,
    ) -> Acted:
        """Write off everything that a declaration has reserved.

        token: of one of its permits, which of_permit names, or of each.
        Quantities that are written off already stay. Raises as `reserve`.
        """
        states = (UseState.RESERVED, UseState.WRITTEN_OFF)
        shown = _Shown(token, of_permit)
        return self._on_existing(number, None, by, acts.write_off, shown, states)

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
        return self._on_existing(number, items, by, acts.release, _Shown(), wanted)

    def lapse(self) -> int:
        """Let reservations lapse whose end is over; return their number.

        Raises ServiceUnavailable, KeyUnusable.
        """
        now, lapsed = self.clock(), 0
        by = ActedBy(SYSTEM, SYSTEM, "not used in time")
        by_permit: dict[tuple[str, str], list[Entry]] = {}
        for event in self.reading.due(now, _MOST_DUE):
            entry = self.entries.of_event(event, by, now)
            by_permit.setdefault(entry.permit, []).append(entry)
        for (country, number), entries in by_permit.items():
            try:
                with self.begin_work() as work:
                    work.declared.lock([(country, number)])
                    lapsed += len(self._store(work, entries, by, acts.lapse, {}).changed)
            except PermitAltered as error:  # others lapse all the same
                _LOG.error("reservations on permit %s %s stay: %s", country, number, error.text)
        return lapsed

    def confirm_now(
        self,
        number: str,
        by: ActedBy,
        token: str | None,
        of_permit: tuple[str, str] | None = None,
    ) -> Acted:
        """Confirm what a declaration has written off, though other lines are reserved still.

        token, of_permit: as of `write_off_reserved`.
        Raises DeclarationInvalid, CalleeNotFound, ServiceUnavailable, KeyUnusable.
        """
        by, now = by.validated(), self.clock()
        permits: dict[tuple[str, str], UseEvent] = {}
        known = self.reading.of_declaration(number)
        by.require_own(known)
        for event in known:
            if not self.free.permits.is_own(event.country):
                permits[event.country, event.number] = event
        if not permits:
            raise DeclarationInvalid(
                Sentence("Nothing of a foreign permit is written off under this number."),
                field="number",
            )
        booked, uses = Booked(), []
        tokens = _Shown(token, of_permit).of(permits)
        with self.begin_work() as work:
            work.declared.lock(list(permits))
            for permit, event in sorted(permits.items()):
                entry = self.entries.of_event(event, by, now)
                use = self.free.use(work, permit)
                after, more = self.confirm.now(work, use, entry, tokens)
                booked = booked.and_also(more)
                uses += [line for (named, _), line in after.lines.items() if named == number]
            work.commit()
        return Acted(tuple(uses), (), booked)

    def _act(
        self, declaration: CustomsDeclaration, by: ActedBy, decide: Decide, *, lapses: bool
    ) -> Acted:
        validated, by, now = declaration.validated(), by.validated(), self.clock()
        newest = self._newest(self.reading.of_declaration(validated.number), by)
        asked: FoundPermits = {}
        asking = self.entries.permits.budget.begin()
        for line in validated.lines:
            self.entries.ask_for(line, newest, asked, asking)
        tokens = {line.permit: line.token for line in validated.lines if line.token}
        with self.begin_work() as work:
            work.declared.lock([line.permit for line in validated.lines])
            newest = self._newest(work.declared.of_declaration(validated.number), by)
            entries = [
                replace(
                    self.entries.of_line(work, line, validated.number, newest, asked, by, now),
                    lapses_at=now + self.lifetime if lapses else None,
                )
                for line in validated.lines
            ]
            return self._store(work, entries, by, decide, tokens)

    def _newest(self, events: Sequence[UseEvent], by: ActedBy) -> Newest:
        by.require_own(events)
        return {(event.country, event.number, event.item): event for event in events}

    def _on_existing(
        self,
        number: str,
        items: Sequence[str] | None,
        by: ActedBy,
        decide: Decide,
        shown: "_Shown",
        states: Sequence[UseState] | None,
    ) -> Acted:
        by, now = by.validated(), self.clock()
        known = self.reading.of_declaration(number)
        permits = {(event.country, event.number) for event in known}
        with self.begin_work() as work:
            work.declared.lock(sorted(permits))
            events = [
                event
                for event in work.declared.of_declaration(number)
                if (event.country, event.number) in permits
            ]
            by.require_own(events)
            entries = [
                self.entries.of_event(use.last, by, now, Quantity(use.held, use.last.allowed.unit))
                for use in _wanted(events, items, states)
            ]
            tokens = shown.of(entry.permit for entry in entries)
            return self._store(work, entries, by, decide, tokens)

    def _store(
        self, work: Work, entries: Sequence[Entry], by: ActedBy, decide: Decide, tokens: Tokens
    ) -> Acted:
        """Judge and store entries in one unit of work, permit by permit; commit what changed."""
        by_permit: dict[tuple[tuple[str, str], str], list[Entry]] = {}
        for entry in entries:
            by_permit.setdefault((entry.permit, entry.holder), []).append(entry)
        uses: list[LineUse] = []
        changed: list[UseEvent] = []
        booked = Booked()
        for (permit, holder), of_permit in sorted(by_permit.items()):
            before = self.free.use(work, permit, holder, counts=decide in _COUNTING)
            for declaration in {entry.declaration for entry in of_permit}:
                by.require_own(before.events_of(declaration))  # now that it is locked
            after, events = self._decided(work, permit, before, of_permit, decide)
            if events:
                work.declared.add(events, self.records.record(self.new_id(), events))
                changed += events
            may_confirm = decide in (acts.write_off, acts.amend)
            if may_confirm and events and not self.free.permits.is_own(permit[0]):
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

    def _decided(
        self,
        work: Work,
        permit: tuple[str, str],
        use: PermitUse,
        entries: Sequence[Entry],
        decide: Decide,
    ) -> tuple[PermitUse, list[UseEvent]]:
        """Decide; only while the permit may be used, and of one of ours by what it allows now."""
        if decide not in _COUNTING:
            return _decided(use, entries, decide)
        if not self.free.permits.is_own(permit[0]):
            after, events = _decided(use, entries, decide)
            if any(_uses_more(use, event) for event in events):
                self.free.permits.require_not_ended(*permit)
            return after, events
        published = self.free.permits.published(work, *permit, entries[0].holder)
        after, events = _decided(
            use, [_as_allowed_now(published, each) for each in entries], decide
        )
        if any(_uses_more(use, event) for event in events):
            require_use_of(published)
        return after, events


@dataclass(frozen=True, slots=True)
class _Shown:
    """A token that was shown. of_permit: country and number that it is of; None: of each."""

    token: str | None = None
    of_permit: tuple[str, str] | None = None

    def of(self, permits: Iterable[tuple[str, str]]) -> Tokens:
        if self.token is None:
            return {}
        return {each: self.token for each in permits if self.of_permit in (None, each)}


def _wanted(
    events: Sequence[UseEvent], items: Sequence[str] | None, states: Sequence[UseState] | None
) -> Sequence[LineUse]:
    """Lines of a declaration in some states, or of some items. Raises DeclarationInvalid."""
    histories: dict[tuple[str, str, str, str], list[UseEvent]] = {}
    for event in events:
        histories.setdefault(event.key, []).append(event)
    wanted = [
        use
        for use in (LineUse(tuple(history)) for history in histories.values())
        if (items is None or use.first.item in items) and (states is None or use.state in states)
    ]
    missing = set(items or ()) - {use.first.item for use in wanted}
    if missing or not wanted:
        raise DeclarationInvalid(
            Sentence("Nothing is reserved under this number."),
            item=min(missing) if missing else None,
            field="number",
        )
    return wanted


def _as_allowed_now(published: PublishedPermit, entry: Entry) -> Entry:
    position = published.permit.position(entry.position)
    allowed = allowed_quantity(position) if position else None
    none = Quantity(Decimal(0), entry.allowed.unit)  # a new version has no such line any more
    return replace(entry, allowed=allowed or none)


def _uses_more(use: PermitUse, event: UseEvent) -> bool:
    """Whether the permit is used by an event: not by one that holds less, or the same again."""
    if event.act is not Act.AMENDED:
        return True
    before = use.lines[event.declaration, event.item]
    return event.quantity.amount > before.held


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
