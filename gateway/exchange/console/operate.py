"""Acts of an operator: changes of outbox and service, and files taken out, each with its reason.

The record of an act is in the journal before the change is made: what cannot be recorded is not
done. An act that the use case behind it refuses at that moment has a second record, that it was
not done.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.delivery_state import OVER
from gateway.domain.errors import GatewayError, InvalidRequest
from gateway.domain.people.person import Person
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.outbox.decide import DecideDelivery
from gateway.exchange.people.acts import Act, PersonAct
from gateway.exchange.ports import Clock, Exchange, NewId, OutgoingConfirmation
from gateway.exchange.service.maintenance import Maintenance

MOST_LETTERS = 500
_NO_REASON = Sentence(
    "Write the reason, in at most {most} letters: it stays in the journal with your name.",
    {"most": MOST_LETTERS},
)


class Decision(StrEnum):
    """Decision on a confirmation in the outbox."""

    RETRY = "retry"
    HOLD = "hold"
    DROP = "drop"


_ACTS = {
    Decision.RETRY: Act.DELIVERY_RETRIED,
    Decision.HOLD: Act.DELIVERY_HELD,
    Decision.DROP: Act.DELIVERY_DROPPED,
}


@dataclass(frozen=True, slots=True)
class Operator:
    """The person who acts, and the address that the request came from."""

    person: Person
    address: str


@dataclass(frozen=True, slots=True)
class Operate:
    """Use case: act as an operator. record: writes a record of the journal.

    Every method raises PersonInvalid for a reason that is missing or too long, ServiceUnavailable.
    """

    decide: DecideDelivery
    maintenance: Maintenance
    record: Callable[[Exchange], None]
    clock: Clock
    new_id: NewId

    def decide_delivery(
        self, decision: Decision, identity: str, by: Operator, reason: str
    ) -> OutgoingConfirmation:
        """Retry, hold or drop a confirmation; return it as it stands now.

        Raises InvalidRequest where it is unknown, over, or has changed at this moment.
        """
        reason = valid_reason(reason)
        entry = self.decide.find(identity)
        if entry.state.is_over:
            raise InvalidRequest(OVER[entry.state])
        about = {"permit": f"{entry.country} {entry.permit_number}", "id": entry.id}
        deciding = getattr(self.decide, decision.value)
        with self._recorded(_ACTS[decision], by, reason, about):
            decided: OutgoingConfirmation = deciding(entry.id, by.person.full_name, reason)
        return decided

    def declare(self, by: Operator, reason: str, *, closed: bool) -> None:
        """Close the service for maintenance, or open it."""
        reason = valid_reason(reason)
        act = Act.SERVICE_CLOSED if closed else Act.SERVICE_OPENED
        with self._recorded(act, by, reason, {}):
            self.maintenance.declare(closed=closed, person=by.person.full_name, reason=reason)

    def take_evidence(self, identity: str, by: Operator, reason: str) -> None:
        """Record that evidence of an exchange is taken out: its messages may hold a token."""
        with self._recorded(Act.EVIDENCE_TAKEN, by, valid_reason(reason), {"id": identity}):
            pass

    def take_diagnostics(self, by: Operator, reason: str) -> None:
        """Record that the archive for support is taken out."""
        with self._recorded(Act.DIAGNOSTICS_TAKEN, by, valid_reason(reason), {}):
            pass

    @contextmanager
    def _recorded(
        self, act: Act, by: Operator, reason: str, about: dict[str, str]
    ) -> Iterator[None]:
        details = {**about, "reason": reason}
        self._write(act, by, details)
        try:
            yield
        except GatewayError as error:
            self._write(act, by, {**details, "not done": error.code})
            raise

    def _write(self, act: Act, by: Operator, details: dict[str, str]) -> None:
        name = by.person.name
        done = PersonAct(act, self.clock(), name, name, by.address, details)
        self.record(done.exchange(self.new_id()))


def valid_reason(text: str) -> str:
    """A reason on one line. Raises PersonInvalid where it is missing or too long."""
    reason = " ".join(text.split())
    if not reason or len(reason) > MOST_LETTERS:
        raise PersonInvalid("reason", _NO_REASON)
    return reason
