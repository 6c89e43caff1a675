"""Decisions of a person on a delivery: retry, hold, drop.

The parked confirmations are the dead letters of the outbox: the gateway does not send them again by
itself, and only a person goes on with them.
"""

from dataclasses import dataclass

from gateway.domain.delivery_state import OVER, DeliveryState
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import whole_identity
from gateway.domain.people.sentence import Sentence
from gateway.exchange.ports import Clock, DeliveryEvent, Outbox, OutgoingConfirmation


@dataclass(frozen=True, slots=True)
class DecideDelivery:
    """Use case: decide on a confirmation in the outbox.

    Every method returns the confirmation as it stands now. Raises InvalidRequest where the id is
    unknown, person or reason is missing, or the delivery is over; ServiceUnavailable.
    """

    outbox: Outbox
    clock: Clock

    def retry(self, identity: str, person: str, reason: str) -> OutgoingConfirmation:
        """Send it again now, whether it is parked, held or waiting."""
        return self._decide(identity, DeliveryState.WAITING, "retry", person, reason)

    def hold(self, identity: str, person: str, reason: str) -> OutgoingConfirmation:
        """Do not send it until a person decides to retry."""
        return self._decide(identity, DeliveryState.HELD, "hold", person, reason)

    def drop(self, identity: str, person: str, reason: str) -> OutgoingConfirmation:
        """Give it up. It stays in the outbox, without its token."""
        return self._decide(identity, DeliveryState.DROPPED, "drop", person, reason)

    def find(self, identity: str) -> OutgoingConfirmation:
        """Return the confirmation of an id, or of a beginning of one that is unique."""
        found = self.outbox.find(identity)
        if found is None:
            known = (entry.id for entry in self.outbox.all(list(DeliveryState)))
            found = self.outbox.find(whole_identity(identity, known))
        if found is None:
            raise InvalidRequest(Sentence("Nothing of that id is in the outbox."))
        return found

    def _decide(
        self, identity: str, state: DeliveryState, outcome: str, person: str, reason: str
    ) -> OutgoingConfirmation:
        outgoing = self.find(identity)
        if not (person.strip() and reason.strip()):
            raise InvalidRequest(Sentence("A decision needs a named person and a reason."))
        if outgoing.state.is_over:
            raise InvalidRequest(OVER[outgoing.state])
        if state is DeliveryState.WAITING and outgoing.state is DeliveryState.UNKNOWN:
            state = DeliveryState.UNKNOWN  # still unknown whether the partner has it
        now = self.clock()
        event = DeliveryEvent(now, state, outcome, person.strip(), reason.strip())
        if not self.outbox.settle(outgoing, event, now):
            raise InvalidRequest(Sentence("It has changed at this moment; look again."))
        return self.find(identity)
