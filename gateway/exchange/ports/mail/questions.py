"""Port of questions by mail."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.mail_questions.question import MailAnswer, MailQuestion
from gateway.exchange.ports.journal import Exchange


class MailQuestions(Protocol):
    """Every method raises ServiceUnavailable."""

    def add(self, question: MailQuestion, record: Exchange) -> None:
        """Store a question and its audit record, in one transaction."""

    def mailed(self, identity: str, at: datetime) -> None:
        """Note that the mail server took the mail. at: aware."""

    def answer(self, identity: str, answer: MailAnswer, record: Exchange) -> bool:
        """Store the answer and its audit record, in one transaction.

        Returns False, with nothing stored, where the question was answered meanwhile.
        """

    def find(self, identity: str) -> MailQuestion | None:
        """Return a question by its id."""

    def by_token(self, token_sha256: str) -> MailQuestion | None:
        """Return the question that a link is for. token_sha256: digest of its secret, hex."""

    def newest(
        self, before: str | None, most: int, authorities: Collection[str] | None = None
    ) -> Sequence[MailQuestion]:
        """Return questions, the newest first, those before an id. most: of them.

        authorities: those that asked; None for all.
        """

    def asked_since(self, address: str, at: datetime) -> int:
        """Return how many questions went to an address since a moment (aware)."""
