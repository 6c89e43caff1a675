"""SOAP endpoint: a request becomes an answer or a fault, and the journal has both before it leaves.

The order of the steps is part of the security, and each step may rely on those before it:

1. Media type. Nothing of the body is read yet; another form of message is 415.
2. Caller. A stranger is refused before a byte of its message is parsed, so only known partners
   reach the parser.
3. Size, package, encoding. Cheap checks on bytes, each bounded, before the tree is built.
4. Parsing, once. The tree that is checked is the tree that is executed.
5. Envelope and header blocks. A mandatory block that is not known stops the message before its
   content has any effect (SOAP 1.1 section 4.2.3, SOAP 1.2 part 1 section 2.6).
6. Signature, where the partner signs. Afterwards only the verified bytes are read on.
7. Operation, action, schema. Operation first: the schema names boxes of a known request.
8. Use case. It judges number and token; all before is independent of both.
9. Journal. The answer is pending until its record is on disk; otherwise a fault leaves instead.
   Of unidentified callers no message is kept, and of a flood of them only counts
   (exchange/journal/message_retention.py).
10. Refusal timing. A refused look-up is held back until the end of its time slot.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic

from lxml import etree

from gateway.domain.errors import (
    AlreadyConfirmed,
    CertificateCancelled,
    CertificateExpired,
    CertificateNotFinal,
    CertificateReplaced,
    InvalidRequest,
    MessageTooLarge,
    MustUnderstand,
    OperationNotAvailable,
    PositionRepeated,
    PositionUnknown,
    QuantityExceeded,
    QuantityInvalid,
    ServiceUnavailable,
)
from gateway.exchange.journal.message_retention import MessageRetention
from gateway.exchange.ports import (
    NO_SECURITY,
    Clock,
    Direction,
    Exchange,
    ExchangeObserver,
    HeadsWithPartner,
    Journal,
    MessageSecurity,
    NewId,
    Receipt,
)
from gateway.http import HttpAnswer, HttpRequest, Pending
from gateway.soap.answers import AnswerWriter
from gateway.soap.exchange_log import log_defect, log_exchange
from gateway.soap.exchange_state import ExchangeState
from gateway.soap.flavour import Flavour
from gateway.soap.mtom import PackageWriter, root_part
from gateway.soap.reading.encoding import to_utf8
from gateway.soap.reading.envelope import NOTHING, WS_SECURITY, request_among, request_in, soap_of
from gateway.soap.reading.errors import BlockName, NotUnderstood, UnsupportedMedia
from gateway.soap.reading.known_structures import KnownStructures, in_own_thread
from gateway.soap.reading.limits import MessageLimits
from gateway.soap.reading.media_type import media_type, wants_package
from gateway.soap.reading.xml import parse
from gateway.soap.refusal_timing import TIMING_HIDDEN, send_at
from gateway.soap.refusals import HEADERS, failure, refusal
from gateway.soap.spyne.dispatch import ParsedRequest, dispatcher
from gateway.soap.use_cases import Call, UseCases
from gateway.soap.wsdl import NOT_ALLOWED, PublishedContract, asks_for_wsdl
from gateway.wire.journal_heads import offered, take
from gateway.wire.media_type import MediaType
from gateway.wire.soap_version import SoapVersion

_MAX_JOURNAL_CHARACTERS = 70
_AUTHORISED_OUTCOMES = frozenset(
    {
        "ok",
        *(
            error.__name__
            for error in (
                CertificateNotFinal,
                CertificateCancelled,
                CertificateReplaced,
                CertificateExpired,
                OperationNotAvailable,
                AlreadyConfirmed,
                PositionUnknown,
                PositionRepeated,
                QuantityInvalid,
                QuantityExceeded,
            )
        ),
    }
)
"""Outcomes of a request whose number and token were right.

