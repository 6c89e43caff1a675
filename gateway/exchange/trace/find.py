"""Finding of documents: our permits, answers of partners, earlier answers, within a budget.

A partner is asked without a token, as the token of another permit is never known here. Its refusal
may mean that it knows no such permit, that the permit has a token, or that we may not see it: the
fault is the same for all three, so the reason says no more than that nothing was given.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gateway.domain.delivery_state import DeliveryState
from gateway.domain.errors import (
    CalleeNotFound,
    CertificateNotFinal,
    GatewayError,
    InternalFailure,
    InvalidRequest,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
    PermitAltered,
    TooManyRequests,
    TrustRefused,
)
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.ledger.endorsement import Role
from gateway.domain.ledger.foreign_use import counted_quantity
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.published import PublishedPermit
from gateway.domain.trace.held import Counted, HeldDocument, Knowledge, Missing, Reason
from gateway.domain.trace.named import DocumentName
from gateway.exchange.permits.foreign.ask_partner import AskPartner, ForeignPermit, NotShown
from gateway.exchange.permits.foreign.ended import ENDED, EndOf
from gateway.exchange.ports import BeginWork, Clock, Outbox, PermitRecords
from gateway.exchange.service.served_authorities import ServedAuthorities

MOST_QUESTIONS = 20
"""Questions of one trace to partners; a document may need two."""
FRESH = timedelta(days=1)
"""Age below which an earlier answer is taken without asking again."""

Newest = Callable[[str, str], tuple[Permit, datetime] | None]
"""Gives the newest earlier answer about a permit, by country and number, with its moment."""


@dataclass(frozen=True, slots=True)
class Documents:
    """Documents that can be found.

    records: of our permits; a permit that contradicts its record is not used.
    newest: of the journal.  ask: gives the use case that asks partners, opened when it is needed.
    ended: gives what an issuer said before of a permit that has ended.
    """

    served: ServedAuthorities
    begin_work: BeginWork
    records: PermitRecords
    outbox: Outbox
    newest: Newest
    ask: Callable[[], AskPartner]
    clock: Clock
    ended: EndOf

    def own(self, name: DocumentName, hidden: Collection[str] = ()) -> HeldDocument | None:
        """Return a permit of ours; None where there is none.

        hidden: authorities that are passed over, as `MZ/ANAC`.

        Raises PermitAltered, ServiceUnavailable.
        """
        try:
            number = CertificateNumber.parse(name.number)
        except InvalidRequest:  # no number of ours is written so
            return None
        for authority in self.served.authorities:
            if authority.country.text == name.country and str(authority) not in hidden:
                with self.begin_work() as work:
                    stored = work.permits.get(authority, number)
                    if stored is not None:
                        self.records.require_intact(work.integrity, number, stored.published)
                if stored is not None:
                    return _own(name, stored.published)
        return None

    def is_ours(self, name: DocumentName) -> bool:
        """Whether our authorities issue the permits of its country."""
        return any(each.country.text == name.country for each in self.served.authorities)

    def foreign(
        self, name: DocumentName, permit: Permit, knowledge: Knowledge, at: datetime
    ) -> HeldDocument:
        """Return a permit of a partner with what our customs counted on it."""
        booked = self.outbox.of_permit(name.country, name.number)
        seen = [each.seen for each in booked if each.state is not DeliveryState.DROPPED]
        counted = {
            line.id: Counted(at_import=counted_quantity(line, seen)) for line in permit.positions
        }
        return HeldDocument(name, permit, knowledge, counted, at)


@dataclass(slots=True)
class Finder:
    """Finding for one trace. left: questions to partners that it may still send.

    token: of the first document, where a person has it; it is sent for that document alone.
    hidden: countries, or authorities as `MZ/ANAC`, whose permits of ours must not be seen.
    """

    documents: Documents
    left: int
    first: DocumentName | None = None
    token: str | None = field(default=None, repr=False)
    asked: int = 0
    hidden: Collection[str] = ()

    def find(self, name: DocumentName) -> HeldDocument | Missing:
        """Return a document, or why it is not at hand. Raises ServiceUnavailable, KeyUnusable."""
        if self.documents.is_ours(name):
            return self._own(name)
        copy = self._copy(name)
        is_fresh = copy and copy.at and self.documents.clock() - copy.at < FRESH
        if copy and (is_fresh or self.left <= 0):
            return copy
        answer = self._asked(name) if self.left > 0 else self._unasked(name)
        if isinstance(answer, HeldDocument) or copy is None:
            return answer
        # Its issuer may have said that the permit of the copy has ended since.
        return replace(copy, status=ENDED.get(answer.code, copy.status))

    def _own(self, name: DocumentName) -> HeldDocument | Missing:
        if name.country in self.hidden:
            return Missing(Reason.REFUSED)
        try:
            held = self.documents.own(name, self.hidden)
        except PermitAltered as altered:
            if name == self.first:
                raise
            return Missing(Reason.ALTERED, altered.code)
        if held is None and any(each.startswith(f"{name.country}/") for each in self.hidden):
            return Missing(Reason.REFUSED)  # whether one of them has it is not told
        return held or Missing(Reason.NOT_ISSUED)

    def _copy(self, name: DocumentName) -> HeldDocument | None:
        try:
            found = self.documents.newest(name.country, name.number)
        except InvalidRequest:  # no number that a partner could print
            return None
        if found is None:
            return None
        copy = self.documents.foreign(name, found[0], Knowledge.COPY, found[1])
        ended = self.documents.ended(name.country, name.number)
        return replace(copy, status=ENDED[ended]) if ended else copy

    def _unasked(self, name: DocumentName) -> Missing:
        ended = self.documents.ended(name.country, name.number)
        return Missing(Reason.REFUSED, ended) if ended else Missing(Reason.NOT_ASKED)

    def _asked(self, name: DocumentName) -> HeldDocument | Missing:
        try:
            answer = self._answer(name, final=True)
        except PartnerFault as fault:
            if fault.partner_code != CertificateNotFinal.__name__:
                return Missing(Reason.REFUSED, fault.partner_code)
            return self._not_final(name)
        except GatewayError as error:
            return _missing(error)
        return self._held(name, answer)

    def _not_final(self, name: DocumentName) -> HeldDocument | Missing:
        """Ask for the permit as issued, where box 14 is not filled yet."""
        if self.left <= 0:
            return Missing(Reason.NOT_ASKED)
        try:
            return self._held(name, self._answer(name, final=False))
        except GatewayError as error:
            return _missing(error)

    def _answer(self, name: DocumentName, *, final: bool) -> ForeignPermit | NotShown:
        ask = self.documents.ask()
        ask.partners.for_country(name.country)
        token = self.token if name == self.first else None
        self.left, self.asked = self.left - 1, self.asked + 1
        return ask.ask(name.country, name.number, token, final)

    def _held(self, name: DocumentName, answer: ForeignPermit | NotShown) -> HeldDocument | Missing:
        if isinstance(answer, NotShown):
            return _missing(answer.error)
        knowledge = Knowledge.COPY if answer.fetched else Knowledge.ANSWERED
        at = answer.fetched or self.documents.clock()
        return self.documents.foreign(name, answer.permit, knowledge, at)


_REASONS: tuple[tuple[type[GatewayError], Reason], ...] = (
    (CalleeNotFound, Reason.NO_PARTNER),
    (InvalidRequest, Reason.NO_PARTNER),
    (PartnerFault, Reason.REFUSED),
    (PartnerUnreachable, Reason.UNREACHABLE),
    (PartnerTimeout, Reason.UNREACHABLE),
    (TooManyRequests, Reason.NOT_ASKED),
    (PartnerReplyInvalid, Reason.NOT_TRUSTED),
    (TrustRefused, Reason.NOT_TRUSTED),
)


def _missing(error: GatewayError) -> Missing:
    """The reason of an error of the partner. Raises the error where it is one of ours."""
    if isinstance(error, InternalFailure):
        raise error
    reason = next((each for kind, each in _REASONS if isinstance(error, kind)), None)
    if reason is None:
        raise error
    code = error.partner_code if isinstance(error, PartnerFault) else error.code
    return Missing(reason, code)


def _own(name: DocumentName, published: PublishedPermit) -> HeldDocument:
    counted = {
        entry.position: Counted(
            *(
                Quantity(amount, entry.authorised.unit) if role in entry.counted else None
                for role, amount in (
                    (Role.EXPORT, entry.confirmed_at_export),
                    (Role.IMPORT, entry.confirmed_at_import),
                )
            )
        )
        for entry in published.ledger
    }
    return HeldDocument(
        name,
        published.permit,
        Knowledge.OWN,
        counted,
        status=published.status,
        counted_at_import=tuple(
            (each.by, each.at)
            for each in published.effective_confirmations
            if each.role is Role.IMPORT
        ),
    )
