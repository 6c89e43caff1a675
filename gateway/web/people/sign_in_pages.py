"""Pages of the sign-in: password, code of an authenticator, one-time code, sign-out, language."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.domain.people.sign_on import SignOnProblem
from gateway.web.people.desk import Desk
from gateway.web.people.languages import LANGUAGES
from gateway.web.people.visit import (
    LANGUAGE_COOKIE,
    Visit,
    local_path,
    set_cookie,
    to,
    with_session,
    without_session,
)
from gateway.web.people.words import SIGN_ON_PROBLEMS

_CODE_PAGE = "/sign-in/code"
_DIFFERENT = Sentence("The two passwords are not the same.")


@dataclass(frozen=True, slots=True)
class SignInPages:
    """Handlers; the table of pages names them."""

    desk: Desk

    def show_sign_in(self, visit: Visit) -> Response:
        """The form for name and password; the first page for a person who is signed in."""
        if visit.session is not None:
            return to("/" if visit.session.is_full else _CODE_PAGE)
        wanted = local_path(visit.query.get("next", "/"))
        return self._sign_in_form(visit, wanted)

    def sign_in(self, visit: Visit) -> Response:
        """Begin a session, or show the form again with what is wrong."""
        form, wanted = visit.form, local_path(visit.form.text("next"))
        try:
            signed_in = self.desk.sign_in.with_password(
                form.text("name"), form.text("password"), visit.origin
            )
        except PersonInvalid as error:
            self.desk.sign_in_failed("password")
            return self._sign_in_form(replace(visit, form=form.refused(error)), wanted)
        target = wanted if signed_in.session.is_full else _CODE_PAGE
        return with_session(to(target), signed_in)

    def _sign_in_form(self, visit: Visit, wanted: str) -> Response:
        sign_on, problem = self.desk.sign_on, visit.query.get("national", "")
        is_out = problem == SignOnProblem.SIGNED_OUT
        values = {
            "next": wanted,
            "sandbox_password": self.desk.sandbox_password,
            "sign_on": sign_on,
            "problem": SIGN_ON_PROBLEMS.get(problem) if sign_on else None,
            "elsewhere": sign_on.sign_out_address() if sign_on and is_out else None,
        }
        return visit.page("people/sign-in.html", values)

    def show_code(self, visit: Visit) -> Response:
        """The form for the code of an authenticator."""
        _, session = visit.signed_in
        return to("/") if session.is_full else visit.page("people/code.html")

    def sign_in_with_code(self, visit: Visit) -> Response:
        """Begin the full session, or show the form again."""
        person, session = visit.signed_in
        if session.is_full:
            return to("/")
        try:
            signed_in = self.desk.sign_in.with_code(
                person, session, visit.form.text("code"), visit.origin
            )
        except PersonInvalid as error:
            self.desk.sign_in_failed("code")
            return replace(visit, form=visit.form.refused(error)).page("people/code.html")
        return with_session(to("/"), signed_in)

    def sign_out(self, visit: Visit) -> Response:
        """End the session. After a national sign-on the page offers to sign out there, too."""
        is_elsewhere = False
        if visit.person is not None and visit.session is not None:
            self.desk.sessions.sign_out(visit.person, visit.session, visit.origin)
            is_elsewhere = self.desk.sign_on is not None and visit.session.by_sign_on
        query = f"?national={SignOnProblem.SIGNED_OUT.value}" if is_elsewhere else ""
        return without_session(to(f"/sign-in{query}"))

    def show_recover(self, visit: Visit) -> Response:
        """The form for a one-time code and a new password."""
        return visit.page("people/recover.html")

    def recover(self, visit: Visit) -> Response:
        """Set the new password and begin a session, or show the form again."""
        form = visit.form
        try:
            if form.text("new_password") != form.text("repeated_password"):
                raise PersonInvalid("repeated_password", _DIFFERENT)
            signed_in = self.desk.own_account.recover(
                form.text("code"), form.text("new_password"), visit.origin
            )
        except PersonInvalid as error:
            self.desk.sign_in_failed("one-time code")
            return replace(visit, form=form.refused(error)).page("people/recover.html")
        target = "/" if signed_in.session.is_full else _CODE_PAGE
        return with_session(to(target), signed_in)

    def choose_language(self, visit: Visit) -> Response:
        """Remember the language in a cookie, and go back."""
        answer = to(local_path(visit.form.text("next")))
        language = visit.form.text("language")
        if language in LANGUAGES:
            set_cookie(answer, LANGUAGE_COOKIE, language, lasting=True)
        return answer
