"""How does a request pass the door? Known caller, one reading, checks, answer, journal: in this order and no other."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import monotonic

import schemas
import wsdl
from gateway.domain.errors import (
    AlreadyConfirmed,
    CertificateCancelled,
    CertificateNotFinal,
    CertificateReplaced,
    GatewayError,
    HouseFault,
    InputInvalid,
    InternalError,
    InvalidRequest,
    MessageTooLarge,
    MustUnderstand,
    OperationNotAvailable,
    PositionRepeated,
    PositionUnknown,
    QuantityExceeded,
    QuantityInvalid,
    ServiceUnavailable,
    UnderMaintenance,
)
from gateway.domain.partner import OperationName, Partner
from gateway.exchange.ports import (
    NO_SECURITY,
    Clock,
    Direction,
    Exchange,
    ExchangeWatch,
    Journal,
    MessageSecurity,
    NewId,
    Receipt,
)
from gateway.http import HttpAnswer, HttpRequest, Pending
from gateway.soap.action import check_action
from gateway.soap.answers import AnswerWriter
from gateway.soap.contract import NOT_ALLOWED, PublishedContract
from gateway.soap.encoding import to_utf8
from gateway.soap.envelope import NOTHING, WS_SECURITY, request_among, request_in, soap_of
from gateway.soap.evenly import EVENED_OUT, leaves_at
from gateway.soap.exchange_log import log_defect, log_exchange
from gateway.soap.faults import Fault, fault
from gateway.soap.grammar import Grammar
from gateway.soap.limits import Limits
from gateway.soap.media import MediaType, media_type, wants_package
from gateway.soap.names import CONTRACT_VERSIONS, Soap
from gateway.soap.package import Package, root_part
from gateway.soap.refusals import NotUnderstood, UnsupportedMedia
from gateway.soap.service import Call, UseCases
from gateway.soap.shapes import Shapes, elsewhere
from gateway.soap.transport import Asked, Dispatch
from gateway.soap.tree import parse

_CLOSED = (("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"))
_LONGEST_IN_JOURNAL = 70
_OPENED = frozenset(
    {"ok", *(kind.__name__ for kind in (
        CertificateNotFinal, CertificateCancelled, CertificateReplaced, OperationNotAvailable, AlreadyConfirmed,
        PositionUnknown, PositionRepeated, QuantityInvalid, QuantityExceeded,
    ))}
)  # fmt: skip
"""Outcomes of a question whose number and token were right. Of any other, what stands in a field may be anything: a
token in the wrong box, say. It stays in the raw bytes alone and enters neither index nor log."""


@dataclass(slots=True)
class _Talk:
    """What is known of one exchange so far.

    began: of the monotonic clock.  soap: how a fault would be written now; the envelope has the last word.
    """

    id: str
    began_at: datetime
    began: float
    soap: Soap = Soap.V1_1
    caller: Partner | None = None
    security: MessageSecurity = NO_SECURITY
    operation: OperationName | None = None
    asked: Asked | None = None
    outcome: str = "ok"


class SoapDoor:
    """One contract version at one address: POST for SOAP, GET for the published contract."""

    def __init__(
        self,
        version: str,
        address: str,
        use_cases: UseCases,
        journal: Journal,
        clock: Clock,
        new_id: NewId,
        limits: Limits | None = None,
        security: Mapping[str, MessageSecurity] | None = None,
        *,
        watch: ExchangeWatch,
    ) -> None:
        """version: `v1` or `v2`.  address: where partners reach it, such as `https://permits.example/epix/v1`.

        security: WS-Security of their requests and our answers, by key of the partners it was agreed on with.
        """
        contract = CONTRACT_VERSIONS[version]
        description = wsdl.directory() / f"epix-{version}.wsdl"
        published = [*sorted((schemas.directory() / version).glob("*.xsd")), schemas.directory() / "fault.xsd"]
        self._version = version
        self._address = address
        self._use_cases = use_cases
        self._journal = journal
        self._clock = clock
        self._new_id = new_id
        self._limits = limits or Limits()
        self._security = security or {}
        self._watch = watch
        self._shapes = Shapes()
        self._grammar = Grammar(description)
        self._dispatch = Dispatch(contract)
        self._answers = AnswerWriter(contract)
        self._published = PublishedContract(description, published, address)

    def __call__(self, request: HttpRequest) -> HttpAnswer | Pending:
        """Answer any request; never raises. The answer to a message is pending until it stands in the journal."""
        if request.method == "POST":
            return self._exchange(request)
        if request.method in ("GET", "HEAD"):
            return self._published.serve(request)
        return NOT_ALLOWED

    def _exchange(self, request: HttpRequest) -> HttpAnswer | Pending:
        talk = _Talk(self._new_id(), self._clock(), monotonic())
        try:
            answer = self._answer(request, talk)
        except UnsupportedMedia as refusal:
            answer = _refusal(fault(InvalidRequest(refusal.text), talk.soap, talk.id), talk, 415, refusal.headers)
        except NotUnderstood as refusal:
            error = MustUnderstand("A mandatory header block for this service is not known here.")
            answer = _refusal(fault(error, talk.soap, talk.id, refusal.blocks), talk)
        except Exception as error:  # noqa: BLE001 - the door's last line: whatever it is, the caller gets a fault
            answer = _failure(error, talk)
        exchange = self._told(request, answer, talk)
        try:
            receipt = self._journal.enqueue(exchange)
        except Exception as error:  # noqa: BLE001 - unseen exchanges are not answered, whatever keeps the journal
            return self._unseen(error, talk)
        return Pending(partial(self._settle, receipt, exchange, answer, talk))

    def _settle(self, receipt: Receipt, exchange: Exchange, answer: HttpAnswer, talk: _Talk) -> HttpAnswer:
        try:
            receipt.settle()
        except Exception as error:  # noqa: BLE001 - as above
            return self._unseen(error, talk)
        log_exchange(exchange, self._version)
        self._watch.exchanged(exchange, self._version, (self._clock() - talk.began_at).total_seconds())
        if talk.outcome in EVENED_OUT:
            return replace(answer, not_before=leaves_at(talk.began, monotonic()))
        return answer

    def _unseen(self, error: Exception, talk: _Talk) -> HttpAnswer:
        log_defect(talk.id, error)
        self._watch.journal_failed()
        return _failure(ServiceUnavailable("The journal cannot be written."), talk)

    def _answer(self, request: HttpRequest, talk: _Talk) -> HttpAnswer:
        media = media_type(request.headers)
        talk.soap = media.soap or Soap.V1_1
        if request.query.lower().rstrip("=") not in ("", "wsdl"):  # some clients post to where they read the contract
            raise InvalidRequest("A request has no query: number and token stand in the message, never in an address.")
        talk.caller = self._use_cases.know_caller.identify(
            request.certificate, refused_before=request.certificate_refused
        )
        talk.security = self._security.get(talk.caller.key, NO_SECURITY)
        talk.asked = self._read(request, media, talk)
        call = Call(self._use_cases, talk.caller, self._version, request.body)
        answer = self._dispatch.call(talk.asked, call)
        # What is signed travels inline: a package would carry parts that the signature does not cover as they stand.
        packs = talk.security.ours is None and wants_package(request.headers, media)
        package = Package(talk.id, []) if packs else None
        body = self._answers.write(
            answer, talk.asked.operation, talk.soap, empty=talk.caller.empty_answers, package=package
        )
        if talk.security.ours:
            body = talk.security.ours.secured(body)
        content_type = talk.soap.content_type
        if package:
            content_type, body = package.write(body, talk.soap)
        return HttpAnswer(200, (("Content-Type", content_type), *_CLOSED), body)

    def _read(self, request: HttpRequest, media: MediaType, talk: _Talk) -> Asked:
        """The one reading of a message: where its partner signs, only what the signature covers is read on.

        Raises InvalidRequest, MessageTooLarge, VersionMismatch, NotUnderstood, TrustRefused.
        """
        body = request.body
        if len(body) > self._limits.bytes:
            raise MessageTooLarge(f"The message is larger than {self._limits.bytes} bytes.")
        inner = media
        if media.is_package:
            body, inner = root_part(body, media, self._limits)
            talk.soap = inner.soap or talk.soap
        if not body:
            raise InvalidRequest("The message is empty.")
        message = to_utf8(body, inner.parameters.get("charset"))
        known = self._shapes.know(message)
        root = parse(message, self._limits, known=known)
        talk.soap = soap_of(root)
        verifier = talk.security.theirs
        if verifier:
            request_in(root, talk.soap, self._address, self._limits, WS_SECURITY)
            verified = elsewhere(partial(verifier.verified, message, self._address))
            root = parse(verified, self._limits, known=False)
            element = request_in(root, talk.soap, self._address, self._limits, WS_SECURITY)
        elif known:
            element = request_among(root)
        else:
            element = request_in(root, talk.soap, self._address, self._limits, NOTHING)
        talk.operation = self._dispatch.operation(element)
        check_action(request.headers, media, inner, operation=talk.operation)
        self._grammar.check(element)
        if not (known or verifier):  # secured messages are no two of one shape, and would take the room of the others
            self._shapes.learn(message)
        return self._dispatch.read(element)

    def _told(self, request: HttpRequest, answer: HttpAnswer, talk: _Talk) -> Exchange:
        """What the journal is told."""
        opened = talk.asked if talk.outcome in _OPENED else None
        return Exchange(
            id=talk.id,
            direction=Direction.IN,
            began_at=talk.began_at,
            ended_at=self._clock(),
            operation=talk.operation,
            caller=talk.caller.key if talk.caller else None,
            callee=_cut(opened.country) if opened else None,
            fingerprint=hashlib.sha256(request.certificate).hexdigest() if request.certificate else None,
            permit_number=_cut(opened.number) if opened else None,
            outcome=talk.outcome,
            request=request.body,
            answer=answer.body,
        )


def _failure(error: Exception, talk: _Talk) -> HttpAnswer:
    told = error if isinstance(error, GatewayError) else InternalError("unexpected")
    if isinstance(told, HouseFault | InputInvalid) and not isinstance(told, UnderMaintenance):
        log_defect(talk.id, error)
    return _refusal(fault(told, talk.soap, talk.id), talk)


def _refusal(
    refused: Fault, talk: _Talk, status: int | None = None, headers: tuple[tuple[str, str], ...] = ()
) -> HttpAnswer:
    talk.outcome = refused.code
    body = _signed(refused.body, talk)
    return HttpAnswer(status or refused.status, (("Content-Type", talk.soap.content_type), *_CLOSED, *headers), body)


def _signed(body: bytes, talk: _Talk) -> bytes:
    """A signed fault; unsigned where signing fails, which says more than nothing."""
    try:
        return talk.security.ours.secured(body) if talk.security.ours else body
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a fault
        log_defect(talk.id, error)
        return body


def _cut(text: str | None) -> str | None:
    return text[:_LONGEST_IN_JOURNAL] if text else None
