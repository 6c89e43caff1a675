"""Delivery to partners, at least once: leases, back-off, circuit breaker, dead letters.

An attempt without a clear answer leaves the confirmation in the state `unknown`. It is sent again:
as the operation is idempotent at the partner, the answer to the repetition tells what became of the
first attempt. After a failure that time can mend the next attempt waits for the back-off; after any
other refusal the confirmation is parked as a dead letter, until a person decides (decide.py).
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, takewhile

from gateway.domain.delivery_state import DeliveryState, may_be_earlier_attempt, state_after
from gateway.domain.errors import GatewayError, InternalError, PartnerFault
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.ledger.endorsement import ConfirmationState
from gateway.domain.permit.quantity import amount
from gateway.exchange.daemon_threads import DaemonThreads
from gateway.exchange.outbox.lease import lease
from gateway.exchange.permits.foreign.ask_partner import AskPartner, NotShown, PartnerDirectory
from gateway.exchange.ports import (
    CircuitOpen,
    Clock,
    DeliveryEvent,
    Outbox,
    OutgoingConfirmation,
    PartnerConfirmation,
    Retries,
    TokenEncryption,
)

_MAX_COUNTRIES = 8
_MAX_OUTCOME_LETTERS = 70
_KNOWN_STATES = frozenset(ConfirmationState)


@dataclass(frozen=True, slots=True)
class DeliverConfirmations:
    """Use case: deliver the confirmations that are due.

    ask_partner: fetches the final certificate where a partner answers AlreadyConfirmed.
    max_in_flight: confirmations sent to one partner at the same time, each of another permit.
    """

    partners: PartnerDirectory
    ask_partner: AskPartner
    outbox: Outbox
    token_encryption: TokenEncryption
    retries: Retries
    clock: Clock
    max_in_flight: int

    def all_due(
        self,
        on_attempt: Callable[[OutgoingConfirmation], None] = lambda _: None,
        stopping: Callable[[], bool] = lambda: False,
        poll_seconds: float | None = None,
    ) -> int:
        """Try each confirmation that is due once; return the number of attempts.

        on_attempt: is called with each confirmation after its attempt, from any thread.
        stopping: is asked before each attempt; True leaves the rest to the next call.
        poll_seconds: while a slow partner is still being served, the outbox is read again at this
        interval for confirmations to other countries; None: it is read once.

        Countries are served in parallel, so that a slow partner delays no other.
        Raises ServiceUnavailable.
        """
        tried = 0
        with DaemonThreads(_MAX_COUNTRIES * self.max_in_flight, "delivery") as threads:
            under_way = self._start(threads, on_attempt, stopping, except_countries=())
            while under_way:
                wait(chain.from_iterable(under_way.values()), poll_seconds)
                for country in [
                    country
                    for country, shares in under_way.items()
                    if all(map(Future.done, shares))
                ]:
                    tried += sum(share.result() for share in under_way.pop(country))
                if under_way and not stopping():
                    under_way |= self._start(
                        threads, on_attempt, stopping, except_countries=under_way.keys()
                    )
        return tried

    def _start(
        self,
        threads: Executor,
        on_attempt: Callable[[OutgoingConfirmation], None],
        stopping: Callable[[], bool],
        except_countries: Collection[str],
    ) -> dict[str, list[Future[int]]]:
        """Start the attempts that are due; return their futures by country."""
        by_country: dict[str, list[OutgoingConfirmation]] = {}
        for outgoing in self.outbox.due(self.clock(), except_countries):
            by_country.setdefault(outgoing.country, []).append(outgoing)
        return {
            country: [
                threads.submit(self._deliver_each, share, on_attempt, stopping)
                for share in self._shares(due)
            ]
            for country, due in by_country.items()
        }

    def _shares(
        self, due: Sequence[OutgoingConfirmation]
    ) -> Sequence[Sequence[OutgoingConfirmation]]:
        return [
            due[first :: self.max_in_flight] for first in range(min(len(due), self.max_in_flight))
        ]

    def _deliver_each(
        self,
        due: Sequence[OutgoingConfirmation],
        on_attempt: Callable[[OutgoingConfirmation], None],
        stopping: Callable[[], bool],
    ) -> int:
        tried = 0
        for outgoing in takewhile(lambda _: not stopping(), due):
            on_attempt(self.deliver(outgoing))
            tried += 1
        return tried

    def deliver(self, outgoing: OutgoingConfirmation) -> OutgoingConfirmation:
        """Make one attempt; return the confirmation as it stands now.

        Raises ServiceUnavailable where our own outbox cannot be reached. An error that is none of
        the tree is a defect of ours: it is stored as such, and raised.
        """
        now = self.clock()
        if not self.outbox.claim(outgoing, now + lease(self.partners, outgoing.country)):
            return self._current(outgoing)
        tried = replace(outgoing, attempts=outgoing.attempts + 1)
        try:
            answer = self.retries.call(outgoing.country, lambda: self._send(tried))
        except CircuitOpen:
            self.outbox.postpone(tried, now + timedelta(seconds=self.retries.circuit_open_seconds))
        except GatewayError as error:
            self._failed(tried, error)
        except Exception:
            # A defect of ours must not keep the confirmation waiting, unseen, with its lease.
            self._failed(tried, InternalError("This gateway has a defect. Its log says more."))
            raise
        else:
            outcome = answer.state if answer.state in _KNOWN_STATES else "ok"
            self._delivered(
                tried,
                DeliveryEvent(self.clock(), DeliveryState.DELIVERED, outcome),
                answer.confirmation_id,
            )
        return self._current(outgoing)

    def _delivered(
        self, tried: OutgoingConfirmation, event: DeliveryEvent, confirmation_id: str | None = None
    ) -> None:
        """Store the delivery: that the partner has it is true, whatever happened meanwhile.

        It wins over a decision that a person took during the attempt, and over a later attempt that
        began when the lease had ended.
        """
        current = tried
        while not self.outbox.settle(current, event, event.at, confirmation_id):
            current = self._current(tried)
            if current.state is DeliveryState.DELIVERED:
                return

    def _send(self, outgoing: OutgoingConfirmation) -> PartnerConfirmation:
        token = self._token(outgoing)
        number = CertificateNumber(outgoing.permit_number)
        return self.partners.for_country(outgoing.country).confirm(
            number, TokenId(token) if token else None, outgoing.seen
        )

    def _failed(self, tried: OutgoingConfirmation, error: GatewayError) -> None:
        now = self.clock()
        if may_be_earlier_attempt(error, tried.attempts) and self._is_in_box_14(tried):
            reason = "The partner's final certificate shows these quantities."
            self._delivered(tried, DeliveryEvent(now, DeliveryState.DELIVERED, "ok", reason=reason))
            return
        code = error.partner_code if isinstance(error, PartnerFault) else error.code
        outcome = code[:_MAX_OUTCOME_LETTERS]
        event = DeliveryEvent(
            now, state_after(error, tried.attempts), outcome or error.code, reason=error.text
        )
        self.outbox.settle(
            tried, event, now + timedelta(seconds=self.retries.seconds(tried.attempts))
        )

    def _is_in_box_14(self, outgoing: OutgoingConfirmation) -> bool:
        """Whether box 14 of the partner's final certificate shows the quantities we counted.

        The certificate as it is now: an earlier copy proves nothing of this delivery.
        """
        try:
            final = self.ask_partner.ask(
                outgoing.country, outgoing.permit_number, self._token(outgoing), final=True
            )
        except GatewayError:
            return False
        if isinstance(final, NotShown) or final.fetched:
            return False
        for line in outgoing.seen:
            position = final.permit.position(line.position)
            counted = position.examination.quantity if position and position.examination else None
            if counted is None or counted.amount != amount(
                line.amount, position=line.position, box="14"
            ):
                return False
        return True

    def _token(self, outgoing: OutgoingConfirmation) -> str | None:
        return (
            self.token_encryption.decrypt(outgoing.token, outgoing.id)
            if outgoing.token is not None
            else None
        )

    def _current(self, outgoing: OutgoingConfirmation) -> OutgoingConfirmation:
        return self.outbox.find(outgoing.id) or outgoing
