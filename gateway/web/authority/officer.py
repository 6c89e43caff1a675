"""Officer of an authority: the permit that a visit is about, if it is of their own authority."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.domain.errors import CertificateNotFound
from gateway.domain.foreign_text import first_unsafe
from gateway.domain.people.person import Person
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.permits.show import OwnPermit
from gateway.web.authority.desk import AuthorityDesk
from gateway.web.authority.words import REASON_MISSING
from gateway.web.people.visit import Visit

_SHORTEST_REASON, _LONGEST_REASON = 3, 300


@dataclass(frozen=True, slots=True)
class PermitVisit:
    """A visit that is about a permit. place: as its address has it.

    person: the officer, as records name them.
    """

    visit: Visit
    place: int
    name: PermitName
    shown: OwnPermit
    person: str

    @property
    def address(self) -> str:
        """Address of the page of the permit."""
        return f"/authority/permits/{self.place}"

    def page(self, template: str, values: dict[str, object]) -> Response:
        """A page about the permit."""
        published = self.shown.published
        shared = {"published": published, "permit": published.permit, "address": self.address}
        return self.visit.page(template, {**shared, **values})

    def with_errors(self, errors: dict[str, Sentence]) -> "PermitVisit":
        """The visit with what is wrong in its form, by field."""
        form = replace(self.visit.form, errors={**self.visit.form.errors, **errors})
        return replace(self, visit=replace(self.visit, form=form))


Handler = Callable[[PermitVisit], Response]


def person_of(visit: Visit) -> str:
    """The signed-in person, as records name them."""
    person, _ = visit.signed_in
    return f"{person.full_name} ({person.name})"


def authorities_of(desk: AuthorityDesk, person: Person) -> Sequence[str]:
    """Identities of the authorities that are served here and that the person is an officer of."""
    granted = person.authorities(Role.AUTHORITY)
    return [identity for identity in desk.authorities if identity in granted]


def about_permit(desk: AuthorityDesk, handler: Handler) -> Callable[[Visit], Response]:
    """A handler of pages about a permit. A permit of another authority is not there."""

    def handle(visit: Visit) -> Response:
        found = _named(desk, visit)
        return handler(found) if found else nothing(visit)

    return handle


def _named(desk: AuthorityDesk, visit: Visit) -> PermitVisit | None:
    text = visit.parameters.get("place", "")
    person, _ = visit.signed_in
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        return None
    named = desk.search.permits.named(int(text))
    if named is None or str(named[0]) not in authorities_of(desk, person):
        return None
    authority, number = named
    name = PermitName(authority.country.text, number.text, authority.code)
    try:
        shown = desk.show.show(name)
    except CertificateNotFound:
        return None
    return PermitVisit(visit, int(text), name, shown, person_of(visit))


def nothing(visit: Visit) -> Response:
    """The page of an address at which there is nothing."""
    return visit.page("people/problem.html", {"problem": "nothing"}, 404)


def responsible(found: PermitVisit) -> ResponsiblePerson:
    """The officer with the reason of the form. Raises PersonInvalid."""
    reason = " ".join(found.visit.form.text("reason").split())
    long_enough = _SHORTEST_REASON <= len(reason) <= _LONGEST_REASON
    if not long_enough or first_unsafe(reason) is not None:
        raise PersonInvalid("reason", REASON_MISSING)
    return ResponsiblePerson(found.person, reason)
