"""Stand-in service: reads a request by its dialect, answers it from sample permits, or misbehaves.

Misbehaviour of content is made here (another permit, a seal that does not fit, broken XML, a fault
with HTTP 200); misbehaviour on the way in `sending`.
"""

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from gateway.dialects import Carries, CertificateUse, Dialect
from gateway.domain.errors import (
    CalleeNotFound,
    CertificateMissing,
    GatewayError,
    InternalError,
    InvalidRequest,
    ServiceUnavailable,
)
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import OperationName
from gateway.exchange.ports import Clock, NewId
from gateway.http import HttpAnswer, HttpRequest, settled
from gateway.http import Site as HttpSite
from gateway.simulator.answers import AnswerWriter
from gateway.simulator.budget_count import BudgetCount
from gateway.simulator.misbehaviour import Misbehaviour
from gateway.simulator.permits import AnsweredPermit, SamplePermits
from gateway.simulator.reading import AskedOperation, Envelope, RequestReader
from gateway.simulator.server import Reply

_LOG = logging.getLogger(__name__)
_MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request that came, and what it was answered with. outcome: `ok`, or a code."""

    request: HttpRequest
    operation: OperationName | None
    outcome: str


class StandIn:
    """The site of a stand-in. Safe to share between threads.

    country: that it answers for.  published: answers GET, with the WSDL; None: there is none.
    over_tls: whether a client certificate can be asked for.
    """

    def __init__(
        self,
        dialect: Dialect,
        country: IsoCountryCode,
        permits: SamplePermits,
        reader: RequestReader,
        writer: AnswerWriter,
        clock: Clock,
        new_id: NewId,
        *,
        over_tls: bool,
    ) -> None:
        self._dialect = dialect
        self._country = country
        self._permits = permits
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._new_id = new_id
        self._over_tls = over_tls
        self._budget = BudgetCount(dialect.budget)
        self.misbehaviour: Misbehaviour | None = None
        self._asked: deque[ReceivedRequest] = deque(maxlen=_MOST_KEPT)
        self.published: HttpSite | None = None
        self._count = 0
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> Reply:
        """Answer one request. Raises nothing."""
        how = self.misbehaviour
        if request.method != "POST":
            return self._describe(request), None
        envelope, operation, outcome = Envelope(), None, "ok"
        try:
            self._require_allowed(request)
            if how is Misbehaviour.FAULT_200:
                raise ServiceUnavailable("This stand-in misbehaves on purpose.")
            asked = self._reader.read(request, envelope)
            operation = asked.operation
            answer = self._answer(asked, envelope, how)
        except GatewayError as error:
            outcome, answer = error.code, self._fault(error, envelope)
        except Exception as error:  # noqa: BLE001 - last resort: the caller always gets a fault
            _LOG.error("stand-in: defect=%s", type(error).__name__)
            defect = InternalError("This stand-in has a defect.")
            outcome, answer = defect.code, self._fault(defect, envelope)
        with self._lock:
            self._count += 1
            self._asked.append(ReceivedRequest(request, operation, outcome))
        return _spoilt(answer, how), how

    @property
    def asked(self) -> Sequence[ReceivedRequest]:
        """The newest requests, the oldest first."""
        with self._lock:
            return tuple(self._asked)

    def state(self) -> Mapping[str, object]:
        """The state of the stand-in, for its control address."""
        return {
            "dialect": self._dialect.name,
            "country": self._country.text,
            "misbehaviour": self.misbehaviour,
            "asked": self._count,
        }

    def switch(self, misbehaviour: Misbehaviour | None) -> None:
        """Misbehave in another way from the next answer on. None: behave."""
        self.misbehaviour = misbehaviour

    def _describe(self, request: HttpRequest) -> HttpAnswer:
        answer = (
            settled(self.published(request))
            if self.published
            else HttpAnswer(
                405, (("Allow", "POST"),), b"This stand-in has no WSDL; ask it with POST.\n"
            )
        )
        return replace(answer, headers=(*answer.headers, *self._writer.marks[:1]))

    def _require_allowed(self, request: HttpRequest) -> None:
        wants = self._dialect.login.client_certificate is CertificateUse.REQUIRED
        if wants and self._over_tls and request.certificate is None:
            raise CertificateMissing("This dialect asks for a client certificate.")
        self._budget.require()

    def _answer(
        self, asked: AskedOperation, envelope: Envelope, how: Misbehaviour | None
    ) -> HttpAnswer:
        if asked.country is not None and asked.country != self._country.text:
            raise CalleeNotFound(f"This stand-in answers for {self._country}.")
        match asked.operation:
            case OperationName.SERVICE_STATE:
                return self._writer.state(asked, self._clock(), envelope.soap)
            case OperationName.CONFIRM_QUANTITIES:
                number, token = self._key(asked)
                state, identity = self._permits.confirm(number, token, asked.seen)
                return self._writer.confirmation(asked, state, identity, envelope.soap)
            case _:
                return self._writer.certificate(asked, self._permit(asked, how), envelope.soap)

    def _permit(self, asked: AskedOperation, how: Misbehaviour | None) -> AnsweredPermit:
        number, token = self._key(asked)
        versions = self._dialect.answer.documents
        final = asked.operation is OperationName.GET_FINAL
        permit = self._permits.certificate(number, token, final=final, versions=versions)
        if how is Misbehaviour.WRONG_PERMIT:
            return self._permits.another(number, versions)
        if how is Misbehaviour.BAD_SIGNATURE:
            return replace(permit, seal=self._permits.another(number, versions).seal)
        return permit

    def _key(self, asked: AskedOperation) -> tuple[str, str | None]:
        if asked.number is None:
            raise InvalidRequest("The number of the permit is missing.", box="1")
        takes_token = self._dialect.operation(asked.operation).carries(Carries.TOKEN)
        return asked.number, (asked.token or "") if takes_token else None

    def _fault(self, error: GatewayError, envelope: Envelope) -> HttpAnswer:
        return self._writer.fault(error, envelope.soap, self._new_id(), envelope.number)


def _spoilt(answer: HttpAnswer, how: Misbehaviour | None) -> HttpAnswer:
    if how is Misbehaviour.WRONG_XML:
        return replace(answer, body=answer.body[: -len(b"</soap:Envelope>")] + b"</soap:Wrong>")
    return replace(answer, status=200) if how is Misbehaviour.FAULT_200 else answer
