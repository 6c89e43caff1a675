"""Customs officer who is signed in, as records of the journal name them."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.errors import AccessDenied
from gateway.domain.people.person import Person
from gateway.domain.people.roles import Role
from gateway.exchange.people.acts import Act, PersonAct


@dataclass(frozen=True, slots=True)
class Officer:
    """person: with the role of customs at an authority.  address: that the request came from.

    chosen: authority that the officer chose in this session; empty: none.
    """

    person: Person
    address: str = ""
    chosen: str = ""

    @property
    def authority(self) -> str:
        """Identity of the authority that the officer acts for, as in `MZ/MA`.

        Raises AccessDenied where there are several and none was chosen, or there is none.
        """
        acted_for = self.person.authority_acted_for(Role.CUSTOMS, self.chosen)
        if not acted_for:
            raise AccessDenied("An officer acts for one authority, and none was chosen.")
        return acted_for

    def act(self, act: Act, at: datetime, **details: str) -> PersonAct:
        """Return an act of the officer. at: aware.  details: few short texts."""
        name = self.person.name
        return PersonAct(
            act, at, name, name, self.address, {"authority": self.authority, **details}
        )
