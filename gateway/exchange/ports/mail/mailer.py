"""Port of a mailer: hands mails to the SMTP server of the settings."""

from typing import Protocol


class Mailer(Protocol):
    """Sends mails."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand a mail to the server. to: one address.  subject: of one line.

        Raises ServiceUnavailable where the server did not take it.
        """
