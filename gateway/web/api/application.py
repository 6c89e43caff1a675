"""Application of the JSON API, mounted at `/api/v1` beside the pages for people.

It has no session and takes no cookie: the API key comes with each request. Its description,
OpenAPI 3.1, and a page about it are open to anybody, as they hold nothing of this gateway.

The routes hold nothing of a gateway either: FastAPI reads their signatures once in a process. What
they need of a gateway comes with each request, in the state of the ASGI scope.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from threading import Lock
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.web.api.desk import ApiDesk
from gateway.web.api.page import page
from gateway.web.api.problems import Problem, http_problem
from gateway.web.api.refusal_limit import RefusalLimit
from gateway.web.api.route import SCHEME, ApiRoute
from gateway.web.api.routes import (
    certificates,
    confirmations,
    declarations,
    ledger,
    service,
    status,
    webhooks,
)

PREFIX = "/api/v1"
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
}
_DESCRIBING = Lock()
_DESCRIPTION: dict[str, object] = {}
"""Of the API, whatever the gateway: empty until it is asked for."""
_SUBJECTS = (service, status, certificates, ledger, confirmations, declarations, webhooks)


def api_routes(desk: ApiDesk) -> Sequence[BaseRoute]:
    """Routes of the API for the application of the pages."""
    return (Mount(PREFIX, _Guarded(api_application(), desk)),)


@cache
def api_application() -> FastAPI:
    """The application, at its own root.

    A request needs `desk` (ApiDesk) and `refusal_limit` (RefusalLimit) in its state.
    """
    api = FastAPI(
        title="epix-gateway",
        version="1",
        openapi_url=None,  # served below, with the prefix
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: _without_operation},
        generate_unique_id_function=lambda route: route.name,
    )
    for subject in _SUBJECTS:
        api.include_router(subject.routes)
    api.add_route("/openapi.json", lambda _: JSONResponse(_described(api)), methods=["GET"])
    api.add_route("/", lambda _: page(PREFIX, _operations()), methods=["GET"])
    return api


def _described(api: FastAPI) -> dict[str, object]:
    """The description, made on the first request of a process.

    It takes a quarter of a second of a processor, which each start would pay. Requests that arrive
    together wait for one of them to make it.
    """
    with _DESCRIBING:
        if not _DESCRIPTION:
            _DESCRIPTION.update(description(api))
    return _DESCRIPTION


def description(api: FastAPI) -> dict[str, object]:
    """The OpenAPI description of the application."""
    made = get_openapi(
        title="epix-gateway",
        version="1",
        summary="CITES permits for systems of customs, Single Window and risk analysis.",
        description="docs/api.md has examples.",
        routes=api.routes,
        servers=[{"url": PREFIX}],
    )
    for each in _operations():
        for method in each.methods or ():
            made["paths"][each.path][method.lower()]["security"] = [
                {SCHEME: [each.scope.value]}  # OpenAPI 3.1: roles of any kind of scheme
            ]
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return made


def _operations() -> Iterator[ApiRoute]:
    for subject in _SUBJECTS:
        yield from (each for each in subject.routes.routes if isinstance(each, ApiRoute))


class _Guarded:
    """Host check, state of the requests, and the headers of every answer."""

    def __init__(self, application: ASGIApp, desk: ApiDesk) -> None:
        self._application = application
        self._desk = desk
        self._state = {"desk": desk, "refusal_limit": RefusalLimit()}
        self._host = urlsplit(desk.address).netloc.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(each for each in _HEADERS.items() if each[0] not in known),
                ]
            await send(message)

        if scope["type"] != "http":
            return
        if Request(scope).headers.get("host", "").lower() != self._host:
            refused = http_problem(421, "This host is not served here.", self._desk.new_id())
            await refused(scope, receive, send_with_headers)
            return
        state = {**scope.get("state", {}), **self._state}
        await self._application({**scope, "state": state}, receive, send_with_headers)


async def _without_operation(request: Request, error: Exception) -> Response:
    status_code = error.status_code if isinstance(error, HTTPException) else 500
    text = {
        404: "There is no such operation. /api/v1/openapi.json describes all.",
        405: "This operation takes no such method.",
    }.get(status_code, "This request cannot be answered.")
    answer = http_problem(status_code, text, request.state.desk.new_id())
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer
