"""Idempotency: a request with the same idempotency key has one effect, also through a crash.

The request is stored first, with the id of what it will make. The effect is stored under this id,
which is a primary key there. A crash between the two leaves a request without an answer: the same
request, sent again, is done again with the same id, finds what is there, and makes nothing new.
Source: IETF draft-ietf-httpapi-idempotency-key-header.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from gateway.domain.errors import CertificateNotFound, InvalidRequest
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.ports.api.requests import ApiRequest, ApiRequests


@dataclass(frozen=True, slots=True)
class Answered:
    """Answer of a request. body: JSON.  is_repeated: it was given before."""

    status: int
    body: bytes
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class DoOnce:
    """Use case: requests that change something."""

    requests: ApiRequests
    clock: Clock
    new_id: NewId

    def do(
        self, key_id: str, idempotency_key: str, digest: str, act: Callable[[str], Answered]
    ) -> Answered:
        """Do a request, or return the answer that it had.

        digest: of the whole request, hex.  act: makes something under the id it is given, or finds
        it there. An error that it raises is not kept: the request may be sent again.
        Raises InvalidRequest where the idempotency key was used for another request, and whatever
        act raises.
        """
        new = ApiRequest(key_id, idempotency_key, digest, self.new_id(), self.clock())
        request = self.requests.begin(new)
        if request.digest != digest:
            raise InvalidRequest(
                "This Idempotency-Key was used for another request. Use a new one for each request."
            )
        if request.status is not None and request.answer is not None:
            return Answered(request.status, request.answer, is_repeated=True)
        answered = act(request.operation_id)
        self.requests.finish(replace(request, status=answered.status, answer=answered.body))
        return answered

    def made_by(self, operation_id: str) -> str:
        """Key under which something was made. Raises CertificateNotFound where it is not known."""
        request = self.requests.of_operation(operation_id)
        if request is None:
            raise CertificateNotFound
        return request.key_id
