"""Booking into the outbox: a confirmation of our customs is stored durably before it is sent.

Counts of one permit are booked one after another, under the lock that declarations take too. So of
two officers who count the last unit at the same moment one is refused, where the permit is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import amount
from gateway.exchange.outbox.lease import lease
from gateway.exchange.permits.foreign.ask_partner import PartnerDirectory
from gateway.exchange.ports import (
    BeginWork,
    Clock,
    DeliveryEvent,
    NewId,
    Outbox,
    OutgoingConfirmation,
    TokenEncryption,
    Work,
)


class FreeOfPermits(Protocol):
    """Free quantities of a permit."""

    def known(self, country: str, number: str) -> Permit | None:
        """Return the newest document of a permit that is at hand; None without one."""

    def require(
        self, work: Work, name: tuple[str, str], permit: Permit, seen: Sequence[SeenQuantity]
    ) -> None:
        """Require that counted quantities are free, under the lock of the permit.

        Raises PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded.
        """


@dataclass(frozen=True, slots=True)
class BookConfirmation:
    """Use case: store what our customs counted, to be delivered to the issuing country.

    free: judges a count of a permit whose document is at hand; else the issuing country does.
    """

    partners: PartnerDirectory
    outbox: Outbox
    begin_work: BeginWork
    free: FreeOfPermits
    token_encryption: TokenEncryption
    clock: Clock
    new_id: NewId

    def book(
        self,
        country: str,
        number: str,
        token: str | None,
        seen: Sequence[SeenQuantity],
        person: str,
        *,
        to_deliver: bool = False,
        identity: str | None = None,
    ) -> OutgoingConfirmation:
        """Store a confirmation; it is committed when this returns.

        country: the country that issued the permit.  person: name of the person who counted.
        to_deliver: the calling process delivers it at once, so it is booked with a lease, and other
        processes leave it alone until the lease ends.
        identity: its id, where the caller may repeat itself: the one that has this id is returned.
        Raises InvalidRequest, QuantityInvalid, CalleeNotFound where no partner could accept the
        confirmation; PositionUnknown, PositionRepeated, QuantityExceeded; ServiceUnavailable.
        """
        outgoing, event = self.prepare(
            country, number, token, seen, person, to_deliver=to_deliver, identity=identity
        )
        if identity and (booked := self.outbox.find(identity)):
            return booked
        name = outgoing.country, outgoing.permit_number
        permit = self.free.known(*name)
        with self.begin_work() as work:
            work.declared.lock([name])
            if identity and (booked := self.outbox.find(identity)):
                return booked  # two of the same request at a time
            if permit is not None:
                self.free.require(work, name, permit, seen)
                outgoing = replace(outgoing, seen=tuple(each.with_unit_of(permit) for each in seen))
            work.declared.book(outgoing, event)
            work.commit()
        return outgoing

    def prepare(
        self,
        country: str,
        number: str,
        token: str | None,
        seen: Sequence[SeenQuantity],
        person: str,
        *,
        to_deliver: bool = False,
        identity: str | None = None,
    ) -> tuple[OutgoingConfirmation, DeliveryEvent]:
        """Return a confirmation and its first event, to be stored by the caller. As `book`."""
        certificate_number = CertificateNumber.of_partner(number)
        _require_complete(seen, person)
        self.partners.for_country(country)
        token_id = TokenId.parse(token) if token else None
        identity, now = identity or self.new_id(), self.clock()
        outgoing = OutgoingConfirmation(
            id=identity,
            country=country,
            permit_number=certificate_number.text,
            token=self.token_encryption.encrypt(token_id.text, identity) if token_id else None,
            seen=tuple(seen),
            person=person.strip(),
            created_at=now,
            state=DeliveryState.WAITING,
            attempts=0,
            due_at=now + lease(self.partners, country) if to_deliver else now,
            confirmation_id=None,
            outcome="booked",
        )
        event = DeliveryEvent(now, DeliveryState.WAITING, "booked", outgoing.person)
        return outgoing, event


def _require_complete(seen: Sequence[SeenQuantity], person: str) -> None:
    """Raise InvalidRequest or QuantityInvalid unless lines, quantities and a person are named."""
    if not seen:
        raise InvalidRequest("A confirmation names at least one line of the permit.", box="14")
    if not person.strip():
        raise InvalidRequest("A confirmation names the person who counted.", box="14")
    for line in seen:
        amount(line.amount, position=line.position, box="14")
