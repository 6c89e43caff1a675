"""Pages of officers: a question is asked by mail, and its answer shown as what it is."""

import re
from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.domain.errors import GatewayError, InvalidRequest, ServiceUnavailable, TooManyRequests
from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.exchange.customs.officer import Officer
from gateway.web.mail_answers.desk import MailDesk
from gateway.web.mail_answers.words import CHOICES, QUESTIONS, state_of
from gateway.web.people.visit import Visit, to
from gateway.web.rendering import Message

_PAGE_SIZE = 25
_ID = re.compile(r"[0-9a-f-]{36}")
_COUNTRY = Sentence("Choose the country that issued the permit.")
_MANY = Sentence("This authority got many questions within an hour. Ask later.")
_NOT_SENT = Sentence(
    "The mail server did not take the mail, so this question cannot be answered. Ask again later."
)


@dataclass(frozen=True, slots=True)
class QuestionPages:
    """Handlers; the table of the area names them."""

    desk: MailDesk

    def show_questions(self, visit: Visit) -> Response:
        """The form, and the newest questions of the officers of the same authorities."""
        named = visit.query.get("before", "")
        before = named if _ID.fullmatch(named) else None
        found = self.desk.questions.newest(before, _PAGE_SIZE, _authorities(visit))
        now = self.desk.clock()
        values = {
            "addressees": sorted(self.desk.addressees.items()),
            "found": [(each, state_of(each, now)) for each in found],
            "before": found[-1].id if len(found) == _PAGE_SIZE else "",
            "is_first": before is None,
            "typed": Message(visit.form.text("boxes")),
        }
        return visit.page("mail_answers/questions.html", values)

    def ask(self, visit: Visit) -> Response:
        """Ask, or show the form again."""
        form, (person, session) = visit.form, visit.signed_in
        officer = Officer(person, visit.origin.address, session.authority)
        country = form.text("country")
        if country not in self.desk.addressees:
            return self._again(visit, "country", _COUNTRY)
        number, boxes = form.text("number").strip(), form.text("boxes")
        try:
            asked = self.desk.ask.ask(country, number, boxes, person.in_full, officer.authority)
        except TooManyRequests:
            return self._again(visit, "country", _MANY)
        except ServiceUnavailable as error:
            if error.problem is not None:  # the database, not the mail server
                raise
            return self._again(visit, "country", _NOT_SENT)
        except InvalidRequest as error:
            field = "boxes" if "boxes" in error.text else "number"
            return self._again(visit, field, _refused(error))
        return to(f"/questions/{asked.id}")

    def show_question(self, visit: Visit) -> Response:
        """A question with its answer."""
        identity = visit.parameters["id"]
        question = self.desk.questions.find(identity) if _ID.fullmatch(identity) else None
        if question is None or question.authority not in _authorities(visit):
            return visit.page("people/problem.html", {"problem": "nothing"}, 404)
        values = {
            "question": question,
            "state": state_of(question, self.desk.clock()),
            "questions": QUESTIONS,
            "choices": CHOICES,
        }
        return visit.page("mail_answers/question.html", values)

    def _again(self, visit: Visit, field: str, sentence: Sentence) -> Response:
        form = replace(visit.form, errors={field: sentence})
        return self.show_questions(replace(visit, form=form))


def _authorities(visit: Visit) -> frozenset[str]:
    """Authorities whose questions the officer may read: each at which they are one."""
    person, _ = visit.signed_in
    return person.authorities(Role.CUSTOMS)


def _refused(error: GatewayError) -> Sentence:
    return Sentence("This was not done: {text}", {"text": error.words})
