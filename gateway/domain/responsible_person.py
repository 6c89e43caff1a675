"""Responsible person: name and reason behind a decision of our own staff."""

from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest
from gateway.domain.people.sentence import Sentence


@dataclass(frozen=True, slots=True)
class ResponsiblePerson:
    """person: by name.  reason: in words."""

    person: str
    reason: str

    def validated(self) -> "ResponsiblePerson":
        """Return both without outer white space. Raises InvalidRequest where one is empty."""
        person, reason = self.person.strip(), self.reason.strip()
        if not person or not reason:
            raise InvalidRequest(Sentence("A named person answers for this, and gives a reason."))
        return ResponsiblePerson(person, reason)
