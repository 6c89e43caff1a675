"""Permits of a declaration: ours as published, those of partners as they answer for them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import (
    CertificateCancelled,
    CertificateNotFound,
    CertificateReplaced,
    SignatureInvalid,
)
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.ledger.endorsement import Role, SeenQuantity, issuing_side
from gateway.domain.ledger.foreign_use import Counted, each_once, identity_of
from gateway.domain.ledger.newer_version import with_box_14
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import amount
from gateway.domain.permit.status import require_in_force
from gateway.domain.published import PublishedPermit
from gateway.domain.verdict import SealStatus
from gateway.exchange.declarations.budget import AskBudget, Asking
from gateway.exchange.permits.foreign.ask_partner import AskPartner, ForeignPermit, NotShown
from gateway.exchange.permits.foreign.ended import EndOf
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.permits.tokens import TokenHasher, token_matches
from gateway.exchange.ports import BeginWork, Outbox, Work

_CANCELLED = Sentence("Its issuing country has said before that this permit was cancelled.")
_REPLACED = Sentence("Its issuing country has said before that this permit was replaced.")

CountedAmounts = Mapping[str, Decimal]
"""Amounts by letter of the line, in the unit of box 11."""


@dataclass(frozen=True, slots=True)
class KnownPermit:
    """A permit that a declaration relies on.

    token_agrees: of the declaration; None where it states none, or nothing compares it.
    is_current: whether its authority answered for it now; else it is an earlier document.
    holder: code of our authority that issued it; empty for a permit of a partner.
    """

    permit: Permit
    token_agrees: bool | None
    is_current: bool = True
    holder: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredPermits:
    """Permits by country and number.

    at_hand: newest document of a foreign permit in the journal, with box 14 where there is one.
    ended: gives what an issuer said before of a foreign permit that has ended.
    ask: asks the partner.  hasher: compares tokens of ours.  budget: of the questions of one
    declaration.
    """

    own: OwnPermits
    begin_work: BeginWork
    at_hand: Callable[[str, str], Permit | None]
    ask: Callable[[], AskPartner]
    hasher: Callable[[], TokenHasher]
    outbox: Outbox
    budget: AskBudget
    ended: EndOf

    def is_own(self, country: str) -> bool:
        """Whether the permits of a country are ours."""
        return bool(self.own.served.in_country(IsoCountryCode(country)))

    def find(
        self,
        country: str,
        number: str,
        token: str | None,
        *,
        ask: bool = True,
        within: str | None = None,
        authority: str | None = None,
        asking: Asking | None = None,
    ) -> KnownPermit:
        """Return a permit that is in force.

        ask: ask the partner, whose answer goes to the journal; else take what is at hand.
        within: authority whose own permits alone are in reach, as `ZA/DFFE`; None for all.
        authority: code of our authority that issued it, where it is named.
        asking: budget of the declaration; None for a permit alone.
        Raises CertificateNotFound, CertificateCancelled, CertificateReplaced, PermitAltered,
        InvalidRequest, CalleeNotFound, DeclarationInvalid where nothing is at hand,
        SignatureInvalid where its seal is broken or its signer revoked, and whatever AskPartner
        raises.
        """
        if self.is_own(country):
            with self.begin_work() as work:
                return self.own_now(
                    work, country, number, token, within=within, authority=authority
                )
        if ask and asking:
            asking.spend()
        asked = self._answer(country, number, token) if ask else None
        at_hand = self.at_hand(country, number)
        is_current = asked is not None and asked.fetched is None
        if asked and is_current:  # newer than anything at hand, but for box 14
            known: Permit | None = with_box_14(asked.permit, at_hand) if at_hand else asked.permit
        else:
            known = at_hand or (asked.permit if asked else None)
        if known is None:
            raise DeclarationInvalid(
                f"No document of permit {country} {number} is at hand; ask its country first.",
                field="number",
                box="1",
            )
        if not is_current:
            self.require_not_ended(country, number)
        return KnownPermit(known, True if is_current and token else None, is_current)

    def require_not_ended(self, country: str, number: str) -> None:
        """Require that the issuer of a foreign permit has not said since that it has ended.

        Raises CertificateCancelled, CertificateReplaced, ServiceUnavailable.
        """
        match self.ended(country, number):
            case CertificateCancelled.__name__:
                raise CertificateCancelled(_CANCELLED)
            case CertificateReplaced.__name__:
                raise CertificateReplaced(_REPLACED)

    def _answer(self, country: str, number: str, token: str | None) -> ForeignPermit:
        answer = self.ask().ask(country, number, token, final=False)
        if isinstance(answer, NotShown):
            raise answer.error
        if answer.verdict.worth in (SealStatus.SEALED_BROKEN, SealStatus.REVOKED):
            raise SignatureInvalid(f"Do not rely on this permit. {answer.verdict.reason}")
        return answer

    def counted(
        self, work: Work, country: str, number: str, ours: Collection[str], holder: str = ""
    ) -> CountedAmounts:
        """Return what counts beside the declarations, by letter of the line, in a unit of work.

        Of a foreign permit: confirmations of our customs that no declaration led to. Of ours: the
        confirmations on the side of the issuing country.
        ours: ids of confirmations that declarations led to.  holder: as of UseEvent.
        """
        if self.is_own(country):
            published = self.published(work, country, number, holder)
            at_export = issuing_side(published.permit) is Role.EXPORT
            return {
                line.position: line.confirmed_at_export if at_export else line.confirmed_at_import
                for line in published.ledger
            }
        return self.confirmed_abroad(country, number, ours)

    def confirmed_abroad(self, country: str, number: str, ours: Collection[str]) -> CountedAmounts:
        """Return what our customs confirmed on a foreign permit beside the declarations.

        The same confirmation twice is one, as the issuing country takes it.
        """
        counted: dict[str, Decimal] = {}
        for line in chain.from_iterable(each_once(self._booked(country, number, ours))):
            more = amount(line.amount, position=line.position, box="14")
            counted[line.position] = counted.get(line.position, Decimal(0)) + more
        return counted

    def is_counted(
        self, country: str, number: str, ours: Collection[str], seen: Sequence[SeenQuantity]
    ) -> bool:
        """Whether the same confirmation of our customs is booked, beside the declarations."""
        wanted, booked = identity_of(tuple(seen)), self._booked(country, number, ours)
        return any(identity_of(each) == wanted for each in booked)

    def _booked(self, country: str, number: str, ours: Collection[str]) -> Iterator[Counted]:
        for each in self.outbox.of_permit(country, number):
            if each.state is not DeliveryState.DROPPED and each.id not in ours:
                yield each.seen

    def own_now(
        self,
        work: Work,
        country: str,
        number: str,
        token: str | None = None,
        *,
        within: str | None = None,
        authority: str | None = None,
    ) -> KnownPermit:
        """Return a permit of ours that is in force, as it stands in a unit of work, which locks it.

        token: None where it is not compared.  within, authority: as of `find`.
        Raises CertificateNotFound, also for a permit that is out of reach; CertificateCancelled,
        CertificateReplaced, PermitAltered, InvalidRequest.
        """
        reached, _, code = (within or country).partition("/")
        if reached != country or (code and authority not in (None, code)):
            raise CertificateNotFound
        stored = self.own.stored(work, PermitName(country, number, code or authority))
        if token is None:
            agrees = None
        else:
            exact = CertificateNumber.parse(number)
            shown = self.hasher().hash(IsoCountryCode(country), exact, TokenId.parse(token))
            agrees = token_matches(stored.token_hash, shown)
            if not agrees:
                raise CertificateNotFound
        require_use_of(stored.published)
        published = stored.published
        return KnownPermit(published.permit, agrees, holder=published.authority.code)

    def published(self, work: Work, country: str, number: str, holder: str = "") -> PublishedPermit:
        """Return a permit of ours as it stands in a unit of work, whatever its status.

        holder: code of its authority; empty: the only one with this number.
        Raises CertificateNotFound, PermitAltered, InvalidRequest.
        """
        return self.own.stored(work, PermitName(country, number, holder or None)).published


def require_use_of(published: PublishedPermit) -> None:
    """Require that a permit may be used. Raises CertificateCancelled, CertificateReplaced."""
    successor = published.successor.text if published.successor else None
    require_in_force(published.status, successor)