With any other outcome a field may hold anything, such as a token in the wrong box. Its values then
stay in the raw bytes alone and enter neither index nor log.
"""


class SoapEndpoint:
    """Endpoint of a contract version: POST for SOAP, GET for the published contract.

    Safe to share between threads.
    """

    def __init__(
        self,
        flavour: Flavour,
        address: str,
        use_cases: UseCases,
        journal: Journal,
        clock: Clock,
        new_id: NewId,
        limits: MessageLimits | None = None,
        security: Mapping[str, MessageSecurity] | None = None,
        *,
        watch: ExchangeObserver,
        retention: MessageRetention,
        heads: Mapping[str, HeadsWithPartner] | None = None,
    ) -> None:
        """Read the published contract.

        flavour: form of the messages.
        address: where partners reach it, such as `https://permits.example/epix/v1`.
        security: WS-Security agreed on, by key of the partner: of their requests and our answers.
        retention: what the journal keeps of refused messages; one for all endpoints of a process.
        heads: exchange of journal heads, by key of each partner that agreed on it.
        """
        self._flavour = flavour
        self._address = address
        self._use_cases = use_cases
        self._journal = journal
        self._clock = clock
        self._new_id = new_id
        self._limits = limits or MessageLimits()
        self._security = security or {}
        self._heads = heads or {}
        self._watch = watch
        self._retention = retention
        self._known_structures = KnownStructures()
        self._dispatcher = dispatcher(flavour.contract)
        self._answers = AnswerWriter(flavour.contract)
        self._published = PublishedContract(flavour.description, flavour.xsds, address)

    def __call__(self, request: HttpRequest) -> HttpAnswer | Pending:
        """Answer any request; never raises.

        The answer to a message is pending until it stands in the journal.
        """
        if request.method == "POST":
            return self._exchange(request)
        if request.method in ("GET", "HEAD"):
            return self._published.serve(request)
        return NOT_ALLOWED

    def _exchange(self, request: HttpRequest) -> HttpAnswer | Pending:
        state = ExchangeState(self._flavour, self._new_id(), self._clock(), monotonic())
        try:
            answer = self._answer(request, state)
        except UnsupportedMedia as refused:
            fault = self._flavour.fault(InvalidRequest(refused.text), state.soap, state.id)
            answer = refusal(fault, state, 415, refused.headers)
        except NotUnderstood as refused:
            error = MustUnderstand("A mandatory header block for this service is not known here.")
            fault = self._flavour.fault(error, state.soap, state.id, refused.blocks)
            answer = refusal(fault, state)
        except Exception as error:  # noqa: BLE001 - last resort: the caller always gets a fault
            answer = failure(error, state)
        if request.certificate:
            state.holder = self._use_cases.note_certificate(request.certificate, state.caller)
        exchange = self._exchange_of(request, answer, state)
        records = self._retention.records(exchange)
        if not records:
            self._observe(exchange, state)
            return answer
        try:
            receipts = [self._journal.enqueue(record) for record in records]
        except Exception as error:  # noqa: BLE001 - without a record no answer leaves
            return self._journal_unavailable(error, state)
        return Pending(partial(self._settle, receipts, records, exchange, answer, state))

    def _settle(
        self,
        receipts: Sequence[Receipt],
        records: Sequence[Exchange],
        exchange: Exchange,
        answer: HttpAnswer,
        state: ExchangeState,
    ) -> HttpAnswer:
        try:
            for receipt in receipts:
                receipt.settle()
        except Exception as error:  # noqa: BLE001 - as above
            return self._journal_unavailable(error, state)
        for record in records:
            # Of this exchange the sizes on the wire, not those in the journal.
            log_exchange(exchange if record.id == exchange.id else record, self._flavour.name)
        self._observe(exchange, state)
        if state.outcome in TIMING_HIDDEN:
            return replace(answer, not_before=send_at(state.began, monotonic()))
        return answer

    def _observe(self, exchange: Exchange, state: ExchangeState) -> None:
        self._watch.exchanged(
            exchange, self._flavour.name, (self._clock() - state.began_at).total_seconds()
        )
        if state.holder and exchange.outcome != "ok":
            self._watch.partner_refused(state.holder, exchange)

    def _journal_unavailable(self, error: Exception, state: ExchangeState) -> HttpAnswer:
        log_defect(state.id, error)
        self._watch.journal_failed()
        return failure(ServiceUnavailable("The journal cannot be written."), state)

    def _answer(self, request: HttpRequest, state: ExchangeState) -> HttpAnswer:
        media = media_type(request.headers)
        state.soap = media.soap or SoapVersion.V1_1
        # Some clients post to the address from which they read the contract.
        if request.query and not asks_for_wsdl(request.query):
            raise InvalidRequest(
                "A request has no query: number and token stand in the message, never in an"
                " address."
            )
        state.caller = self._use_cases.know_caller.identify(
            request.certificate, refused_before=request.certificate_refused
        )
        state.security = self._security.get(state.caller.key, NO_SECURITY)
        state.heads = self._heads.get(state.caller.key)
        state.parsed = self._read(request, media, state, state.caller.key)
        call = Call(self._use_cases, state.caller, self._flavour.contract.name, request.body)
        answer = self._dispatcher.call(state.parsed, call)
        # A signed answer travels inline: the signature would cover the references to the parts of a
        # package, not the parts.
        in_package = (
            self._flavour.takes_packages
            and state.security.ours is None
            and wants_package(request.headers, media)
        )
        package = PackageWriter(state.id, []) if in_package else None
        body = self._answers.write(
            answer,
            state.parsed.operation,
            state.soap,
            empty=state.caller.empty_answers,
            package=package,
            block=offered(state.heads),
        )
        if state.security.ours:
            body = state.security.ours.secured(body)
        content_type = self._flavour.content_type(state.soap)
        if package:
            content_type, body = package.write(body, state.soap)
        return HttpAnswer(200, (("Content-Type", content_type), *HEADERS), body)

    def _read(
        self, request: HttpRequest, media: MediaType, state: ExchangeState, caller: str
    ) -> ParsedRequest:
        """The one reading of a message, from bytes to a checked request.

        Raises InvalidRequest, MessageTooLarge, VersionMismatch, NotUnderstood, TrustRefused.
        """
        message, inner = self._message_in(request.body, media, state)
        known = self._known_structures.contains(message)
        received = root = parse(message, self._limits, known=known)
        state.soap = soap_of(root)
        self._flavour.require(state.soap)
        verifier = state.security.theirs
        if verifier:
            # Signature wrapping: the signed element and the executed element must be the same. So
            # the envelope is checked first, and after verification nothing is read but the bytes
            # that the verifier returns. The verifier parses too, hence the thread of its own
            # (see known_structures).
            self._request_in(root, state.soap, WS_SECURITY)
            verified = in_own_thread(partial(verifier.verified, message, self._address))
            root = parse(verified, self._limits, known=False)
            element = self._request_in(root, state.soap, WS_SECURITY)
        elif known:
            # The tags are those of a message that passed request_in; the text between them is new.
            element = request_among(root)
        else:
            element = self._request_in(root, state.soap, NOTHING)
        state.operation = self._flavour.operation(element)
        element = self._flavour.checked(element, state.operation, request.headers, (media, inner))
        # Only after every check. No two signed messages have one structure, so they would only
        # fill the memory that the others share.
        if not (known or verifier):
            self._known_structures.add(message, caller)
        if state.heads:  # signed by itself, so it need not stand in the verified part
            take(received, state.heads, state.id)
        return self._dispatcher.read(element)

    def _request_in(
        self, root: etree._Element, soap: SoapVersion, processed: frozenset[BlockName]
    ) -> etree._Element:
        return request_in(
            root, soap, self._address, self._limits, processed, encoded=self._flavour.encoded
        )

    def _message_in(
        self, body: bytes, media: MediaType, state: ExchangeState
    ) -> tuple[bytes, MediaType]:
        """The message of a body as UTF-8, and its media type. Checks on bytes, before parsing."""
        if len(body) > self._limits.bytes:
            raise MessageTooLarge(f"The message is larger than {self._limits.bytes} bytes.")
        inner = media
        if media.is_package:
            body, inner = root_part(body, media, self._limits)
            state.soap = inner.soap or state.soap
        if not body:
            raise InvalidRequest("The message is empty.")
        return to_utf8(body, inner.parameters.get("charset")), inner

    def _exchange_of(
        self, request: HttpRequest, answer: HttpAnswer, state: ExchangeState
    ) -> Exchange:
        """The exchange as it took place. The retention decides what is kept of it.

        It names permit and country only where number and token were right.
        """
        authorised = state.parsed if state.outcome in _AUTHORISED_OUTCOMES else None
        return Exchange(
            id=state.id,
            direction=Direction.IN,
            began_at=state.began_at,
            ended_at=self._clock(),
            operation=state.operation,
            caller=state.caller.key if state.caller else None,
            callee=_truncate(authorised.country) if authorised else None,
            fingerprint=(
                hashlib.sha256(request.certificate).hexdigest() if request.certificate else None
            ),
            permit_number=_truncate(authorised.number) if authorised else None,
            outcome=state.outcome,
            request=request.body,
            answer=answer.body,
        )


def _truncate(text: str | None) -> str | None:
    return text[:_MAX_JOURNAL_CHARACTERS] if text else None
