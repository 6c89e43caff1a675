"""Look-up: a customs officer asks the issuing country for a permit, and sees what it is worth.

The question is a row before the partner is asked, so that none is lost. Where the partner cannot be
reached, the newest copy with a trusted seal is kept beside the question, and a background job asks
again until the partner answers. The document is judged anew each time it is shown: a permit that
was valid in the morning may be spent by noon.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.domain.delivery_state import LATER_CODES
from gateway.domain.errors import (
    GatewayError,
    PartnerFault,
    PartnerReplyInvalid,
    PartnerTimeout,
    PartnerUnreachable,
    TrustRefused,
)
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.domain.summary import summary_of_fault
from gateway.exchange.customs.officer import Officer
from gateway.exchange.people.acts import Act
from gateway.exchange.permits.foreign.ask_partner import (
    AskPartner,
    ForeignPermit,
    NotShown,
    PartnerDirectory,
)
from gateway.exchange.ports import (
    Clock,
    Journal,
    NewId,
    Outbox,
    OutgoingConfirmation,
    TokenEncryption,
)
from gateway.exchange.ports.customs.look_ups import LookUp, LookUps, LookUpState, Refusal

GIVEN_UP_AFTER = timedelta(days=3)
"""Age of a question that is not asked again."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
_READING = timedelta(seconds=35)
"""For reading an answer and storing it, beside the longest exchange with the partner."""
_MOST_IN_A_ROUND = 20
_MOST_RECENT = 30
_MOST_LETTERS = 500
"""Of the text of a refusal."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownLookUp:
    """A look-up as it is shown. answer: None while there is no document, or it is of no use.

    counted: confirmations of our customs on the permit, oldest first.
    """

    look_up: LookUp
    answer: ForeignPermit | NotShown | None
    counted: Sequence[OutgoingConfirmation] = ()

    @property
    def permit(self) -> ForeignPermit | None:
        """The permit, where it is shown."""
        return self.answer if isinstance(self.answer, ForeignPermit) else None

    @property
    def is_live(self) -> bool:
        """Whether the issuing country itself answered this question."""
        return self.look_up.state is LookUpState.ANSWERED


@dataclass(frozen=True, slots=True)
class LookUpPermit:
    """Use case: look-ups of officers. An officer sees their own alone."""

    ask_partner: AskPartner
    partners: PartnerDirectory
    look_ups: LookUps
    outbox: Outbox
    token_encryption: TokenEncryption
    journal: Journal
    clock: Clock
    new_id: NewId

    def ask(
        self, officer: Officer, country: str, number: str, token: str, *, final: bool = False
    ) -> LookUp:
        """Ask the issuing country now, and keep the question where it does not answer.

        token: empty where the permit has none.  final: with box 14.
        Raises InvalidRequest, CalleeNotFound for what was typed; ServiceUnavailable, KeyUnusable.
        """
        asked = CertificateNumber.of_partner(number).text
        code = IsoCountryCode.parse(country).text
        self.partners.for_country(code)
        secret = TokenId.parse(token).text if token else None
        identity, now = self.new_id(), self.clock()
        act = officer.act(Act.LOOKED_UP, now, country=code, number=asked)
        self.journal.record(act.exchange(self.new_id()))
        look_up = LookUp(
            id=identity,
            person_id=officer.person.id,
            country=code,
            number=asked,
            token=self.token_encryption.encrypt(secret, identity) if secret else None,
            final=final,
            asked_at=now,
            due_at=now + self._lease(code),
            attempts=1,
        )
        self.look_ups.add(look_up)
        return self._attempt(look_up, secret)

    def show(self, officer: Officer, identity: str) -> ShownLookUp | None:
        """Return a look-up of the officer, judged now; None where there is none of this id.

        Raises PartnerReplyInvalid, ServiceUnavailable.
        """
        found = self.look_ups.find(identity, officer.person.id)
        if found is None:
            return None
        if found.answered_at and not found.seen:
            self.look_ups.note_seen(found)
        return ShownLookUp(
            found, self._answer(found), self.outbox.of_permit(found.country, found.number)
        )

    def recent(self, officer: Officer) -> Sequence[LookUp]:
        """Return the look-ups of the officer, newest first, without their documents."""
        return self.look_ups.of_person(officer.person.id, _MOST_RECENT)

    def token_of(self, look_up: LookUp) -> str | None:
        """Return the token of a look-up. Raises KeyUnusable."""
        if look_up.token is None:
            return None
        return self.token_encryption.decrypt(look_up.token, look_up.id)

    def ask_waiting(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Ask again what is due. Returns how many were asked.

        Raises ServiceUnavailable.
        """
        now = self.clock()
        asked = 0
        for look_up in self.look_ups.due(now, _MOST_IN_A_ROUND):
            if stopping():
                break
            if self.look_ups.claim(look_up, now + self._lease(look_up.country)):
                self._attempt_again(replace(look_up, attempts=look_up.attempts + 1))
                asked += 1
        return asked

    def _attempt_again(self, look_up: LookUp) -> None:
        if self.clock() - look_up.asked_at > GIVEN_UP_AFTER:
            self.look_ups.settle(replace(look_up, state=LookUpState.GIVEN_UP))
            return
        try:
            self._attempt(look_up, self.token_of(look_up))
        except GatewayError as error:  # of ours, as without a key: a later round tries again
            _log.warning("a look-up could not be asked again: code=%s", error.code)
            self.look_ups.settle(self._waiting(look_up))

    def _attempt(self, look_up: LookUp, token: str | None) -> LookUp:
        """Ask the partner once, and store what came of it."""
        settled = self._asked(look_up, token)
        self.look_ups.settle(settled)
        return settled

    def _asked(self, look_up: LookUp, token: str | None) -> LookUp:
        try:
            answer = self.ask_partner.ask(look_up.country, look_up.number, token, look_up.final)
        except (PartnerUnreachable, PartnerTimeout):
            return self._waiting(look_up)
        except PartnerFault as fault:
            if fault.partner_code in LATER_CODES:
                return self._waiting(look_up)
            return self._answered(look_up, refusal=_refusal(fault))
        except (PartnerReplyInvalid, TrustRefused) as error:
            return self._answered(look_up, refusal=_refusal(error))
        if isinstance(answer, NotShown):
            if answer.reply is None:
                return self._answered(look_up, refusal=_refusal(answer.error))
            return replace(self._answered(look_up), reply=answer.reply)
        if answer.fetched:
            copy = replace(look_up, reply=answer.reply, fetched_at=answer.fetched)
            return self._waiting(copy)
        return replace(self._answered(look_up), reply=answer.reply)

    def _waiting(self, look_up: LookUp) -> LookUp:
        wait = min(_FIRST_WAIT * 2 ** min(look_up.attempts - 1, 10), _LONGEST_WAIT)
        return replace(look_up, due_at=self.clock() + wait)

    def _answered(self, look_up: LookUp, refusal: Refusal | None = None) -> LookUp:
        return replace(
            look_up,
            state=LookUpState.ANSWERED,
            reply=None,
            refusal=refusal,
            fetched_at=None,
            answered_at=self.clock(),
        )

    def _answer(self, look_up: LookUp) -> ForeignPermit | NotShown | None:
        if look_up.reply is not None:
            return self.ask_partner.judge_again(
                look_up.country, look_up.number, look_up.reply, look_up.fetched_at
            )
        refusal = look_up.refusal
        if refusal is None or not refusal.partner_code:
            return None
        fault = PartnerFault(refusal.text, partner_code=refusal.partner_code, partner_text="")
        summary = summary_of_fault(fault)
        return NotShown(summary, fault) if summary else None

    def _lease(self, country: str) -> timedelta:
        return timedelta(seconds=self.partners.longest_seconds(country)) + _READING


def _refusal(error: GatewayError) -> Refusal:
    code = error.partner_code if isinstance(error, PartnerFault) else ""
    return Refusal(error.code, error.text[:_MOST_LETTERS], code[:70])
