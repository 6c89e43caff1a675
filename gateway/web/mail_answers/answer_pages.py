"""Page behind the link of a question: for whoever holds the link, without an account.

The secret stands in the path, because a page that works without JavaScript never gets the fragment
of its address. It is kept from elsewhere: the page loads nothing foreign, the referrer is cut to
our host, the log has the path of the table, and the link is worth nothing once it was used.
"""

from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.domain.mail_questions.question import MailQuestion
from gateway.domain.people.refused import PersonInvalid
from gateway.web.mail_answers.desk import MailDesk
from gateway.web.mail_answers.words import CHOICES, QUESTIONS
from gateway.web.people.visit import Visit
from gateway.web.rendering import Message

_FIELDS = (*QUESTIONS, "remarks", "person")


@dataclass(frozen=True, slots=True)
class AnswerPages:
    """Handlers; the table of the area names them."""

    desk: MailDesk

    def show(self, visit: Visit) -> Response:
        """The question with its form; what was answered, or that the link is over."""
        question = self.desk.answer.question(visit.parameters["token"], visit.origin)
        return self._page(visit, question)

    def answer(self, visit: Visit) -> Response:
        """Take the answer, or show the form again."""
        question = self.desk.answer.question(visit.parameters["token"], visit.origin)
        if question is None or not question.is_open(self.desk.clock()):
            return self._page(visit, question)
        fields = {name: visit.form.text(name) for name in _FIELDS}
        try:
            question = self.desk.answer.answer(question, fields, visit.origin)
        except PersonInvalid as error:
            visit = replace(visit, form=visit.form.refused(error))
        return self._page(visit, question)

    def _page(self, visit: Visit, question: MailQuestion | None) -> Response:
        values = {
            "question": question,
            "is_open": question is not None and question.is_open(self.desk.clock()),
            "service": self.desk.service_of(question) if question else "",
            "questions": QUESTIONS,
            "choices": CHOICES,
            "typed": Message(visit.form.text("remarks")),
        }
        answer = visit.page("mail_answers/answer.html", values, 200 if question else 404)
        # With no-referrer browsers send the Origin `null` with the form.
        answer.headers["Referrer-Policy"] = "strict-origin"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer
