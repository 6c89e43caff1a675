"""How is what our customs counted told to the country that issued the permit, whatever happens on the way?

First it is booked here, durably; then it is sent, and sent again until the partner has it, has refused it, or a person
decides. A confirmation counts once with the partner however often it arrives (wire contract, section 3.2), so to ask
again is the way to learn what became of one that brought no answer.
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, takewhile

from gateway.domain.delivery import DeliveryState, may_be_ours, state_after
from gateway.domain.endorsement import ConfirmationState, SeenQuantity
from gateway.domain.errors import GatewayError, InvalidRequest, PartnerFault
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.quantity import amount
from gateway.exchange.ask_partner import AskPartner, PartnerDoors
from gateway.exchange.ports import (
    Clock,
    NewId,
    Outbox,
    Outgoing,
    OutgoingEvent,
    PartnerConfirmation,
    PartnerResting,
    Patience,
    Vault,
)

_COUNTRIES_AT_ONCE = 8
_OUR_OWN_SECONDS = 20.0
_LONGEST_WORD = 70
_SAID = frozenset(ConfirmationState)


def lease(partners: PartnerDoors, country: str) -> timedelta:
    """Longer than any attempt takes: if the process that has one dies, others try after it.

    An attempt is two exchanges at most, and what our own database takes.
    """
    return timedelta(seconds=2 * partners.longest_seconds(country) + _OUR_OWN_SECONDS)


@dataclass(frozen=True, slots=True)
class BookOutgoing:
    """Keep what our customs counted, to be told."""

    partners: PartnerDoors
    outbox: Outbox
    vault: Vault
    clock: Clock
    new_id: NewId

    def book(
        self, country: str, number: str, token: str | None, seen: Sequence[SeenQuantity], person: str, *,
        to_deliver: bool = False,
    ) -> Outgoing:  # fmt: skip
        """It stands in the outbox when this returns. to_deliver: whoever books it delivers it; others wait for a lease.

        Raises InvalidRequest, QuantityInvalid, CalleeNotFound for what could never be told; ServiceUnavailable.
        """
        certificate_number = CertificateNumber.parse(number)
        if not seen:
            raise InvalidRequest("A confirmation names at least one line of the permit.", box="14")
        if not person.strip():
            raise InvalidRequest("A confirmation names the person who counted.", box="14")
        for line in seen:
            amount(line.amount, position=line.position, box="14")
        self.partners.of(country)
        given = TokenId.parse(token) if token else None
        identity, now = self.new_id(), self.clock()
        kept = self.vault.shut(given.text, identity) if given else None
        outgoing = Outgoing(
            identity, country, certificate_number.text, kept, tuple(seen), person.strip(), now, DeliveryState.WAITING,
            0, now + lease(self.partners, country) if to_deliver else now, None, "booked",
        )  # fmt: skip
        self.outbox.add(outgoing, OutgoingEvent(now, DeliveryState.WAITING, "booked", outgoing.person))
        return outgoing


@dataclass(frozen=True, slots=True)
class Deliver:
    """Send what waits.

    asking: for the final certificate, where a partner says that it has other quantities.
    at_once: how many may be under way to one partner, each of another permit.
    """

    partners: PartnerDoors
    asking: AskPartner
    outbox: Outbox
    vault: Vault
    patience: Patience
    clock: Clock
    at_once: int

    def all_due(
        self,
        told: Callable[[Outgoing], None] = lambda _: None,
        leaving: Callable[[], bool] = lambda: False,
        look_every_seconds: float | None = None,
    ) -> int:
        """Try each that is due once; how many were tried.

        told: what became of each, from any thread.  leaving: asked before each; the rest is left to the next round.
        look_every_seconds: while a partner keeps this waiting, what has become due for others is tried too; None: not.

        Countries are served side by side, so that a slow one holds up no other. Raises ServiceUnavailable.
        """
        tried = 0
        with ThreadPoolExecutor(_COUNTRIES_AT_ONCE * self.at_once, "delivery") as threads:
            under_way = self._begun(threads, told, leaving, besides=())
            while under_way:
                wait(chain.from_iterable(under_way.values()), look_every_seconds)
                for country in [country for country, shares in under_way.items() if all(map(Future.done, shares))]:
                    tried += sum(share.result() for share in under_way.pop(country))
                if under_way and not leaving():
                    under_way |= self._begun(threads, told, leaving, besides=under_way.keys())
        return tried

    def _begun(
        self, threads: Executor, told: Callable[[Outgoing], None], leaving: Callable[[], bool], besides: Collection[str]
    ) -> dict[str, list[Future[int]]]:
        """What is under way, by country."""
        by_country: dict[str, list[Outgoing]] = {}
        for outgoing in self.outbox.due(self.clock(), besides):
            by_country.setdefault(outgoing.country, []).append(outgoing)
        return {
            country: [threads.submit(self._each, share, told, leaving) for share in self._shares(due)]
            for country, due in by_country.items()
        }

    def _shares(self, due: Sequence[Outgoing]) -> Sequence[Sequence[Outgoing]]:
        return [due[first :: self.at_once] for first in range(min(len(due), self.at_once))]

    def _each(self, due: Sequence[Outgoing], told: Callable[[Outgoing], None], leaving: Callable[[], bool]) -> int:
        tried = 0
        for outgoing in takewhile(lambda _: not leaving(), due):
            told(self.deliver(outgoing))
            tried += 1
        return tried

    def deliver(self, outgoing: Outgoing) -> Outgoing:
        """Try once; what has become of it. Raises ServiceUnavailable where our own outbox cannot be reached."""
        now = self.clock()
        if not self.outbox.claim(outgoing, now + lease(self.partners, outgoing.country)):
            return self._now(outgoing)
        tried = replace(outgoing, attempts=outgoing.attempts + 1)
        try:
            answer = self.patience.through(outgoing.country, lambda: self._send(tried))
        except PartnerResting:
            self.outbox.postpone(outgoing, now + timedelta(seconds=self.patience.rest_seconds))
        except GatewayError as error:
            self._failed(tried, error)
        else:
            said = answer.state if answer.state in _SAID else "ok"
            self._delivered(tried, OutgoingEvent(self.clock(), DeliveryState.DELIVERED, said), answer.confirmation_id)
        return self._now(outgoing)

    def _delivered(self, tried: Outgoing, event: OutgoingEvent, confirmation_id: str | None = None) -> None:
        """The partner has it, also where a person has decided otherwise in between."""
        if not self.outbox.settle(tried, event, event.at, confirmation_id):
            self.outbox.settle(replace(self._now(tried), attempts=tried.attempts), event, event.at, confirmation_id)

    def _send(self, outgoing: Outgoing) -> PartnerConfirmation:
        token = self._token(outgoing)
        number = CertificateNumber(outgoing.permit_number)
        return self.partners.of(outgoing.country).confirm(number, TokenId(token) if token else None, outgoing.seen)

    def _failed(self, tried: Outgoing, error: GatewayError) -> None:
        now = self.clock()
        if may_be_ours(error, tried.attempts) and self._stands_there(tried):
            reason = "The partner's final certificate shows these quantities."
            self._delivered(tried, OutgoingEvent(now, DeliveryState.DELIVERED, "ok", reason=reason))
            return
        word = error.partner_code[:_LONGEST_WORD] if isinstance(error, PartnerFault) else error.code
        event = OutgoingEvent(now, state_after(error, tried.attempts), word or error.code, reason=error.text)
        self.outbox.settle(tried, event, now + timedelta(seconds=self.patience.seconds(tried.attempts)))

    def _stands_there(self, outgoing: Outgoing) -> bool:
        """Whether box 14 of the partner's final certificate shows just what we counted."""
        try:
            permit = self.asking.ask(outgoing.country, outgoing.permit_number, self._token(outgoing), final=True).permit
        except GatewayError:
            return False
        for line in outgoing.seen:
            position = permit.position(line.position)
            shown = position.examination.quantity if position and position.examination else None
            if shown is None or shown.amount != amount(line.amount, position=line.position, box="14"):
                return False
        return True

    def _token(self, outgoing: Outgoing) -> str | None:
        return self.vault.open(outgoing.token, outgoing.id) if outgoing.token is not None else None

    def _now(self, outgoing: Outgoing) -> Outgoing:
        return self.outbox.find(outgoing.id) or outgoing


