"""Acts of our persons on a shared mismatch: propose a quantity, agree to one, or disagree."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.errors import InvalidRequest, QuantityInvalid
from gateway.domain.foreign_text import first_unsafe
from gateway.domain.partner import Partner
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.quantity import Quantity, amount
from gateway.domain.report.mismatch import Line, Mismatch, Settlement
from gateway.domain.report.shared import (
    ActingPerson,
    ActKind,
    Delivery,
    Figure,
    SharedMismatch,
    new_act,
)
from gateway.domain.white_space import collapsed
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.ports.report.settlements import Settlements
from gateway.exchange.ports.report.shared import SharedChange, SharedMismatches
from gateway.exchange.report.mismatches import settlement_of
from gateway.exchange.report.sharing.lines import KnownLine, KnownLines, shared_line
from gateway.exchange.report.sharing.message import LONGEST_REASON
from gateway.exchange.report.sharing.records import change_of

CHANGED_MEANWHILE = Sentence("This has changed meanwhile; look at the difference again.")
_NOT_SHARED = Sentence("This line is not shared with a partner.")
_REASON = Sentence("A reason has 3 to {most} characters, on one line.", {"most": LONGEST_REASON})
_SHORTEST_REASON = 3


@dataclass(frozen=True, slots=True)
class SharedView:
    """A shared mismatch as a person sees it. known: our comparison of now; None: none is possible.

    settlement: of the counts of now; None while they are open.
    """

    shared: SharedMismatch
    known: KnownLine | None
    settlement: Settlement | None


@dataclass(frozen=True, slots=True)
class ActOnMismatch:
    """Use case: acts of our persons. partners: partners that share the queue, by key."""

    shared: SharedMismatches
    settlements: Settlements
    lines: KnownLines
    partners: Mapping[str, Partner]
    clock: Clock
    new_id: NewId

    def view(self, shared: SharedMismatch) -> SharedView:
        """Return what a person sees of it. Raises ServiceUnavailable, KeyUnusable."""
        partner = self.partners.get(shared.partner)
        known = self.lines.find(shared_line(shared.line), partner) if partner else None
        mismatch = known.mismatch if known else None
        settled = settlement_of(mismatch, self.settlements.all()) if mismatch else None
        return SharedView(shared, known, settled)

    def on_line(self, line: Line) -> SharedMismatch:
        """Return that of a line, shared by this for the first time.

        Raises InvalidRequest where the line is not one that a sharing partner takes part in.
        """
        for partner in self.partners.values():
            if found := self.shared.find(partner.key, line):
                return found
        for partner in self.partners.values():
            known = self.lines.find(shared_line(line), partner)
            if known and known.line == line and known.mismatch:
                return self._begun(partner.key, known)
        raise InvalidRequest(_NOT_SHARED)

    def _begun(self, partner: str, known: KnownLine) -> SharedMismatch:
        quantity = known.mismatch.ours if known.mismatch else ""

        def begin(stored: SharedMismatch | None) -> SharedChange | None:
            now = self.clock()
            made = SharedMismatch(
                self.new_id(),
                partner,
                known.line,
                Figure(quantity, now),
                delivery=Delivery(now),
            )
            return None if stored else SharedChange(made)

        begun = self.shared.update(partner, known.line, begin)
        assert begun is not None  # noqa: S101  # stored by this
        return begun

    def propose(self, shared: SharedMismatch, quantity: str, by: ActingPerson) -> SharedMismatch:
        """Propose the quantity that both countries report, in the unit of box 11.

        Raises InvalidRequest where our counts do not differ, are settled, or a proposal waits for
        an answer; QuantityInvalid, ServiceUnavailable, KeyUnusable.
        """
        view = self.view(shared)
        if view.known is None or view.known.mismatch is None:
            raise InvalidRequest(Sentence("Our own counts of this line do not differ."))
        if view.settlement is not None:
            raise InvalidRequest(Sentence("This difference is settled already."))
        if not view.known.unit:
            raise InvalidRequest(Sentence("Box 11 of this line has no unit."))
        proposed = Quantity(amount(quantity, position=shared.line.position), view.known.unit)
        if proposed.is_count and proposed.amount % 1:
            raise QuantityInvalid(Sentence("Specimens are counted in whole numbers."))
        return self._act(view, ActKind.PROPOSED, str(proposed), by)

    def agree(
        self, shared: SharedMismatch, by: ActingPerson, quantity: str | None = None
    ) -> SharedMismatch:
        """Agree to the quantity that the partner proposed.

        quantity: amount that the person names, as the partner may propose another meanwhile; None
        where `shared` is what the person has seen.
        Raises InvalidRequest where nothing or another quantity was proposed, or our counts do not
        differ; QuantityInvalid, ServiceUnavailable, KeyUnusable.
        """
        view, proposal = self.view(shared), shared.proposal
        if quantity is not None and proposal is not None:
            named, (proposed, _, _) = amount(quantity), proposal.quantity.partition(" ")
            if named != amount(proposed):
                raise InvalidRequest(CHANGED_MEANWHILE)
        if view.known is None or view.known.mismatch is None:
            raise InvalidRequest(
                Sentence("Our own counts of this line do not differ: disagree, and say why.")
            )
        return self._act(view, ActKind.AGREED, proposal.quantity if proposal else "", by)

    def disagree(self, shared: SharedMismatch, by: ActingPerson) -> SharedMismatch:
        """Disagree with the quantity that the partner proposed.

        Raises InvalidRequest where nothing was proposed; ServiceUnavailable, KeyUnusable.
        """
        view, proposal = self.view(shared), shared.proposal
        return self._act(view, ActKind.DISAGREED, proposal.quantity if proposal else "", by)

    def _act(
        self, view: SharedView, kind: ActKind, quantity: str, by: ActingPerson
    ) -> SharedMismatch:
        signed = _validated(by)
        identity, now = self.new_id(), self.clock()

        def decide(stored: SharedMismatch | None) -> SharedChange | None:
            if stored is None or stored.last != view.shared.last:
                raise InvalidRequest(CHANGED_MEANWHILE)
            mismatch = view.known.mismatch if view.known else None
            act = new_act(stored, kind, quantity, signed, mismatch, identity, now)
            acted = replace(stored.with_act(act), ours=_figure(stored, mismatch, now))
            return change_of(stored, acted, self.clock, self.new_id)

        done = self.shared.update(view.shared.partner, view.shared.line, decide)
        assert done is not None  # noqa: S101  # `decide` raises where there is none
        return done


def _figure(stored: SharedMismatch, mismatch: Mismatch | None, now: datetime) -> Figure:
    """Our figure as our person saw it: a count may have changed since the last comparison."""
    quantity = mismatch.ours if mismatch else ""
    return stored.ours if stored.ours.quantity == quantity else Figure(quantity, now)


def _validated(by: ActingPerson) -> ActingPerson:
    """Raises InvalidRequest where name or reason is missing, or the reason cannot be sent."""
    reason = collapsed(by.reason)
    fits = _SHORTEST_REASON <= len(reason) <= LONGEST_REASON and first_unsafe(reason) is None
    if not by.name.strip() or not fits:
        raise InvalidRequest(_REASON)
    return ActingPerson(by.role, by.authority, reason, by.name.strip())
