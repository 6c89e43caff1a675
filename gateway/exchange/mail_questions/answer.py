"""Answer to a question by mail: taken once, signed, and kept in the journal.

The signature is ours: it proves that this gateway received the statement then, by the link that was
sent to that address. It says nothing of the person behind the address.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gateway.domain.mail_questions.question import MailAnswer, MailQuestion, typed_answer
from gateway.domain.people.refused import PersonInvalid
from gateway.domain.people.sentence import Sentence
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.journal.records.proof import proof_of
from gateway.exchange.mail_questions.ask import digest_of
from gateway.exchange.people.failure_limit import FailureLimit
from gateway.exchange.people.sessions import Origin
from gateway.exchange.ports import Clock, Exchange, HeadSigner, NewId
from gateway.exchange.ports.mail.questions import MailQuestions

OPERATION = "MailQuestionAnswered"
PURPOSE = b"epix-gateway answer by mail\n"
"""Prefix of the signed text (domain separation)."""
_LONGEST_TOKEN = 100
_OVER = Sentence("This question was answered already, or its time is over.")


@dataclass(frozen=True, slots=True)
class AnswerByMail:
    """Use case: the page behind a link.

    signer: gives the key that signs records; None where there is no seal.
    failures: bounds the tries of unknown links from one address.
    """

    questions: MailQuestions
    signer: Callable[[], HeadSigner | None]
    failures: FailureLimit
    clock: Clock
    new_id: NewId

    def question(self, token: str, origin: Origin) -> MailQuestion | None:
        """Return the question of a link; None for an unknown link, which is counted.

        Raises TooManyRequests, ServiceUnavailable.
        """
        found = None
        if 0 < len(token) <= _LONGEST_TOKEN:
            found = self.questions.by_token(digest_of(token))
        if found is None:
            self.failures.require_few(origin)
            self.failures.count(origin)
        return found

    def answer(
        self, question: MailQuestion, fields: Mapping[str, str], origin: Origin
    ) -> MailQuestion:
        """Take the answer of a form. fields: by name.

        Raises PersonInvalid, also where the question is over; ServiceUnavailable, KeyUnusable.
        """
        at = self.clock()
        if not question.is_open(at):
            raise PersonInvalid("person", _OVER)
        answer = typed_answer(dict(fields), at)
        if not self.questions.answer(question.id, answer, self._record(question, answer, origin)):
            raise PersonInvalid("person", _OVER)
        return replace(question, answer=answer)

    def _record(self, question: MailQuestion, answer: MailAnswer, origin: Origin) -> Exchange:
        """The signed record; its keys are fixed, as the journal keeps it for years."""
        fields = {
            "v": 1,
            "question": question.id,
            "at": moment(answer.at),
            "country": question.addressee.country.text,
            "number": question.number.text,
            "boxes": [list(each) for each in question.boxes],
            "address": question.addressee.address,
            "from": origin.address,
            "statement_of": answer.person,
            "issued": answer.issued.value,
            "as_written": answer.as_written.value,
            "still_valid": answer.still_valid.value,
            "remarks": answer.remarks,
        }
        text, signer = canonical(fields), self.signer()
        return Exchange.own(
            self.new_id(),
            OPERATION,
            answer.at,
            text,
            proof=proof_of(signer, PURPOSE, text) if signer else b"",
            permit_number=question.number.text,
        )
