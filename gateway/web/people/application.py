"""Application for people: the pages as an ASGI application, with the checks that all share.

In this order: the host is ours; a form comes from one of our own pages (CSRF); the session; the
access rule of the page; then the handler, in a thread, because it waits for database and password
hash.
"""

import asyncio
import logging
import math
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hmac import compare_digest
from urllib.parse import quote, urlsplit

from anyio import from_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.domain.errors import (
    AccessDenied,
    GatewayError,
    TooManyRequests,
)
from gateway.domain.people.refused import PersonInvalid
from gateway.exchange.people.sessions import Origin
from gateway.web.people.desk import Desk
from gateway.web.people.forms import (
    MEDIA_TYPE,
    WITH_FILE,
    Form,
    read_form,
    read_form_with_file,
)
from gateway.web.people.languages import OF_OFFICERS, preferred
from gateway.web.people.navigation import Entry
from gateway.web.people.page import Access, Page
from gateway.web.people.page_table import areas
from gateway.web.people.static_files import FILES, static_answer
from gateway.web.people.visit import (
    CHOOSE_AUTHORITY,
    FORM_COOKIE,
    LANGUAGE_COOKIE,
    SESSION_COOKIE,
    TOKEN_FIELD,
    Visit,
    keyed,
    to,
    without_session,
)

SLOT_SECONDS = 0.4
"""Timed answers leave at whole multiples of it after their request.

A refusal for an unknown name takes less work than one for a known name, whose try is journalled:
both take less than one slot on a machine that is not overloaded.
"""

_LONGEST_SECRET = 100
_AUTHENTICATOR = "/account/authenticator"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers send the Origin `null`
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_access_log = logging.getLogger("gateway.web.access")
_log = logging.getLogger(__name__)


def application(desk: Desk, others: Iterable[BaseRoute] = ()) -> Starlette:
    """The application. others: routes of pages without a session, as they stand."""
    table = areas(desk)
    entries = [entry for area in table for entry in area.entries]
    routes: list[BaseRoute] = [
        Route(page.path, _Endpoint(desk, page, area.languages, entries))
        for area in table
        for page in area.pages
    ]
    routes += [Route(f"/static/{name}", partial(_static, name), methods=["GET"]) for name in FILES]
    routes += [
        Route("/health/live", _live, methods=["GET"]),
        Route("/health/ready", partial(_ready, desk), methods=["GET"]),
        *others,
    ]
    made = Starlette(
        routes=routes, exception_handlers={HTTPException: partial(_without_page, desk, entries)}
    )
    made.router.redirect_slashes = False
    return made


class _Endpoint:
    """ASGI application of one page."""

    def __init__(
        self, desk: Desk, page: Page, languages: Sequence[str], entries: Sequence[Entry]
    ) -> None:
        self._desk = desk
        self._page = page
        self._languages = languages
        self._entries = entries

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:  # type: ignore[type-arg]
        request = Request(scope, receive)
        began = time.monotonic()
        answer = await self._answer(request)
        if self._page.timed and request.method == "POST":
            await _until_slot(began)
        seconds = time.monotonic() - began
        self._desk.observe(self._page.path, answer.status_code, seconds)
        # The path of the table, not of the request: no name and no query reaches the log.
        _access_log.info(
            "method=%s page=%s status=%d ms=%d",
            request.method,
            self._page.path,
            answer.status_code,
            seconds * 1000,
        )
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        methods = {"GET": self._page.get, "HEAD": self._page.get, "POST": self._page.post}
        handler = methods.get(request.method)
        if not _is_our_host(self._desk, request):
            return _with_headers(PlainTextResponse("This host is not served here.\n", 421))
        if handler is None:
            allowed = ", ".join(method for method, known in methods.items() if known)
            refusal = PlainTextResponse("This page takes no such request.\n", 405)
            refusal.headers["Allow"] = allowed
            return _with_headers(refusal)
        body = await request.body()
        answer = await run_in_threadpool(self._visited, request, body, handler)
        return _with_headers(answer)

    def _visited(
        self, request: Request, body: bytes, handler: Callable[[Visit], Response]
    ) -> Response:
        visit = _visit(request, self._languages, self._entries)
        try:
            visit = _with_person(self._desk, visit, request)
            if request.method == "POST":
                visit = replace(visit, form=self._form(request, body, visit))
            return self._refusal(visit) or handler(visit)
        except _FormRefused as refused:
            return visit.page("people/problem.html", {"problem": refused.problem}, refused.status)
        except GatewayError as error:
            return _problem(visit, error)
        except Exception as error:  # noqa: BLE001 - a person gets a page, the log gets the reason
            _log.error("page=%s defect=%s", self._page.path, type(error).__name__, exc_info=True)
            return visit.page("people/problem.html", {"problem": "failure"}, 500)

    def _form(self, request: Request, body: bytes, visit: Visit) -> Form:
        """The form of a POST that comes from one of our own pages. Raises _FormRefused."""
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        with_file = self._page.takes_file and sent == WITH_FILE
        if sent != MEDIA_TYPE and not with_file:
            raise _FormRefused("form", 415)
        if not _is_from_our_page(self._desk, request):
            raise _FormRefused("foreign", 403)
        try:
            if with_file:
                # Of a visitor without a session no file is read: the access rule refuses the visit.
                form = from_thread.run(read_form_with_file, request) if visit.person else Form()
            else:
                form = read_form(body)
        except ValueError:
            raise _FormRefused("form", 400) from None
        token = keyed(visit.secret, "form").encode()
        is_refused_anyway = with_file and visit.person is None
        if not is_refused_anyway and not compare_digest(form.text(TOKEN_FIELD).encode(), token):
            raise _FormRefused("foreign", 403)
        return form

    def _refusal(self, visit: Visit) -> Response | None:
        """The answer to a visit that the access rule refuses; None where it may go on."""
        access, person, session = self._page.access, visit.person, visit.session
        if access is Access.ANYBODY:
            return None
        if person is None or session is None:
            # A page that was asked for is opened after the sign-in.
            wanted = f"?next={quote(visit.path)}" if self._page.get and visit.path != "/" else ""
            return without_session(to(f"/sign-in{wanted}"))
        if access is Access.HALF:
            return None
        if not session.is_full:
            return to("/sign-in/code")
        if access is Access.FULL and self._lacks_factor(visit):
            return to(_AUTHENTICATOR)
        if self._page.roles and not any(person.has(role) for role in self._page.roles):
            raise AccessDenied("Your roles do not open this page.")
        role = self._page.acts_as
        if role and not person.authority_acted_for(role, session.authority):
            return to(f"{CHOOSE_AUTHORITY}?next={quote(visit.path if self._page.get else '/')}")
        return None

    def _lacks_factor(self, visit: Visit) -> bool:
        person, session = visit.signed_in
        # A full session by sign-on has seen a second factor: there, or ours.
        return (
            self._desk.second_factor_required
            and not session.by_sign_on
            and not self._desk.own_account.has_second_factor(person)
        )


