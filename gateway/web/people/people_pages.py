"""Pages of administrators and auditors: people, their roles, and what people did."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.domain.people.person import Person
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.roles import Grant, Role
from gateway.domain.people.sentence import Sentence
from gateway.exchange.people.administer import Actor, administrator
from gateway.web.people.desk import Desk
from gateway.web.people.visit import Visit, to
from gateway.web.people.words import ACTS, ROLE_HINTS, ROLES

_NO_ROLE = Sentence("Choose roles from this list.")


@dataclass(frozen=True, slots=True)
class PeoplePages:
    """Handlers; the table of pages names them."""

    desk: Desk

    def show_people(self, visit: Visit) -> Response:
        """The people of the administrator's authorities."""
        people = self.desk.administer.people(self._actor(visit))
        return visit.page("people/people.html", {"people": people, "roles": ROLES})

    def show_adding(self, visit: Visit) -> Response:
        """The form for a new person."""
        return visit.page("people/add-person.html", self._choices(visit))

    def add(self, visit: Visit) -> Response:
        """Add the person and show their one-time code once, or show the form again."""
        form = visit.form
        try:
            person, code = self.desk.administer.add(
                self._actor(visit), form.text("name"), form.text("full_name"), _grants(visit)
            )
        except PersonInvalid as error:
            again = replace(visit, form=form.refused(error))
            return again.page("people/add-person.html", self._choices(visit))
        return self._code_page(visit, person, code)

    def show_person(self, visit: Visit) -> Response:
        """A person, with the forms that change the account."""
        actor = self._actor(visit)
        person = self.desk.administer.person(actor, visit.parameters["name"])
        return self._person_page(visit, person)

    def change_roles(self, visit: Visit) -> Response:
        """Give the person the roles of the form, or show it again."""
        actor, name = self._actor(visit), visit.parameters["name"]
        person = self.desk.administer.person(actor, name)
        try:
            self.desk.administer.set_grants(actor, name, _grants(visit))
        except PersonInvalid as error:
            return self._person_page(replace(visit, form=visit.form.refused(error)), person)
        return to(f"/people/by-name/{person.name}")

    def disable(self, visit: Visit) -> Response:
        """Close the account."""
        self.desk.administer.disable(self._actor(visit), visit.parameters["name"])
        return to(f"/people/by-name/{visit.parameters['name']}")

    def enable(self, visit: Visit) -> Response:
        """Open the account again."""
        self.desk.administer.enable(self._actor(visit), visit.parameters["name"])
        return to(f"/people/by-name/{visit.parameters['name']}")

    def reset(self, visit: Visit) -> Response:
        """Take the password away and show a one-time code once."""
        actor = self._actor(visit)
        person = self.desk.administer.person(actor, visit.parameters["name"])
        code = self.desk.administer.reset(
            actor, person.name, factors=visit.form.text("factors") == "yes"
        )
        return self._code_page(visit, person, code)

    def show_acts(self, visit: Visit) -> Response:
        """What people did, newest first, as far as this person may see it."""
        person, _ = visit.signed_in
        actor = Actor(person.name, person.authorities(Role.ADMINISTRATOR, Role.AUDITOR))
        seen = {each.name for each in self.desk.administer.people(actor)}
        acts = [act for act in self.desk.acts() if act.subject in seen]
        return visit.page("people/acts.html", {"acts": acts, "words": ACTS})

    def _actor(self, visit: Visit) -> Actor:
        person, _ = visit.signed_in
        return administrator(person, visit.origin.address)

    def _choices(self, visit: Visit, person: Person | None = None) -> dict[str, object]:
        """Roles at the administrator's authorities, and which of them are chosen."""
        actor = self._actor(visit)
        authorities = [
            (identity, name)
            for identity, name in self.desk.authorities.items()
            if identity in (actor.authorities or ())
        ]
        present = [str(grant) for grant in person.grants] if person else []
        return {
            "authorities": authorities,
            "roles": ROLES,
            "hints": ROLE_HINTS,
            "chosen": visit.form.texts("grants") or present,
        }

    def _person_page(self, visit: Visit, subject: Person) -> Response:
        me, _ = visit.signed_in
        choices = self._choices(visit, subject)
        return visit.page(
            "people/person.html", {**choices, "subject": subject, "is_me": me.id == subject.id}
        )

    def _code_page(self, visit: Visit, subject: Person, code: str) -> Response:
        hours = int(self.desk.administer.code_lifetime.total_seconds() // 3600)
        values = {
            "subject": subject,
            "code": code,
            "hours": hours,
            "address": f"{self.desk.address}/recover",
        }
        return visit.page("people/one-time-code.html", values)


def _grants(visit: Visit) -> list[Grant]:
    """The roles of a form. Raises PersonInvalid for a word that is no role."""
    grants = []
    for text in visit.form.texts("grants"):
        role, _, authority = text.partition("@")
        if role not in {each.value for each in Role}:
            raise PersonInvalid("grants", _NO_ROLE)
        grants.append(Grant(Role(role), authority))
    return grants
