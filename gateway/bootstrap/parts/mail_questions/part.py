"""Mail questions part of a gateway: asking by mail, and taking the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.heads import mail_server
from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.domain.mail_questions.question import Addressee
from gateway.exchange.mail_questions.answer import AnswerByMail
from gateway.exchange.mail_questions.ask import AskByMail
from gateway.exchange.people.failure_limit import FailureLimit, SecretKind
from gateway.exchange.ports import Clock
from gateway.exchange.ports.mail.mailer import Mailer
from gateway.exchange.ports.mail.questions import MailQuestions
from gateway.settings import MailSettings, Settings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database


@dataclass(frozen=True)
class MailQuestionsPart:
    """Use cases of questions by mail."""

    settings: Settings
    keys: OwnKeys
    database: "Database"
    clock: Clock

    @property
    def questions(self) -> MailQuestions:
        """The questions. Raises ServiceUnavailable."""
        return self.database.store.mail_questions

    @cached_property
    def addressees(self) -> Mapping[str, Addressee]:
        """Authorities that are asked by mail, by country."""
        named = (each.addressee for each in self.settings.mail_partner)
        return {each.country.text: each for each in named}

    @cached_property
    def services(self) -> Mapping[str, str]:
        """Names of our authorities, as the asked one reads them, by identity such as `MZ/MA`."""
        served = self.settings.gateway.authorities
        return {f"{each.country}/{each.code}": each.name for each in served}

    @cached_property
    def ask(self) -> AskByMail:
        """Asks an authority by mail."""
        web = self.settings.web
        return AskByMail(
            self.questions,
            self.addressees,
            mailer_of(self.settings.mail),
            web.address if web.enabled else "",
            self.services,
            timedelta(days=web.mail_answer_days),
            self.clock,
            new_id,
        )

    @cached_property
    def answer(self) -> AnswerByMail:
        """Takes answers. Raises ServiceUnavailable."""
        accounts = self.database.store.accounts
        return AnswerByMail(
            self.questions,
            lambda: self.keys.head_signer,
            FailureLimit(accounts, self.clock, SecretKind.ANSWER_LINK),
            self.clock,
            new_id,
        )


def mailer_of(mail: MailSettings | None) -> Mailer | None:
    """The mailer of [mail]; None where the settings name no server."""
    from gateway.alerting.mailer import SmtpMailer

    return SmtpMailer(mail_server(mail)) if mail else None
