"""Links of people with the national sign-on: made and removed by an administrator.

The administrator has the subject from the provider, not from the person. A link gives no role.
"""

from dataclasses import dataclass

from gateway.domain.people.person import Person
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.people.acts import Act, PersonAct
from gateway.exchange.people.administer import Actor, Administer
from gateway.exchange.ports.people.accounts import PersonLink

_LONGEST_SUBJECT = 255
_NO_SUBJECT = Sentence("A subject has 1 to 255 characters of ASCII, as the provider writes it.")
_NO_LINK = Sentence("This person is not linked with the national sign-on.")


@dataclass(frozen=True, slots=True)
class Linking:
    """Use cases."""

    administer: Administer

    def link(self, actor: Actor, name: str, issuer: str, subject: str) -> Person:
        """Link a person with a subject of a provider. Raises PersonInvalid."""
        if not 0 < len(subject) <= _LONGEST_SUBJECT or not (
            subject.isascii() and subject.isprintable()
        ):
            raise PersonInvalid("subject", _NO_SUBJECT)
        administer = self.administer
        person, now = administer.person(actor, name), administer.clock()
        with administer.accounts.begin() as work:
            work.link(PersonLink(issuer, subject, person.id, False, now))
            details = {"issuer": issuer, "subject": subject}
            act = PersonAct(Act.LINKED, now, actor.name, person.name, actor.address, details)
            work.record(act.exchange(administer.new_id()))
            work.commit()
        return person

    def unlink(self, actor: Actor, name: str) -> Person:
        """Remove the link of a person, and end their sessions. Raises PersonInvalid.

        The subject does not come in by the sign-on, whatever its claims say, until it is linked
        again.
        """
        administer = self.administer
        person = administer.person(actor, name)
        with administer.accounts.begin() as work:
            if not work.unlink(person.id):
                raise PersonInvalid("name", _NO_LINK)
            work.end_sessions(person.id)
            act = PersonAct(
                Act.UNLINKED, administer.clock(), actor.name, person.name, actor.address
            )
            work.record(act.exchange(administer.new_id()))
            work.commit()
        return person
