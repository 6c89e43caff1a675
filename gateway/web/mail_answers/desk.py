"""Parts of the pages of questions by mail, from the composition root."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.mail_questions.question import Addressee, MailQuestion
from gateway.exchange.mail_questions.answer import AnswerByMail
from gateway.exchange.mail_questions.ask import AskByMail
from gateway.exchange.ports import Clock
from gateway.exchange.ports.mail.questions import MailQuestions


@dataclass(frozen=True, slots=True)
class MailDesk:
    """addressees: by country.  services: our authorities, as the asked one reads them."""

    questions: MailQuestions
    addressees: Mapping[str, Addressee]
    ask: AskByMail
    answer: AnswerByMail
    services: Mapping[str, str]
    clock: Clock

    def service_of(self, question: MailQuestion) -> str:
        """The authority that asked; the first of ours where that was not kept or is no more."""
        return self.services.get(question.authority, next(iter(self.services.values())))
