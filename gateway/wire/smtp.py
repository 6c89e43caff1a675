"""SMTP client (RFC 5321): a mail is handed to one server of the settings.

TLS from the first byte on (RFC 8314, section 3.3), but to this machine. All of it has one deadline,
so that a server that answers a byte at a time holds up nothing for longer.
"""

import http.client
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from gateway.loopback import is_loopback_host
from gateway.wire.deadline import Deadline, DeadlineSocket, connected


class NotMailed(Exception):
    """The server did not take the mail.

    The text is the kind of the error. Words of the server are left out: they are of others and may
    repeat the password.
    """


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server, and how we are known there.

    ca_file: CAs of its certificate, PEM; None: CAs that the system trusts.
    password_file: its first line is the password of the user; None: no authentication.
    """

    host: str
    port: int
    sender: str
    ca_file: Path | None = None
    username: str | None = None
    password_file: Path | None = None


def send_mail(
    server: MailServer, to: Sequence[str], subject: str, text: str, total_seconds: float
) -> None:
    """Hand a mail to the server. Whether it arrives is for the server's operators to see.

    to: addresses.  subject: of one line.  total_seconds: for all of it.  Raises NotMailed.
    """
    try:
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = server.sender
        message["To"] = ", ".join(to)
        message.set_content(text)
        _send(server, message, total_seconds)
    except (OSError, smtplib.SMTPException, http.client.HTTPException, ValueError) as error:
        raise NotMailed(type(error).__name__) from None


def _send(server: MailServer, message: EmailMessage, total_seconds: float) -> None:
    """Raises OSError, SMTPException; HTTPException for a line that is none (DeadlineSocket)."""
    client = _Client(server, Deadline(total_seconds))
    try:
        if server.username and server.password_file:
            lines = server.password_file.read_text(encoding="utf-8").splitlines()
            client.login(server.username, lines[0] if lines else "")
        client.send_message(message)
        client.quit()
    finally:
        client.disconnect()


class _Client(smtplib.SMTP):
    """SMTP whose every wait takes what is left of one deadline."""

    def __init__(self, server: MailServer, deadline: Deadline) -> None:
        self._server = server
        self._deadline = deadline
        self._connection: ssl.SSLSocket | Any = None
        try:
            # Named, because smtplib would ask a name server for the name of this machine.
            super().__init__(server.host, server.port, server.sender.rpartition("@")[2])
        except BaseException:
            self.disconnect()
            raise

    def _get_socket(self, host: str, port: int, _timeout: float) -> DeadlineSocket:
        connection = connected(host, port, self._deadline)
        self._connection = connection
        if not is_loopback_host(host):
            context = ssl.create_default_context(cafile=self._server.ca_file)
            connection.settimeout(self._deadline.seconds())
            self._connection = context.wrap_socket(connection, server_hostname=host)
        return DeadlineSocket(self._connection, self._deadline)

    def disconnect(self) -> None:
        """Close the connection, which `DeadlineSocket` leaves to its owner."""
        if self._connection is not None:
            self._connection.close()
