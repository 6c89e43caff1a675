"""Question by mail: an authority without an electronic system gets a link that counts once.

The link holds 256 random bits; the database has their digest alone, so a copy of the database
answers nothing. The secret is in the mail and nowhere else: not in journal, log or on a page.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from gateway.domain.codes import Language, mail_wording
from gateway.domain.errors import InvalidRequest, TooManyRequests
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.mail_questions.question import Addressee, MailQuestion, boxes_of
from gateway.domain.people.sentence import Sentence
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.ports import Clock, Exchange, NewId
from gateway.exchange.ports.mail.mailer import Mailer
from gateway.exchange.ports.mail.questions import MailQuestions

OPERATION = "MailQuestionAsked"
MOST_PER_HOUR = 20
"""Questions to one address within an hour."""
_TOKEN_BYTES = 32
LANGUAGES: Mapping[str, Language] = {"en": "english", "fr": "french", "es": "spanish"}
_LONGEST_PERSON = 150


def digest_of(token: str) -> str:
    """The digest of the secret in a link, hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class AskByMail:
    """Use case: ask an authority by mail.

    addressees: by country.  mailer: None where the settings name no mail server.
    address: of our pages, `https://desk.example.org`; empty where they are off.
    services: names of our authorities, by their identity such as `MZ/MA`.
    lasts: how long a link counts.
    """

    questions: MailQuestions
    addressees: Mapping[str, Addressee]
    mailer: Mailer | None
    address: str
    services: Mapping[str, str]
    lasts: timedelta
    clock: Clock
    new_id: NewId

    def ask(
        self, country: str, number: str, boxes: str, person: str, authority: str
    ) -> MailQuestion:
        """Store a question, and send its link.

        boxes: as typed, one on each line.  person, authority: the officer that asks, and for whom.
        Raises InvalidRequest, TooManyRequests; ServiceUnavailable, also where the mail server did
        not take the mail: the question is stored then, and cannot be answered.
        """
        wanted = IsoCountryCode.parse(country)
        addressee = self.addressees.get(wanted.text)
        if addressee is None:
            raise _without_address(wanted)
        if self.mailer is None or not self.address:
            raise InvalidRequest(Sentence("Questions by mail need [mail], and [web] switched on."))
        if not person.strip() or len(person) > _LONGEST_PERSON:
            raise InvalidRequest(Sentence("A named person asks."))
        if authority not in self.services:
            raise InvalidRequest(
                Sentence("No authority {authority} is served here.", {"authority": authority[:70]})
            )
        at = self.clock()
        if self.questions.asked_since(addressee.address, at - timedelta(hours=1)) >= MOST_PER_HOUR:
            raise TooManyRequests("This authority got many questions within an hour. Ask later.")
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        question = MailQuestion(
            self.new_id(),
            addressee,
            CertificateNumber.of_partner(number),
            boxes_of(boxes),
            person.strip(),
            at,
            at + self.lasts,
            digest_of(token),
            authority=authority,
        )
        self.questions.add(question, _record(question))
        subject, text = self._mail(question, f"{self.address}/answer/{token}")
        self.mailer.send(addressee.address, subject, text)
        self.questions.mailed(question.id, self.clock())
        return replace(question, mailed_at=self.clock())

    def _mail(self, question: MailQuestion, link: str) -> tuple[str, str]:
        """Subject and text in the language of the addressee. Boxes stay on the page."""
        wording, language = mail_wording(), LANGUAGES[question.addressee.language]
        values = {
            "number": question.number.text,
            "service": self.services[question.authority],
            "until": f"{question.expires_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        }
        said = {
            key: wording[key].name(language).format_map(values)
            for key in ("question_subject", "question_about", "question_link", "question_care")
        }
        text = (
            f"{said['question_about']}\n\n{said['question_link']}\n{link}\n\n"
            f"{said['question_care']}\n"
        )
        return said["question_subject"], text


def _record(question: MailQuestion) -> Exchange:
    """The audit record; its keys are fixed, as the journal keeps it for years."""
    fields = {
        "v": 1,
        "id": question.id,
        "at": moment(question.asked_at),
        "country": question.addressee.country.text,
        "number": question.number.text,
        "boxes": [list(each) for each in question.boxes],
        "addressee": question.addressee.name,
        "address": question.addressee.address,
        "person": question.asked_by,
        "asked_for": question.authority,
        "expires_at": moment(question.expires_at),
    }
    return Exchange.own(
        question.id,
        OPERATION,
        question.asked_at,
        canonical(fields),
        permit_number=question.number.text,
    )


def _without_address(country: IsoCountryCode) -> InvalidRequest:
    return InvalidRequest(
        Sentence(
            "No address is registered for {country}: add a [[mail_partner]] to conf/partners.toml.",
            {"country": country.text},
        )
    )
