"""Pages of questions by mail, composed."""

from gateway.bootstrap.gateway import Gateway
from gateway.web.mail_answers.area import mail_area
from gateway.web.mail_answers.desk import MailDesk
from gateway.web.people.page import Area


def mail_pages(gateway: Gateway) -> Area:
    """The pages. Raises ServiceUnavailable, KeyUnusable."""
    part = gateway.mail_questions
    return mail_area(
        MailDesk(
            part.questions, part.addressees, part.ask, part.answer, part.services, gateway.clock
        )
    )
