"""Navigation: entries that lead to the pages of each subject."""

from dataclasses import dataclass

from gateway.domain.people.person import Person
from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry of the navigation, and of the first page.

    path: of a page.  roles: each of them sees the entry; without any, all people do.
    """

    path: str
    title: Sentence
    hint: Sentence
    roles: frozenset[Role] = frozenset()

    def is_for(self, person: Person) -> bool:
        """Whether the roles of a person open it."""
        return not self.roles or any(person.has(role) for role in self.roles)
