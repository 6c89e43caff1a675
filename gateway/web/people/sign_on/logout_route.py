"""Route of the back-channel logout: the provider itself sends a logout token, without a browser.

It stands outside the table of pages: no session and no form of ours is behind it, and the signature
of the token is the access rule. A token costs one signature check; the keys of the provider are
fetched again at most once a minute, whatever is sent. A few tokens are judged at a time, so that
a flood of them takes no thread from the pages.
Source: OpenID Connect Back-Channel Logout 1.0, sections 2.5, 2.7 and 2.8.
"""

import logging
import time
from collections.abc import Callable

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.domain.errors import GatewayError
from gateway.exchange.people.sessions import Origin
from gateway.exchange.ports.people.sign_on import SignOnRefused, SignOnUnavailable
from gateway.web.people.desk import Observe
from gateway.web.people.forms import MEDIA_TYPE, read_form

LOGOUT = "/sign-in/national/logout"
_AT_ONCE = 4
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",
}
_log = logging.getLogger(__name__)


def logout_route(end_sessions: Callable[[str, Origin], int], observe: Observe) -> Route:
    """The route.

    end_sessions: ends the sessions that a token names; raises SignOnRefused, SignOnUnavailable,
    GatewayError.
    """
    limiter = CapacityLimiter(_AT_ONCE)

    async def answer(request: Request) -> Response:
        began = time.monotonic()
        body = await request.body()
        made = await to_thread.run_sync(_answer, end_sessions, request, body, limiter=limiter)
        observe(LOGOUT, made.status_code, time.monotonic() - began)
        return made

    return Route(LOGOUT, answer, methods=["POST"])


def _answer(end_sessions: Callable[[str, Origin], int], request: Request, body: bytes) -> Response:
    try:
        token = _token(request.headers.get("content-type", ""), body)
        address = request.client.host if request.client else ""
        ended = end_sessions(token, Origin(address))
    except SignOnRefused as refused:
        return _failed("invalid_request", f"The logout token is not taken: {refused}.")
    except (SignOnUnavailable, GatewayError):
        # The specification has the one status for every failure.
        return _failed("temporarily_unavailable", "The logout cannot be done now. Try again.")
    _log.info("back-channel logout: sessions=%d", ended)
    return Response(status_code=200, headers=_HEADERS)


def _token(media_type: str, body: bytes) -> str:
    """The token of a form. Raises SignOnRefused."""
    if media_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise SignOnRefused("media type")
    try:
        (token,) = read_form(body).texts("logout_token")
    except ValueError:
        raise SignOnRefused("form") from None
    return token


def _failed(error: str, description: str) -> Response:
    _log.warning("back-channel logout failed: %s", description)
    return JSONResponse({"error": error, "error_description": description}, 400, _HEADERS)