@dataclass
class _FormRefused(Exception):
    """A form is not taken. problem: as the template names it."""

    problem: str
    status: int


def _is_from_our_page(desk: Desk, request: Request) -> bool:
    """Whether the browser names one of our own pages as the origin of a form."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    return origin in (None, desk.address) and site in (None, "same-origin")


def _visit(
    request: Request, languages: Sequence[str] = OF_OFFICERS, entries: Sequence[Entry] = ()
) -> Visit:
    """The visit of a request, before its session is looked for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    secret = request.cookies.get(FORM_COOKIE, "")
    is_new = not 0 < len(secret) <= _LONGEST_SECRET
    address = request.client.host if request.client else ""
    return Visit(
        request.url.path,
        dict(request.path_params),
        dict(request.query_params),
        chosen
        if chosen in languages
        else preferred(request.headers.get("accept-language", ""), languages),
        Origin(address, request.headers.get("user-agent", "")),
        secrets.token_urlsafe(32) if is_new else secret,
        is_new,
        languages,
        entries,
        cookies=request.cookies,
    )


def _with_person(desk: Desk, visit: Visit, request: Request) -> Visit:
    """The visit with its session, where it has one. Raises ServiceUnavailable."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    found = desk.sessions.current(secret) if 0 < len(secret) <= _LONGEST_SECRET else None
    if found is None:
        return visit
    person, session = found
    return replace(visit, secret=secret, is_new_visitor=False, person=person, session=session)


def _problem(visit: Visit, error: GatewayError) -> Response:
    """The page of an error that no form shows."""
    if isinstance(error, TooManyRequests):
        answer = visit.page("people/problem.html", {"problem": "many"}, 429)
        answer.headers["Retry-After"] = "60"
        return answer
    if isinstance(error, AccessDenied):
        return visit.page("people/problem.html", {"problem": "denied"}, 403)
    if isinstance(error, PersonInvalid):
        return visit.page("people/problem.html", {"problem": "nothing"}, 404)
    _log.warning("a page could not be answered: code=%s", error.code)
    return visit.page("people/problem.html", {"problem": "failure"}, 503)


def _is_our_host(desk: Desk, request: Request) -> bool:
    return request.headers.get("host", "").lower() == urlsplit(desk.address).netloc.lower()


def _with_headers(answer: Response) -> Response:
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


async def _until_slot(began: float) -> None:
    slots = math.ceil((time.monotonic() - began) / SLOT_SECONDS)
    await asyncio.sleep(max(0.0, began + slots * SLOT_SECONDS - time.monotonic()))


async def _static(name: str, _: Request) -> Response:
    return _with_headers(static_answer(name))


async def _live(_: Request) -> Response:
    return _with_headers(JSONResponse({"status": "live"}))


async def _ready(desk: Desk, _: Request) -> Response:
    try:
        await run_in_threadpool(desk.check)
    except GatewayError as error:
        _log.warning("not ready: code=%s", error.code)
        return _with_headers(JSONResponse({"status": "not ready"}, 503))
    return _with_headers(JSONResponse({"status": "ready"}))


async def _without_page(
    desk: Desk, entries: Sequence[Entry], request: Request, error: Exception
) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status != 404 or not _is_our_host(desk, request):
        return _with_headers(PlainTextResponse("This cannot be answered.\n", status))
    visit = _visit(request, entries=entries)
    with suppress(GatewayError):  # without its session the page is whole but for its forms
        visit = await run_in_threadpool(_with_person, desk, visit, request)
    return _with_headers(visit.page("people/problem.html", {"problem": "nothing"}, 404))
