"""Pages of the national sign-on: to the provider, and back from it.

No page is shown at the address of the answer, which holds a code: the browser is sent on at once,
and neither history nor log has it. The way to the provider is a link, not a form, as the content
security policy lets forms go to our own pages alone.
"""

import secrets
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from gateway.exchange.people.sign_on import SignOn, SignOnFailed
from gateway.web.people.desk import Desk
from gateway.web.people.page import Access, Page
from gateway.web.people.visit import (
    NEXT_COOKIE,
    SIGN_ON_COOKIE,
    Visit,
    local_path,
    set_cookie,
    to,
    with_session,
    without,
)

START, CALLBACK = "/sign-in/national", "/sign-in/national/callback"
_LONGEST_SECRET = 100


@dataclass(frozen=True, slots=True)
class SignOnPages:
    """Handlers; the table of pages names them."""

    desk: Desk
    sign_on: SignOn

    def pages(self) -> tuple[Page, Page]:
        """The two pages."""
        return (
            Page(START, Access.ANYBODY, self.start),
            Page(CALLBACK, Access.ANYBODY, self.finish),
        )

    def start(self, visit: Visit) -> Response:
        """Send the browser to the provider, or back to the sign-in where it is away."""
        if visit.session is not None and visit.session.is_full:
            return to("/")
        secret = secrets.token_urlsafe(32)
        try:
            answer = RedirectResponse(self.sign_on.address(secret), 303)
        except SignOnFailed as failed:
            return _failed(failed)
        set_cookie(answer, SIGN_ON_COOKIE, secret)
        set_cookie(answer, NEXT_COOKIE, local_path(visit.query.get("next", "/")))
        return answer

    def finish(self, visit: Visit) -> Response:
        """Begin the session, or go back to the sign-in with the reason."""
        secret = visit.cookies.get(SIGN_ON_COOKIE, "")
        if len(secret) > _LONGEST_SECRET:
            secret = ""
        try:
            signed_in = self.sign_on.finish(secret, visit.query, visit.session, visit.origin)
        except SignOnFailed as failed:
            self.desk.sign_in_failed("sign-on")
            return without(_failed(failed), SIGN_ON_COOKIE, NEXT_COOKIE)
        wanted = local_path(visit.cookies.get(NEXT_COOKIE, "/"))
        target = wanted if signed_in.session.is_full else "/sign-in/code"
        return without(with_session(to(target), signed_in), SIGN_ON_COOKIE, NEXT_COOKIE)


def _failed(failed: SignOnFailed) -> Response:
    return to(f"/sign-in?national={failed.problem.value}")
