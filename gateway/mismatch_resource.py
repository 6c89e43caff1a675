"""Resource for differences of counts, beside the SOAP endpoints: partners that agreed on it POST.

The caller is known by its client certificate, as in SOAP. For every other caller there is nothing
at the address.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

from gateway.domain.errors import (
    CallerNotFound,
    CertificateMissing,
    GatewayError,
    InvalidRequest,
    TooManyRequests,
)
from gateway.domain.partner import Partner
from gateway.exchange.canonical_json import canonical
from gateway.exchange.journal.message_retention import MessageRetention
from gateway.exchange.permits.guess_limit import CallerLimit
from gateway.exchange.ports import Clock, Direction, Exchange, Journal, NewId
from gateway.exchange.report.sharing.receive import ReceiveMismatches
from gateway.exchange.report.sharing.records import MESSAGE
from gateway.exchange.service.identify_caller import AnyCaller, IdentifyCaller
from gateway.http import HttpAnswer, HttpRequest

PATH = "/epix/mismatches"
_HEADERS = (
    ("Content-Type", "application/json"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)
_LOG = logging.getLogger(__name__)
_STATUSES: dict[type[GatewayError], HTTPStatus] = {
    InvalidRequest: HTTPStatus.BAD_REQUEST,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
}


@dataclass(frozen=True, slots=True)
class MismatchResource:
    """Answers one request. partners: keys of those that agreed on it.

    require_open: raises ServiceUnavailable while the service is closed.
    limit: of messages in a minute.  retention: rule of the journal for refused messages.
    """

    callers: IdentifyCaller | AnyCaller
    partners: Collection[str]
    receive: ReceiveMismatches
    journal: Journal
    require_open: Callable[[], None]
    limit: CallerLimit
    retention: MessageRetention
    clock: Clock
    new_id: NewId

    def __call__(self, request: HttpRequest) -> HttpAnswer | None:
        """Return the answer; None where there is nothing for this caller. Never raises."""
        if request.method != "POST" or not self.partners:
            return None
        began_at = self.clock()
        try:
            caller = self.callers.identify(
                request.certificate, refused_before=request.certificate_refused
            )
        except (CertificateMissing, CallerNotFound):
            return None
        except GatewayError as error:
            return _refusal(error)
        if caller.key not in self.partners:
            return None
        try:
            self.require_open()
            body, taken = self._received(caller, request.body)
            answer = HttpAnswer(200, _HEADERS, body)
            outcome = "ok" if taken else InvalidRequest.__name__
        except GatewayError as refused:
            answer, outcome = _refusal(refused), refused.code
        try:
            for record in self.retention.records(
                self._exchange(request, caller, answer, outcome, began_at)
            ):
                self.journal.record(record)
        except GatewayError as unavailable:
            return _refusal(unavailable)
        return answer

    def _received(self, caller: Partner, message: bytes) -> tuple[bytes, bool]:
        if self.limit.count(caller):
            raise TooManyRequests("Too many messages in this minute; send the rest later.")
        return self.receive.receive(caller, message)

    def _exchange(
        self,
        request: HttpRequest,
        caller: Partner,
        answer: HttpAnswer,
        outcome: str,
        began_at: datetime,
    ) -> Exchange:
        _LOG.info("mismatches caller=%s outcome=%s", caller.key, outcome)
        return Exchange(
            self.new_id(),
            Direction.IN,
            began_at,
            self.clock(),
            MESSAGE,
            caller.key,
            None,
            sha256(request.certificate).hexdigest() if request.certificate else None,
            None,
            outcome,
            request.body,
            answer.body,
        )


def _refusal(error: GatewayError) -> HttpAnswer:
    status = _STATUSES.get(type(error), HTTPStatus.SERVICE_UNAVAILABLE)
    return HttpAnswer(status, _HEADERS, canonical({"v": 1, "error": error.code}))
