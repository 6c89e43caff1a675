"""Route of the JSON API: the checks that all operations share, and the record of each call.

In this order: the rate limit of callers without a key; the API key; its call budget; its scope; the
query and the body; then the handler, in a thread. Nothing of a request is looked at before its key.
Every call with a valid key is in the journal before its answer leaves; of those beyond the call
budget the first in each window, so that no caller fills the journal.
"""

import hmac
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar

from fastapi import APIRouter, Security
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gateway.domain.api.key import ApiKey, Scope
from gateway.domain.errors import (
    CallerNotFound,
    GatewayError,
    InternalError,
    InvalidRequest,
    TooManyRequests,
)
from gateway.domain.foreign_text import one_line
from gateway.exchange.api.acts import ApiCall
from gateway.exchange.api.identify import WINDOW_SECONDS, Budget, require_scope
from gateway.exchange.api.secret import parse
from gateway.web.api.call import JSON, Call
from gateway.web.api.desk import ApiDesk
from gateway.web.api.json_body import parse_body, read_body
from gateway.web.api.problems import DOCUMENTED, problem_of
from gateway.web.api.refusal_limit import RefusalLimit

SCHEME = "apiKey"
"""Name of the security scheme in the OpenAPI description."""
_MOST_KEY = 200
_ALWAYS_OPEN = "service_state"
_access_log = logging.getLogger("gateway.web.access")
_log = logging.getLogger(__name__)
_bearer = HTTPBearer(
    auto_error=False,
    scheme_name=SCHEME,
    bearerFormat="epix_ID_SECRET",
    description="An API key, made with `epix-gateway api-keys add`.",
)

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def router(scope: Scope, tag: str) -> APIRouter:
    """A router whose operations need a scope. tag: subject, in the OpenAPI description."""
    made = type(f"{scope.name.title()}Route", (ApiRoute,), {"scope": scope})
    return APIRouter(
        route_class=made, dependencies=[Security(_bearer)], responses=DOCUMENTED, tags=[tag]
    )


@dataclass(frozen=True, slots=True)
class _Caller:
    key: ApiKey
    secret: str
    budget: Budget


