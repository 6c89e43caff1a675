"""Erasure of a person who has left: a pseudonym takes the place of the name.

The proof of an act stays: the journal, and the records of counted and declared quantities, which
are signed with the permit. docs/personal-data.md says why, and for how long.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.people.person import Person
from gateway.domain.people.pseudonym import name_digest, pseudonym_of
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.people.acts import Act, PersonAct
from gateway.exchange.people.administer import Actor, Administer
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.ports.people.personal_data import PersonalRows

_OPEN = Sentence("The account of this person is open. Close it first, with `users disable`.")
_ERASED = Sentence("The name of this person was erased already.")


@dataclass(frozen=True, slots=True)
class HeldOfPerson:
    """Data that are held of a person. rows: how many name them, by table."""

    person: Person
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Use case: report the data of a person, and erase the name of one who has left."""

    administer: Administer
    rows: PersonalRows
    clock: Clock
    new_id: NewId

    def report(self, actor: Actor, name: str) -> HeldOfPerson:
        """Return what is held. Raises PersonInvalid, ServiceUnavailable."""
        person = self.administer.person(actor, name)
        return HeldOfPerson(person, self.rows.held(person))

    def erase(self, actor: Actor, name: str, reason: str) -> str:
        """Erase the name of a person whose account is closed; return the pseudonym.

        Raises PersonInvalid where the account is open, or the name is erased; ServiceUnavailable.
        """
        person = self.administer.person(actor, name)
        if person.name == pseudonym_of(person):
            raise PersonInvalid("name", _ERASED)
        if not self._erase(person, actor.name, reason):
            raise PersonInvalid("name", _OPEN)
        return pseudonym_of(person)

    def by_rule(self, person: Person, reason: str) -> bool:
        """Erase the name of a person whose account is closed for long; False where it is open."""
        return self._erase(person, "this gateway", reason)

    def _erase(self, person: Person, by: str, reason: str) -> bool:
        pseudonym = pseudonym_of(person)
        details = {"digest": name_digest(person), "reason": reason.strip()[:300]}
        act = PersonAct(Act.ERASED, self.clock(), by, pseudonym, details=details)
        return self.rows.erase(person, pseudonym, act.exchange(self.new_id()))
