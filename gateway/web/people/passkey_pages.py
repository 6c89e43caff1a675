"""Pages of passkeys: sign-in with one, adding and removing one. A script speaks with the browser.

The script puts the browser's answer into a form and sends it; without scripts the pages say that a
passkey needs them, and everything else works.
"""

import hashlib
from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.people.passkeys import PasskeyAnswer
from gateway.exchange.ports.people.accounts import Passkey
from gateway.web.people.desk import Desk
from gateway.web.people.visit import Visit, to, with_session

_UNKNOWN = Sentence("There is no such passkey on your account.")


def key_of(passkey: Passkey) -> str:
    """Name of a passkey in an address."""
    return hashlib.sha256(passkey.credential).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PasskeyPages:
    """Handlers; the table of pages names them."""

    desk: Desk

    def show_sign_in(self, visit: Visit) -> Response:
        """The page that asks the browser for a passkey."""
        if visit.session is not None and visit.session.is_full:
            return to("/")
        options = self.desk.passkeys.request_options(visit.secret)
        return visit.page("people/passkey-sign-in.html", {"options": options})

    def sign_in(self, visit: Visit) -> Response:
        """Begin a full session, or show the page again."""
        former = visit.session
        try:
            signed_in = self.desk.passkeys.sign_in(_answer(visit), former)
        except PersonInvalid as error:
            self.desk.sign_in_failed("passkey")
            return self.show_sign_in(replace(visit, form=visit.form.refused(error)))
        return with_session(to("/"), signed_in)

    def show_adding(self, visit: Visit) -> Response:
        """The form for a new passkey."""
        person, _ = visit.signed_in
        options = self.desk.passkeys.creation_options(person, visit.secret)
        return visit.page("people/passkey.html", {"options": options})

    def add(self, visit: Visit) -> Response:
        """Add the passkey, or show the form again."""
        person, _ = visit.signed_in
        form = visit.form
        try:
            self.desk.passkeys.add(
                person, form.text("label"), form.text("password"), _answer(visit)
            )
        except PersonInvalid as error:
            return self.show_adding(replace(visit, form=form.refused(error)))
        return to("/account")

    def show_removal(self, visit: Visit) -> Response:
        """The form that removes a passkey."""
        return visit.page("people/remove-passkey.html", {"passkey": self._passkey(visit)})

    def remove(self, visit: Visit) -> Response:
        """Remove it, or show the form again."""
        person, _ = visit.signed_in
        passkey = self._passkey(visit)
        try:
            self.desk.own_account.remove_passkey(
                person, passkey.credential, visit.form.text("password"), visit.origin
            )
        except PersonInvalid as error:
            return self.show_removal(replace(visit, form=visit.form.refused(error)))
        return to("/account")

    def _passkey(self, visit: Visit) -> Passkey:
        person, _ = visit.signed_in
        for passkey in self.desk.passkeys.of(person):
            if key_of(passkey) == visit.parameters["key"]:
                return passkey
        raise PersonInvalid("passkey", _UNKNOWN)


def _answer(visit: Visit) -> PasskeyAnswer:
    return PasskeyAnswer(visit.form.text("passkey"), visit.secret, visit.origin)
