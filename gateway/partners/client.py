"""SOAP client of a partner: four operations; each exchange is journaled whole, also a failed one.

Source: wire contract, sections 2, 3, 4, 7 and 11.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from gateway.dialects import Carries
from gateway.domain.errors import InvalidRequest, TrustRefused
from gateway.domain.identifiers import CertificateNumber, TokenId
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import ALL_OPERATIONS, OperationName
from gateway.domain.permit.quantity import amount, plain
from gateway.domain.white_space import trimmed
from gateway.exchange.ports import (
    NO_SECURITY,
    Clock,
    Direction,
    Exchange,
    HeadsWithPartner,
    Journal,
    MessageSecurity,
    NewId,
    PartnerConfirmation,
    PartnerReply,
    PartnerState,
)
from gateway.partners.answers import read_certificate, read_confirmation, read_state
from gateway.partners.call_limit import CallLimit
from gateway.partners.envelope import SECURITY, envelope_of
from gateway.partners.faults import (
    Failure,
    PartnerRefusal,
    in_our_words,
    partner_failed,
    while_partner_is_read,
)
from gateway.partners.messages import Message, RequestWriter, Values
from gateway.partners.profile import PartnerProfile
from gateway.partners.signed_answers import INLINE_ONLY, signed_part
from gateway.partners.transport import RawAnswer, Transport
from gateway.wire.journal_heads import offered, take

_log = logging.getLogger(__name__)

Read = TypeVar("Read")


class PartnerClient:
    """The port PartnerOperations, for one partner. Safe to share between threads.

    security: WS-Security of its answers (`theirs`) and of our requests (`ours`).
    heads: exchange of journal heads with it; None where that was not agreed on.
    limit: rate limit of our calls; None where it has none.
    Raises SettingsInvalid where the certificate files of the profile cannot be used.
    """

    def __init__(
        self,
        profile: PartnerProfile,
        journal: Journal,
        clock: Clock,
        new_id: NewId,
        security: MessageSecurity = NO_SECURITY,
        heads: HeadsWithPartner | None = None,
        limit: CallLimit | None = None,
    ) -> None:
        self._profile = profile
        self._heads = heads
        self._limit = limit
        self._security = security
        self._journal = journal
        self._clock = clock
        self._new_id = new_id
        self._writer = RequestWriter(profile)
        self._transport = Transport(profile)

    @property
    def longest_seconds(self) -> float:
        """See the port."""
        waits = self._limit.longest_seconds if self._limit else 0.0
        return waits + self._profile.connect_timeout_seconds + self._profile.total_timeout_seconds

    def certificate(
        self, operation: OperationName, number: CertificateNumber, token: TokenId | None
    ) -> PartnerReply:
        """Ask for a permit. GET_FINAL goes out under the partner's own name for it."""
        return self._exchange(operation, number, self._permit_key(number, token), read_certificate)

    def confirm(
        self, number: CertificateNumber, token: TokenId | None, seen: Sequence[SeenQuantity]
    ) -> PartnerConfirmation:
        """Report the quantities that customs counted.

        Raises, before anything is sent, InvalidRequest where no line is named, and QuantityInvalid
        where an amount is not a number, or a fraction that the partner does not take.
        """
        if not seen:
            raise InvalidRequest("A confirmation names at least one line of the permit.", box="14")
        lines = [(line.position, _quantity(line)) for line in seen]
        values = {**self._permit_key(number, token), Carries.QUANTITIES: lines}
        return self._exchange(OperationName.CONFIRM_QUANTITIES, number, values, read_confirmation)

    def state(self) -> PartnerState:
        """Ask whether the partner is up."""
        return self._exchange(OperationName.SERVICE_STATE, None, self._country(), read_state)

    def _permit_key(self, number: CertificateNumber, token: TokenId | None) -> Values:
        key = {Carries.TOKEN: token.text} if token else {}
        return {Carries.NUMBER: number.text, **key, **self._country()}

    def _country(self) -> Values:
        return {Carries.COUNTRY: self._profile.country.text} if self._profile.send_country else {}

    def _exchange(
        self,
        asked: OperationName,
        number: CertificateNumber | None,
        values: Values,
        read: Callable[[RawAnswer, str], Read],
    ) -> Read:
        """Write, sign, send, receive, verify, read, journal: in this order, the last in every case.

        Raises OperationNotAvailable, TooManyRequests before anything is sent, and so without a
        record. The answer is filled in while it arrives, so the journal has the part that a broken
        connection left.
        """
        operation = self._journalled_name(asked)
        message = self._secured(self._writer.request(asked, values, offered(self._heads)))
        if self._limit:
            self._limit.take()
        answer, identity = RawAnswer(), self._new_id()
        began_at = self._clock()
        outcome = "InternalError"
        try:
            self._transport.exchange(message, answer)
            with while_partner_is_read():
                reply = read(signed_part(answer, self._security.theirs), self._answer(asked))
                self._take_heads(answer, identity)
            outcome = "ok"
            return reply
        except (Failure, PartnerRefusal) as cause:
            error = partner_failed(self._profile.name, self._understood(cause))
            outcome = error.code
            raise error from cause
        except TrustRefused as refused:
            outcome = refused.code
            raise type(refused)(
                f"The answer of {self._profile.name} is not accepted. {refused.text}"
            ) from refused
        finally:
            self._record(identity, operation, number, message, answer, began_at, outcome)

    def _answer(self, asked: OperationName) -> str:
        """Local name that the answer must have; empty: any."""
        any_wrapper = self._profile.dialect.answer.any_wrapper
        return "" if any_wrapper else self._writer.names(asked).answer

    def _understood(self, cause: Failure | PartnerRefusal) -> Failure | PartnerRefusal:
        if isinstance(cause, Failure):
            return cause
        return in_our_words(cause, self._profile.dialect.faults)

    def _journalled_name(self, asked: OperationName) -> str:
        """Name of the operation in the journal: the partner's where the contract has it too.

        Raises OperationNotAvailable; then nothing is sent, and there is no exchange.
        """
        name = self._writer.names(asked).operation
        return name if name in ALL_OPERATIONS else str(asked)

    def _take_heads(self, answer: RawAnswer, identity: str) -> None:
        """Of an answer that was read. Heads are signed themselves, in a verified part or not."""
        if self._heads:
            take(envelope_of(answer, processed=SECURITY)[0], self._heads, identity)

    def _secured(self, message: Message) -> Message:
        """The message, signed where that was agreed on.

        Raises KeyUnusable where it cannot be signed; then nothing is sent.
        """
        if self._security.theirs:
            message = replace(message, headers={**message.headers, **INLINE_ONLY})
        if self._security.ours:
            message = replace(message, body=self._security.ours.secured(message.body))
        return message

    def _record(
        self,
        identity: str,
        operation: str,
        number: CertificateNumber | None,
        message: Message,
        answer: RawAnswer,
        began_at: datetime,
        outcome: str,
    ) -> None:
        exchange = Exchange(
            id=identity,
            direction=Direction.OUT,
            began_at=began_at,
            ended_at=self._clock(),
            operation=operation,
            caller=None,
            callee=self._profile.key,
            fingerprint=self._transport.fingerprint,
            permit_number=number.text if number else None,
            outcome=outcome,
            request=message.body,
            answer=bytes(answer.body),
        )
        _log.log(
            logging.INFO if outcome == "ok" else logging.WARNING,
            "asked partner=%s operation=%s permit=%s outcome=%s status=%s answer_bytes=%d"
            " milliseconds=%d exchange=%s",
            exchange.callee,
            operation,
            exchange.permit_number,
            outcome,
            answer.status,
            len(answer.body),
            (exchange.ended_at - began_at).total_seconds() * 1000,
            exchange.id,
        )
        self._journal.record(exchange)


def _quantity(line: SeenQuantity) -> str:
    """The text as customs wrote it; a whole number without decimals (wire contract 12, O3)."""
    number = amount(line.amount, position=line.position, box="14")
    return plain(number) if number == number.to_integral_value() else trimmed(line.amount)
