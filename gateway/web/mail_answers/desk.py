"""What the pages of questions by mail are made of, from the composition root."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.mail_questions.question import Addressee
from gateway.exchange.mail_questions.answer import AnswerByMail
from gateway.exchange.mail_questions.ask import AskByMail
from gateway.exchange.ports import Clock
from gateway.exchange.ports.mail.questions import MailQuestions


@dataclass(frozen=True, slots=True)
class MailDesk:
    """addressees: by country.  service: our authority, as the asked one reads it."""

    questions: MailQuestions
    addressees: Mapping[str, Addressee]
    ask: AskByMail
    answer: AnswerByMail
    service: str
    clock: Clock
