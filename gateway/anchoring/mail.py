"""Anchor mail: each head is sent to addresses of settings, by one SMTP server."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.journal.heads import statement_of
from gateway.exchange.journal.noted_head import NotedHead
from gateway.exchange.ports import Head
from gateway.wire.smtp import MailServer, NotMailed, send_mail

_LOG = logging.getLogger(__name__)
_TOTAL_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class AnchorMail:
    """The port `Anchor`: mails to addresses. service: our name in the subject."""

    server: MailServer
    to: Sequence[str]
    service: str
    name: str = "mail"
    total_seconds: float = _TOTAL_SECONDS

    def keep(self, head: Head) -> bool:
        """See the port. Taken by the server: whether it arrives is for its operators to see."""
        noted = NotedHead.of(statement_of(head.statement))
        subject = f"Journal head {noted.batch} of {self.service}"
        text = (
            f"{noted}\n\nThis is the newest head of the journal. Keep this message: with the line"
            " above the\njournal is verified later, and a roll-back is found:\n\n"
            f'    epix-gateway journal verify --expected-head "{noted}"\n'
        )
        try:
            send_mail(self.server, self.to, subject, text, self.total_seconds)
        except NotMailed as error:
            _LOG.warning("anchor=mail server=%s %s", self.server.host, error)
            raise ServiceUnavailable("The mail server did not take the head.") from None
        return True
