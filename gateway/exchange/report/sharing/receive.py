"""Receiving of shared mismatches: messages of a partner are checked, and taken once.

The partner is known by its client certificate. It speaks of lines in which it takes part, for its
own side alone. A repeated act changes nothing, and neither does an older figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from gateway.domain.codes import current_unit
from gateway.domain.partner import Partner
from gateway.domain.permit.quantity import Quantity
from gateway.domain.report.shared import (
    TAKEN,
    Act,
    ActKind,
    ActRefusal,
    Delivery,
    Figure,
    SharedMismatch,
)
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.ports.report.shared import SharedChange, SharedMismatches
from gateway.exchange.report.sharing.lines import KnownLine, KnownLines
from gateway.exchange.report.sharing.message import (
    Outcome,
    Told,
    read_message,
    write_outcomes,
)
from gateway.exchange.report.sharing.records import change_of

_CLOCK_SKEW = timedelta(minutes=10)
"""A figure from further ahead would shut out the later ones of the same partner."""


@dataclass(frozen=True, slots=True)
class ReceiveMismatches:
    """Use case: take a message of a partner, and say what became of each difference."""

    shared: SharedMismatches
    lines: KnownLines
    clock: Clock
    new_id: NewId

    def receive(self, partner: Partner, message: bytes) -> tuple[bytes, bool]:
        """Return the answer, and whether any difference was taken.

        Raises InvalidRequest, ServiceUnavailable, KeyUnusable.
        """
        outcomes = [
            Outcome(each.value, {}) if isinstance(each, ActRefusal) else self._take(partner, each)
            for each in read_message(message, partner.country)
        ]
        return write_outcomes(outcomes), any(each.result == TAKEN for each in outcomes)

    def _take(self, partner: Partner, told: Told) -> Outcome:
        known = self.lines.find(told.line, partner)
        if known is None:
            return _all(told, ActRefusal.UNKNOWN)
        if told.figure.as_of > self.clock() + _CLOCK_SKEW:
            return _all(told, ActRefusal.INVALID)
        fitting = [act for act in told.acts if _has_unit(act, known)]
        outcomes: dict[str, str] = dict.fromkeys(
            (act.id for act in told.acts), ActRefusal.UNIT.value
        )

        def decide(stored: SharedMismatch | None) -> SharedChange | None:
            before = stored or self._new(partner, known)
            with_figure = _with_figure(before, told.figure)
            after, taken = with_figure.with_acts_of_partner(fitting, self.clock())
            outcomes.update(taken)
            if after == stored and stored.last is not None and stored.last.ours:
                # The partner says again what led to our act, so it may have lost that.
                after = replace(stored, delivery=_now(stored, self.clock()))
            return None if after == stored else change_of(before, after, self.clock, self.new_id)

        self.shared.update(partner.key, known.line, decide)
        return Outcome(TAKEN, outcomes)

    def _new(self, partner: Partner, known: KnownLine) -> SharedMismatch:
        """A difference that the partner saw first; ours is told with the next round."""
        now = self.clock()
        ours = known.mismatch.ours if known.mismatch else ""
        return SharedMismatch(
            self.new_id(),
            partner.key,
            known.line,
            Figure(ours, now),
            delivery=Delivery(now if ours else None),
        )


def _with_figure(shared: SharedMismatch, figure: Figure) -> SharedMismatch:
    is_newer = shared.theirs is None or figure.as_of > shared.theirs.as_of
    return replace(shared, theirs=figure) if is_newer else shared


def _now(shared: SharedMismatch, now: datetime) -> Delivery:
    """A delivery that is due now; after a failure, the back-off stays."""
    return shared.delivery if shared.delivery.attempts else replace(shared.delivery, due_at=now)


def _has_unit(act: Act, known: KnownLine) -> bool:
    """A proposal is in the unit of box 11, specimens in whole numbers; an answer repeats ours."""
    number, _, unit = act.quantity.rpartition(" ")
    proposed = Quantity(Decimal(number), unit)
    is_whole = not proposed.is_count or not proposed.amount % 1
    return act.kind is not ActKind.PROPOSED or (current_unit(unit) == known.unit and is_whole)


def _all(told: Told, refusal: ActRefusal) -> Outcome:
    acts: Mapping[str, str] = dict.fromkeys((act.id for act in told.acts), refusal.value)
    return Outcome(refusal.value, acts)
