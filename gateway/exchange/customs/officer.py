"""Customs officer who is signed in, as records of the journal name them."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.people.person import Person
from gateway.domain.people.roles import Role
from gateway.exchange.people.acts import Act, PersonAct


@dataclass(frozen=True, slots=True)
class Officer:
    """person: with the role of customs at an authority.  address: that the request came from."""

    person: Person
    address: str = ""

    @property
    def authority(self) -> str:
        """Identity of the authority that the officer acts for, as in `MZ/MA`; the first by name."""
        return min(self.person.authorities(Role.CUSTOMS), default="")

    def act(self, act: Act, at: datetime, **details: str) -> PersonAct:
        """Return an act of the officer. at: aware.  details: few short texts."""
        name = self.person.name
        return PersonAct(
            act, at, name, name, self.address, {"authority": self.authority, **details}
        )
