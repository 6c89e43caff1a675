"""Planned windows: a partner's announced maintenance is entered, listed and withdrawn by a person.

A window counts from the moment it is entered on. Results that came before stay as they were
counted, so that figures cannot be made better afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.availability.windows import PlannedWindow
from gateway.domain.errors import InvalidRequest
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.ports import Clock, NewId
from gateway.exchange.ports.availability.windows import PlannedWindows

LONGEST = timedelta(days=31)
"""Longest window: a service that is away for longer is not under maintenance."""

_MOST_LETTERS = 500
_MOST_AHEAD = 200
"""Windows of all partners that lie ahead."""


@dataclass(frozen=True, slots=True)
class PlanWindows:
    """Use case: enter, list and withdraw planned windows. Methods raise ServiceUnavailable."""

    windows: PlannedWindows
    clock: Clock
    new_id: NewId

    def add(
        self, partner: str, begins_at: datetime, ends_at: datetime, by: ResponsiblePerson
    ) -> PlannedWindow:
        """Enter a window of a partner, by its key; return it.

        Raises InvalidRequest for one that is over, ends before it begins or is longer than LONGEST,
        and where person or reason is missing or too long.
        """
        by, now = by.validated(), self.clock()
        if len(by.person) > _MOST_LETTERS or len(by.reason) > _MOST_LETTERS:
            raise InvalidRequest(f"Person and reason have at most {_MOST_LETTERS} letters each.")
        if ends_at <= begins_at:
            raise InvalidRequest("The window ends before it begins: --until lies after --from.")
        if ends_at <= now:
            raise InvalidRequest(
                "The window is over already. One counts from the moment it is entered on: figures"
                " of the past stay as they are."
            )
        if ends_at - begins_at > LONGEST:
            raise InvalidRequest(f"A window lasts {LONGEST.days} days at the most.")
        if len(self.windows.all(ending_after=now)) >= _MOST_AHEAD:
            raise InvalidRequest(f"There are {_MOST_AHEAD} windows ahead already, which is enough.")
        window = PlannedWindow(
            self.new_id(), partner, begins_at, ends_at, by.person, by.reason, now
        )
        self.windows.add(window)
        return window

    def list_all(self, *, past: bool = False) -> Sequence[PlannedWindow]:
        """Return windows of now and later, by their beginning. past: those that are over too."""
        return self.windows.all(None if past else self.clock())

    def withdraw(self, identity: str, person: str) -> None:
        """Take a window back: from now on it does not count.

        Raises InvalidRequest where there is none of that id, or it is withdrawn already.
        """
        name = ResponsiblePerson(person, "withdrawn").validated().person
        if not self.windows.withdraw(identity, self.clock(), name[:_MOST_LETTERS]):
            raise InvalidRequest(
                f"No window that counts has the id {identity};"
                " `epix-gateway partners window list` names them."
            )
