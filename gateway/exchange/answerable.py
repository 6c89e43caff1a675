"""Who answers for what our own people decide?"""

from dataclasses import dataclass

from gateway.domain.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Answerable:
    """person: by name."""

    person: str
    reason: str

    def named(self) -> "Answerable":
        """Without white space around. Raises InvalidRequest where nothing is left of either."""
        person, reason = self.person.strip(), self.reason.strip()
        if not person or not reason:
            raise InvalidRequest("Name the person who answers for it, and the reason.")
        return Answerable(person, reason)
