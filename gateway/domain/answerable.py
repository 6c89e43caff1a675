"""Who answers for what our own people decide, and why?"""

from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Answerable:
    """person: by name.  reason: in words."""

    person: str
    reason: str

    def named(self) -> "Answerable":
        """Without white space around. Raises InvalidRequest where nothing is left of either."""
        person, reason = self.person.strip(), self.reason.strip()
        if not person or not reason:
            raise InvalidRequest("A named person answers for this, and gives a reason.")
        return Answerable(person, reason)