@dataclass(frozen=True, slots=True)
class DecideOutgoing:
    """What a person decides about one of them. Raises InvalidRequest and ServiceUnavailable."""

    outbox: Outbox
    clock: Clock

    def retry(self, identity: str, person: str, reason: str) -> Outgoing:
        """Send it again, now: one that is parked, held, or waits."""
        return self._decide(identity, DeliveryState.WAITING, "retry", person, reason)

    def hold(self, identity: str, person: str, reason: str) -> Outgoing:
        """Do not send it until somebody says so."""
        return self._decide(identity, DeliveryState.HELD, "hold", person, reason)

    def drop(self, identity: str, person: str, reason: str) -> Outgoing:
        """Give it up. It stays in the outbox, without its token."""
        return self._decide(identity, DeliveryState.DROPPED, "drop", person, reason)

    def of(self, identity: str) -> Outgoing:
        """The one of that id."""
        found = self.outbox.find(identity)
        if found is None:
            raise InvalidRequest("Nothing of that id is in the outbox.")
        return found

    def _decide(self, identity: str, state: DeliveryState, word: str, person: str, reason: str) -> Outgoing:
        outgoing = self.of(identity)
        if not (person.strip() and reason.strip()):
            raise InvalidRequest("A decision needs a named person and a reason.")
        if outgoing.state.is_over:
            raise InvalidRequest(f"It is {outgoing.state} already; nothing more can be decided.")
        if state is DeliveryState.WAITING and outgoing.state is DeliveryState.UNKNOWN:
            state = DeliveryState.UNKNOWN  # nobody knows yet whether the partner has it
        now = self.clock()
        if not self.outbox.settle(outgoing, OutgoingEvent(now, state, word, person.strip(), reason.strip()), now):
            raise InvalidRequest("It has changed at this moment; look again.")
        return self.of(identity)
