"""Person: name to sign in with, name in full, and roles at authorities."""

import re
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.foreign_text import first_unsafe
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.roles import Grant, Role
from gateway.domain.people.sentence import Sentence

MOST_LETTERS = 70
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,68}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Person:
    """A person who may sign in.

    id: UUIDv7.  name: as signed in with, in small letters.  created_at: aware.
    disabled_at: aware; None while the account may be used.
    """

    id: str
    name: str
    full_name: str
    grants: frozenset[Grant]
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def in_full(self) -> str:
        """The name in full with the name to sign in with, which is of one person alone."""
        return f"{self.full_name} ({self.name})"

    def has(self, role: Role) -> bool:
        """Whether the person has the role at any authority."""
        return any(grant.role == role for grant in self.grants)

    def authority_acted_for(self, role: Role, chosen: str) -> str:
        """The authority that the person acts for in a role; empty where they have to choose one.

        chosen: in the session; it counts only while the person has the role there.
        """
        granted = self.authorities(role)
        if chosen in granted:
            return chosen
        return next(iter(granted)) if len(granted) == 1 else ""

    def authorities(self, *roles: Role) -> frozenset[str]:
        """Authorities at which the person has one of the roles; without roles, any."""
        return frozenset(
            grant.authority for grant in self.grants if not roles or grant.role in roles
        )


def sign_in_name(text: str) -> str:
    """A name to sign in with, as it is stored. Capital letters count as small ones.

    Raises PersonInvalid.
    """
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise PersonInvalid(
            "name",
            Sentence(
                "A name to sign in with has 1 to 70 letters a to z, digits, dots, hyphens, @ and"
                " underscores, and begins and ends with a letter or a digit."
            ),
        )
    return name


def full_name(text: str) -> str:
    """The name of a person in full, on one line. Raises PersonInvalid."""
    name = " ".join(text.split())
    if not name or len(name) > MOST_LETTERS or first_unsafe(name) is not None:
        raise PersonInvalid(
            "full_name", Sentence("Write the name of the person in full, in at most 70 letters.")
        )
    return name
