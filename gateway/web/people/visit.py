"""Visit: one request of a person, with what the pages need to know about it."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.domain.people.person import Person
from gateway.domain.people.roles import Role
from gateway.exchange.people.sessions import Origin, SignedIn
from gateway.exchange.ports.people.accounts import Session
from gateway.web.people.forms import Form
from gateway.web.people.languages import LANGUAGES, OF_OFFICERS, rendered_in
from gateway.web.people.navigation import Entry

SESSION_COOKIE = "__Host-epix-session"
FORM_COOKIE = "__Host-epix-form"
LANGUAGE_COOKIE = "__Host-epix-language"
SIGN_ON_COOKIE = "__Host-epix-sign-on"
NEXT_COOKIE = "__Host-epix-next"
"""The prefix makes browsers refuse a cookie of another host, path, or without TLS (RFC 6265bis)."""

CHOOSE_AUTHORITY = "/acting"
"""Page on which an officer chooses the authority that they act for."""
TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field
_PATH = re.compile(r"/(?:[A-Za-z0-9_.@-]+(?:/[A-Za-z0-9_.@-]+)*)?")
_LONGEST_PATH = 200
_YEAR_SECONDS = 31_536_000


@dataclass(frozen=True, slots=True)
class Visit:
    """person, session: of a session that is not over; else None.

    secret: value of the session's cookie, or of the form's cookie for a visitor.
    path: of the page, with the names in it.  parameters: names in the path.
    language, languages: of the page, and those that it can be read in.
    entries: the navigation, for whoever has the roles.  cookies: of the request.
    """

    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    language: str
    origin: Origin
    secret: str
    is_new_visitor: bool
    languages: Sequence[str] = OF_OFFICERS
    entries: Sequence[Entry] = ()
    form: Form = field(default_factory=Form)
    person: Person | None = None
    session: Session | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def signed_in(self) -> tuple[Person, Session]:
        """Person and session of a page that only a session opens."""
        if self.person is None or self.session is None:
            raise LookupError("a page without access rule asked for its person")
        return self.person, self.session

    @property
    def form_token(self) -> str:
        """Token of forms, bound to the cookie of this browser (against CSRF)."""
        return keyed(self.secret, "form")

    def page(
        self, template: str, values: Mapping[str, object] | None = None, status: int = 200
    ) -> Response:
        """A page in the language of the visit. template: in templates/."""
        person = self.person if self.session and self.session.is_full else None
        shared = {
            "visit": self,
            "languages": {tag: LANGUAGES[tag] for tag in self.languages},
            "person": person,
            "acting_for": _acting_for(person, self.session) if person and self.session else "",
            "entries": [each for each in self.entries if person and each.is_for(person)],
            "form": self.form,
        }
        status = 422 if self.form.errors and status == 200 else status
        text = rendered_in(template, self.language, {**shared, **(values or {})})
        answer = HTMLResponse(str(text), status)
        if self.is_new_visitor:
            set_cookie(answer, FORM_COOKIE, self.secret)
        return answer


def _acting_for(person: Person, session: Session) -> str:
    """Authority to show, where one was chosen: that of the acts, also after a role was taken."""
    return person.authority_acted_for(Role.CUSTOMS, session.authority) if session.authority else ""


def keyed(secret: str, purpose: str) -> str:
    """A value that only the holder of a cookie can be given. purpose: of the value."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def to(path: str) -> Response:
    """Send the browser to a page of ours after a form. The address names no host."""
    return RedirectResponse(path, 303)


def local_path(text: str) -> str:
    """A path of ours that a form may lead to; the first page for any other (open redirect)."""
    return text if len(text) <= _LONGEST_PATH and _PATH.fullmatch(text) else "/"


def with_session(answer: Response, signed_in: SignedIn) -> Response:
    """The answer that gives the browser its session."""
    set_cookie(answer, SESSION_COOKIE, signed_in.secret)
    return without(answer, FORM_COOKIE)


def without_session(answer: Response) -> Response:
    """The answer that takes the session from the browser."""
    return without(answer, SESSION_COOKIE)


def without(answer: Response, *names: str) -> Response:
    """The answer that takes cookies from the browser."""
    for name in names:
        answer.delete_cookie(name, secure=True, httponly=True, samesite="lax")
    return answer


def set_cookie(answer: Response, name: str, value: str, *, lasting: bool = False) -> None:
    """Set a cookie that no script reads and no other site sends with a form."""
    answer.set_cookie(
        name,
        value,
        max_age=_YEAR_SECONDS if lasting else None,
        secure=True,
        httponly=True,
        samesite="lax",
    )
