"""Words of questions by mail: the three questions, their answers, and the state of a question."""

from datetime import datetime

from gateway.domain.mail_questions.question import Choice, MailQuestion
from gateway.domain.people.sentence import Sentence

QUESTIONS = {
    "issued": Sentence("Did your authority issue this permit?"),
    "as_written": Sentence("Are the boxes as you issued them?"),
    "still_valid": Sentence("Is the permit still valid: not cancelled, replaced, lost or used up?"),
}
"""Field of the form -> question."""

CHOICES = {
    Choice.YES: Sentence("Yes"),
    Choice.NO: Sentence("No"),
    Choice.UNKNOWN: Sentence("I cannot say"),
}


def state_of(question: MailQuestion, at: datetime) -> tuple[Sentence, str]:
    """State of a question in words, and the look of its mark. at: aware."""
    if question.answer is not None:
        return Sentence("answered"), "good"
    if question.mailed_at is None:
        return Sentence("the mail was not taken"), "bad"
    if not question.is_open(at):
        return Sentence("no answer in time"), "warn"
    return Sentence("waits for an answer"), ""
