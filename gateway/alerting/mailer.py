"""Mailer: mails to other authorities, handed to the SMTP server of the settings."""

from dataclasses import dataclass

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.foreign_text import one_line
from gateway.wire.smtp import MailServer, NotMailed, send_mail


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """The port `Mailer`."""

    server: MailServer
    total_seconds: float = 20.0

    def send(self, to: str, subject: str, text: str) -> None:
        """See the port."""
        try:
            send_mail(self.server, [to], one_line(subject), text, self.total_seconds)
        except NotMailed as error:
            raise ServiceUnavailable(f"The mail server did not take the mail: {error}.") from None
