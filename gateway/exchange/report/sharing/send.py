"""Sending of shared mismatches: differences are found, and told to partners with back-off.

At least once: a message says all that we have to tell of a difference, so a repetition changes
nothing at the partner. A partner that is not reached delays no other, and no person waits for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.domain.errors import InvalidRequest, PartnerFailed
from gateway.domain.partner import Partner
from gateway.domain.report.mismatch import Line, Mismatch
from gateway.domain.report.shared import (
    ActRefusal,
    Delivery,
    Figure,
    SharedMismatch,
)
from gateway.exchange.daemon_threads import DaemonThreads
from gateway.exchange.ports import CircuitOpen, Clock, NewId, Retries
from gateway.exchange.ports.report.shared import (
    NOT_OFFERED,
    PartnerSharing,
    SharedChange,
    SharedMismatches,
    SharingClient,
    SharingNotOffered,
)
from gateway.exchange.report.sharing.lines import shared_line
from gateway.exchange.report.sharing.message import (
    MOST_BYTES,
    Outcome,
    read_outcomes,
    write_message,
)
from gateway.exchange.report.sharing.records import change_of

NOT_OFFERED_WAIT = timedelta(days=1)
"""Time after which a partner without such a resource is asked again."""
TOLD_AGAIN = timedelta(days=1)
"""Time after which a proposal that waits for the partner is told again."""
_PER_MESSAGE = 50
_MOST_PARTNERS = 8
"""Partners that are told at the same time."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class SharedPartner:
    """A partner that shares the queue, and the way to its gateway."""

    partner: Partner
    client: SharingClient


@dataclass(frozen=True, slots=True)
class ShareMismatches:
    """Use case: tell partners what we see. mismatches: gives all of ours that differ now.

    partners: by key.
    """

    shared: SharedMismatches
    mismatches: Callable[[], Iterable[Mismatch]]
    partners: Mapping[str, SharedPartner]
    retries: Retries
    clock: Clock
    new_id: NewId

    def refresh(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Compare all counts anew; changes are to be told. Raises ServiceUnavailable."""
        began_at = self.clock()
        by_country = {each.partner.country.text: key for key, each in self.partners.items()}
        seen = set[tuple[str, Line]]()
        for mismatch in self.mismatches():
            if stopping():
                return
            if key := by_country.get(mismatch.partner):
                seen.add((key, mismatch.line))
                self._set(key, mismatch.line, mismatch.ours, began_at)
        for key in self.partners:
            after = ""
            while page := self.shared.after(after, _PAGE, key):
                after = page[-1].id
                for each in page:
                    if (key, each.line) not in seen:
                        self._set(key, each.line, "", began_at)

    def _set(self, partner: str, line: Line, quantity: str, began_at: datetime) -> None:
        def decide(stored: SharedMismatch | None) -> SharedChange | None:
            now = self.clock()
            if stored is not None and stored.ours.quantity == quantity:
                return None
            # The line was compared by another after this comparison began, which may be behind.
            if stored is not None and stored.ours.as_of > began_at:
                return None
            figure, told = Figure(quantity, now), Delivery(now)
            if stored is None:
                return SharedChange(
                    SharedMismatch(self.new_id(), partner, line, figure, delivery=told)
                )
            return SharedChange(replace(stored, ours=figure, delivery=told))

        stored = self.shared.find(partner, line)
        if stored is None or stored.ours.quantity != quantity:
            self.shared.update(partner, line, decide)

    def deliver(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Tell each partner what is due, side by side. Raises ServiceUnavailable."""
        with DaemonThreads(_MOST_PARTNERS, "mismatches") as threads:
            told = [
                threads.submit(self._deliver_to, each, stopping) for each in self.partners.values()
            ]
            for each in told:
                each.result()

    def _deliver_to(self, to: SharedPartner, stopping: Callable[[], bool]) -> None:
        while not stopping():
            due = self.shared.due(to.partner.key, self.clock(), _PER_MESSAGE)
            if not due or not self._tell(to, due):
                return

    def _tell(self, to: SharedPartner, due: Sequence[SharedMismatch]) -> bool:
        """Send one message; return whether it was answered."""
        told = list(due)
        message = _written(told)
        while len(message) > MOST_BYTES and len(told) > 1:
            told = told[: len(told) // 2]
            message = _written(told)
        key = to.partner.key
        try:
            answer = self.retries.call(to.partner.country.text, lambda: to.client.send(message))
            outcomes = read_outcomes(answer, len(told))
        except CircuitOpen:
            return False
        except SharingNotOffered:
            self._postpone(key, told, NOT_OFFERED)
            return False
        except (PartnerFailed, InvalidRequest) as failed:
            self._postpone(key, told, failed.code)
            return False
        for each, outcome in zip(told, outcomes, strict=True):
            self._note(each, outcome)
        self.shared.note(key, PartnerSharing("ok", self.clock()))
        return True

    def _postpone(self, partner: str, told: Sequence[SharedMismatch], code: str) -> None:
        now = self.clock()
        self.shared.note(partner, PartnerSharing(code, now))
        for each in told:
            attempts = each.delivery.attempts + 1
            wait = timedelta(seconds=self.retries.seconds(attempts))
            due_at = now + (NOT_OFFERED_WAIT if code == NOT_OFFERED else wait)
            self._delivered(each, Delivery(due_at, attempts, code))

    def _note(self, told: SharedMismatch, outcome: Outcome) -> None:
        """Note the outcome of a difference; one unknown to the partner is told again."""
        delivery = told.delivery
        waits = ActRefusal.UNKNOWN in (outcome.result, *outcome.acts.values())
        if waits:
            attempts = delivery.attempts + 1
            wait = timedelta(seconds=self.retries.seconds(attempts))
            done = Delivery(self.clock() + wait, attempts, ActRefusal.UNKNOWN.value)
        else:
            # A partner that restores a backup asks for nothing: what waits for it is told again.
            again = self.clock() + TOLD_AGAIN if told.waits_for_partner else None
            done = Delivery(again, 0, outcome.result)
        self._delivered(told, done, outcome.acts)

    def _delivered(
        self, told: SharedMismatch, delivery: Delivery, acts: Mapping[str, str] | None = None
    ) -> None:
        def decide(stored: SharedMismatch | None) -> SharedChange | None:
            if stored is None:
                return None
            decided = stored.acknowledged(acts or {}, self.clock())
            # A person may have acted, or a count changed, while the message was under way.
            told_all = (stored.ours, stored.counting) == (told.ours, told.counting)
            after = replace(decided, delivery=delivery if told_all else stored.delivery)
            return change_of(stored, after, self.clock, self.new_id)

        self.shared.update(told.partner, told.line, decide)


def _written(told: Sequence[SharedMismatch]) -> bytes:
    return write_message([(shared_line(each.line), each) for each in told])
