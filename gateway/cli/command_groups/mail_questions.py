"""Table of the commands of questions by mail, a part of the table of commands."""

from gateway.cli.lazy_group import Command, Group

ASK_BY_MAIL = Command(
    "mail_questions.questions",
    "ask",
    "Ask the authority of a country that has no system about a permit: it gets a link by mail.",
)
MAIL_QUESTIONS = Group(
    "Questions by mail to authorities without a system, and their answers.",
    {
        "list": Command(
            "mail_questions.questions",
            "list_all",
            "List the newest questions by mail, newest first.",
        ),
        "show": Command(
            "mail_questions.questions", "show", "Show a question by mail with its answer."
        ),
    },
)