class ApiRoute(APIRoute):
    """An operation. scope: that its caller needs."""

    scope: ClassVar[Scope] = Scope.READ

    def get_route_handler(self) -> Handler:
        """The handler of FastAPI within the checks."""
        answered = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await self._handle(request, answered)

        return handle

    async def _handle(self, request: Request, answered: Handler) -> Response:
        desk: ApiDesk = request.state.desk
        limit: RefusalLimit = request.state.refusal_limit
        began, incident, address = time.monotonic(), desk.new_id(), _address(request)
        answer: Response
        try:
            caller = await self._caller(desk, limit, request)
        except GatewayError as error:
            if isinstance(error, CallerNotFound):
                limit.refused(address)
            answer = problem_of(error, incident)
            if isinstance(error, TooManyRequests):
                answer.headers["Retry-After"] = str(WINDOW_SECONDS)
            self._observed(desk, answer, began, error.code)
            return answer
        call = Call(desk, caller.key, incident, "")
        request.state.call = call
        answer, outcome = await self._answer(request, answered, caller, call)
        record = self._record(desk, call, address, answer.status_code, outcome)
        try:
            if caller.budget.used <= caller.budget.limit + 1:
                await run_in_threadpool(desk.record, record.exchange(incident))
        except GatewayError as error:  # nothing is exchanged unseen
            answer, outcome = problem_of(error, incident), error.code
        _add_budget(answer, caller.budget)
        self._observed(desk, answer, began, outcome)
        return answer

    async def _caller(self, desk: ApiDesk, limit: RefusalLimit, request: Request) -> _Caller:
        """The caller of a request. Raises CallerNotFound, TooManyRequests, ServiceUnavailable."""
        address = _address(request)
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        shown = shown.strip() if scheme.lower() == "bearer" and len(shown) < _MOST_KEY else ""
        if limit.is_exceeded(address, (parse(shown) or ("",))[0]):
            raise TooManyRequests("Too many requests came without a valid API key.")
        key = await run_in_threadpool(desk.identify.key, shown, address)
        limit.accepted(key.id)
        return _Caller(key, shown, await run_in_threadpool(desk.identify.count, key))

    async def _answer(
        self, request: Request, answered: Handler, caller: _Caller, call: Call
    ) -> tuple[Response, str]:
        """The answer to a known caller, and its outcome: `ok` or the code of an error."""
        try:
            if caller.budget.is_exceeded:
                raise TooManyRequests("The call budget of this API key is spent for now.")
            require_scope(caller.key, self.scope)
            if self.name != _ALWAYS_OPEN:
                call.desk.require_open()
            self._require_known_query(request)
            await _read(request, caller, call)
            return await answered(request), "ok"
        except GatewayError as error:
            return problem_of(error, call.incident), error.code
        except RequestValidationError as error:
            refused = InvalidRequest(_sentence(error))
            return problem_of(refused, call.incident), refused.code
        except Exception as error:  # noqa: BLE001 - the caller gets a problem, the log the reason
            defect = InternalError("A defect of this gateway.")
            _log.error(
                "operation=%s incident=%s defect=%s",
                *(self.name, call.incident, type(error).__name__),
                exc_info=True,
            )
            return problem_of(defect, call.incident), defect.code

    def _require_known_query(self, request: Request) -> None:
        """Raise InvalidRequest for a parameter that is not known, or is there twice."""
        known = {field.alias for field in self.dependant.query_params}
        names = [name for name, _ in request.query_params.multi_items()]
        if set(names) - known:
            raise InvalidRequest(
                f"The query may have only: {', '.join(sorted(known)) or 'nothing'}."
            )
        if len(set(names)) != len(names):
            raise InvalidRequest("The query has a parameter twice.")

    def _record(
        self, desk: ApiDesk, call: Call, address: str, status: int, outcome: str
    ) -> ApiCall:
        key = call.key
        return ApiCall(
            desk.clock(),
            key.id,
            key.system,
            key.authority,
            self.name,
            address,
            status,
            outcome,
            call.permit_number,
            call.subject,
        )

    def _observed(self, desk: ApiDesk, answer: Response, began: float, outcome: str) -> None:
        seconds = time.monotonic() - began
        desk.observe(f"api:{self.name}", answer.status_code, seconds)
        _access_log.info(
            "operation=%s status=%d outcome=%s ms=%d",
            *(self.name, answer.status_code, outcome, seconds * 1000),
        )


async def _read(request: Request, caller: _Caller, call: Call) -> None:
    """Read the body strictly, and give the call its digest.

    Raises MessageTooLarge, InvalidRequest.
    """
    body = await read_body(request)
    request._body = body
    if body and request.method not in ("GET", "HEAD"):
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != JSON:
            raise InvalidRequest(f"The body needs Content-Type: {JSON}.")
        request._json = parse_body(body)
    parts = (
        request.method.encode(),
        request.url.path.encode(),
        request.url.query.encode(),
        request.headers.get("permit-token", "").encode(),
        body,
    )
    keyed = hmac.new(caller.secret.encode(), digestmod=sha256)
    for part in parts:
        keyed.update(len(part).to_bytes(8, "big") + part)
    call.digest = keyed.hexdigest()


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _add_budget(answer: Response, budget: Budget) -> None:
    """Source: IETF draft-ietf-httpapi-ratelimit-headers-10."""
    answer.headers["RateLimit-Policy"] = f'"calls";q={budget.limit};w={WINDOW_SECONDS}'
    answer.headers["RateLimit"] = f'"calls";r={budget.remaining};t={budget.reset_seconds}'
    if answer.status_code == 429:
        answer.headers["Retry-After"] = str(budget.reset_seconds)
    elif answer.status_code == 503:
        answer.headers["Retry-After"] = "30"


def _sentence(error: RequestValidationError) -> str:
    """Name the first wrong field and its rule; never its value, which may be a token."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return one_line(f"{where}: {first['msg']}.")[:300]
