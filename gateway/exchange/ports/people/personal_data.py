"""Port of rows with data of persons: counted, removed when they are old, and erased."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gateway.domain.people.person import Person
from gateway.exchange.ports.journal import Exchange


class RowKind(StrEnum):
    """Kind of rows that have a retention."""

    LOOK_UP = "look-up"
    MAIL_QUESTION = "mail-question"
    WEBHOOK_MESSAGE = "webhook-message"
    API_REQUEST = "api-request"
    SESSION = "session"
    ONE_TIME_CODE = "one-time-code"
    FAILED_SIGN_IN = "failed-sign-in"


class PersonalRows(Protocol):
    """Every method raises ServiceUnavailable."""

    def remove(self, kind: RowKind, before: datetime, most: int) -> int:
        """Remove rows whose time counts from before a moment (aware), at most so many.

        It counts from the asking of a look-up or a request, the end of a question's link, the last
        attempt of a message that is over, the beginning of a session or of a count of failures,
        and the end of a code.  Returns how many were removed.
        """

    def held(self, person: Person) -> Mapping[str, int]:
        """Return how many rows name a person, by table."""

    def closed_before(self, at: datetime, most: int) -> Sequence[Person]:
        """Return persons whose account was closed before a moment and who still have a name."""

    def erase(self, person: Person, pseudonym: str, record: Exchange) -> bool:
        """Replace the name of a person whose account is closed, with its audit record.

        In one transaction: name and full name become the pseudonym, also as the asker of questions
        by mail; password, second factors, sessions, codes, roles and look-ups go. A digest takes
        the place of the subject at a national sign-on, so that the person stays out.
        Returns False, with nothing changed, where the account is open or has the pseudonym already.
        """
