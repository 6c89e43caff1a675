"""Pages of a person's own account: first page, authority, password, authenticator, sessions."""

import hmac
from dataclasses import dataclass, replace

from markupsafe import Markup
from starlette.responses import Response

from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.web.people.desk import Desk
from gateway.web.people.passkey_pages import key_of
from gateway.web.people.visit import Visit, keyed, local_path, to
from gateway.web.people.words import ROLE_HINTS, ROLES

_DIFFERENT = Sentence("The two passwords are not the same.")
_OLD_FORM = Sentence("This form was too old. Add the new secret below to your authenticator.")


@dataclass(frozen=True, slots=True)
class AccountPages:
    """Handlers; the table of pages names them."""

    desk: Desk

    def show_first_page(self, visit: Visit) -> Response:
        """Person that is signed in, with roles, and links to their pages."""
        person, _ = visit.signed_in
        values = {
            "roles": ROLES,
            "hints": ROLE_HINTS,
            "authorities": self.desk.authorities,
            "has_factor": self.desk.own_account.has_second_factor(person),
        }
        return visit.page("people/first.html", values)

    def show_choice(self, visit: Visit) -> Response:
        """The form on which an officer of several authorities chooses one."""
        person, session = visit.signed_in
        values = {
            "authorities": [
                (identity, self.desk.authorities.get(identity, identity))
                for identity in sorted(person.authorities(Role.CUSTOMS))
            ],
            "chosen": person.authority_acted_for(Role.CUSTOMS, session.authority),
            "next": local_path(visit.form.text("next") or visit.query.get("next", "/")),
        }
        return visit.page("people/acting.html", values)

    def choose(self, visit: Visit) -> Response:
        """Choose the authority, or show the form again."""
        person, session = visit.signed_in
        try:
            self.desk.sessions.choose_authority(
                person, session, visit.form.text("authority"), visit.origin
            )
        except PersonInvalid as error:
            return self.show_choice(replace(visit, form=visit.form.refused(error)))
        return to(local_path(visit.form.text("next")))

    def show_account(self, visit: Visit) -> Response:
        """Password, second factor and sessions."""
        person, session = visit.signed_in
        values = {
            "has_authenticator": self.desk.own_account.has_authenticator(person),
            "passkeys": [(each, key_of(each)) for each in self.desk.passkeys.of(person)],
            "sessions": self.desk.sessions.of(person),
            "present": session.digest,
        }
        return visit.page("people/account.html", values)

    def show_password(self, visit: Visit) -> Response:
        """The form for a new password."""
        return visit.page("people/password.html")

    def change_password(self, visit: Visit) -> Response:
        """Set the new password, or show the form again."""
        person, session = visit.signed_in
        form = visit.form
        try:
            if form.text("new_password") != form.text("repeated_password"):
                raise PersonInvalid("repeated_password", _DIFFERENT)
            self.desk.own_account.change_password(
                person,
                session,
                form.text("present_password"),
                form.text("new_password"),
                visit.origin,
            )
        except PersonInvalid as error:
            return replace(visit, form=form.refused(error)).page("people/password.html")
        return to("/account")

    def show_authenticator(self, visit: Visit) -> Response:
        """A new secret as text and picture, and the form for a code of it."""
        return self._authenticator_form(visit, self.desk.sign_in.codes.new_secret())

    def add_authenticator(self, visit: Visit) -> Response:
        """Take the secret where a code proves it, or show the form again."""
        person, session = visit.signed_in
        form = visit.form
        secret = form.text("secret")
        # The secret is one that we made for this session, and no other.
        if not hmac.compare_digest(form.text("proof"), keyed(visit.secret, secret)):
            error = PersonInvalid("code", _OLD_FORM)
            again = replace(visit, form=form.refused(error))
            return self._authenticator_form(again, self.desk.sign_in.codes.new_secret())
        try:
            self.desk.own_account.add_authenticator(
                person, session, secret, (form.text("code"), form.text("password")), visit.origin
            )
        except PersonInvalid as error:
            return self._authenticator_form(replace(visit, form=form.refused(error)), secret)
        return to("/account")

    def _authenticator_form(self, visit: Visit, secret: str) -> Response:
        person, _ = visit.signed_in
        codes = self.desk.sign_in.codes
        picture = codes.picture(codes.address(secret, person.name)).decode()
        values = {
            "secret": secret,
            "groups": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "proof": keyed(visit.secret, secret),
            "picture": Markup(picture),  # noqa: S704 - made by our library of our own text
            "is_required": not self.desk.own_account.has_second_factor(person)
            and self.desk.second_factor_required,
        }
        return visit.page("people/authenticator.html", values)

    def show_removal(self, visit: Visit) -> Response:
        """The form that removes the authenticator."""
        return visit.page("people/remove-authenticator.html")

    def remove_authenticator(self, visit: Visit) -> Response:
        """Remove it, or show the form again."""
        person, _ = visit.signed_in
        try:
            self.desk.own_account.remove_authenticator(
                person, visit.form.text("password"), visit.origin
            )
        except PersonInvalid as error:
            form = visit.form.refused(error)
            return replace(visit, form=form).page("people/remove-authenticator.html")
        return to("/account")

    def end_other_sessions(self, visit: Visit) -> Response:
        """End all other sessions of the person."""
        person, session = visit.signed_in
        self.desk.sessions.end_others(person, session, visit.origin)
        return to("/account")
