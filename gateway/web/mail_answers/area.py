"""Area of questions by mail: its pages with their access rule, and its entry."""

from collections.abc import Iterator

from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.web.mail_answers.answer_pages import AnswerPages
from gateway.web.mail_answers.desk import MailDesk
from gateway.web.mail_answers.question_pages import QuestionPages
from gateway.web.people.languages import OF_OFFICERS
from gateway.web.people.navigation import Entry
from gateway.web.people.page import Access, Area, Page

_OFFICERS = frozenset({Role.CUSTOMS})


def mail_area(desk: MailDesk) -> Area:
    """The area. Customs officers ask; whoever holds a link answers."""
    entry = Entry(
        "/questions",
        Sentence("Questions by mail"),
        Sentence("Ask an authority that has no electronic system, and read its answers."),
        _OFFICERS,
    )
    return Area(tuple(_pages(desk)), (entry,) if desk.addressees else (), OF_OFFICERS)


def _pages(desk: MailDesk) -> Iterator[Page]:
    answers, questions = AnswerPages(desk), QuestionPages(desk)
    yield Page("/answer/{token}", Access.ANYBODY, answers.show, answers.answer, timed=True)
    yield Page("/questions", Access.FULL, questions.show_questions, questions.ask, roles=_OFFICERS)
    yield Page("/questions/{id}", Access.FULL, questions.show_question, roles=_OFFICERS)
