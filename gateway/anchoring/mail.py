"""Anchor mail: each head is sent to addresses of settings, by one SMTP server (RFC 5321).

TLS from the first byte on (RFC 8314, section 3.3), but to this machine. All of it has one deadline,
so that a server that answers a byte at a time holds up nothing for longer.
"""

import http.client
import logging
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.journal.heads import statement_of
from gateway.exchange.journal.noted_head import NotedHead
from gateway.exchange.ports import Head
from gateway.loopback import is_loopback_host
from gateway.wire.deadline import Deadline, DeadlineSocket, connected

_LOG = logging.getLogger(__name__)
_TOTAL_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server, and how we are known there.

    ca_file: CAs of its certificate, PEM; None: those the system trusts.
    password_file: its first line is the password of the user; None: no authentication.
    """

    host: str
    port: int
    sender: str
    ca_file: Path | None = None
    username: str | None = None
    password_file: Path | None = None


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
        try:
            self._send(self._message(head))
        except (OSError, smtplib.SMTPException, http.client.HTTPException, ValueError) as error:
            # Words of the server are left out: they are of others and may repeat the password.
            _LOG.warning("anchor=mail server=%s %s", self.server.host, type(error).__name__)
            raise ServiceUnavailable("The mail server did not take the head.") from None
        return True

    def _message(self, head: Head) -> EmailMessage:
        noted = NotedHead.of(statement_of(head.statement))
        message = EmailMessage()
        message["Subject"] = f"Journal head {noted.batch} of {self.service}"
        message["From"] = self.server.sender
        message["To"] = ", ".join(self.to)
        message.set_content(
            f"{noted}\n\nThis is the newest head of the journal. Keep this message: with the line"
            " above the\njournal is verified later, and a roll-back is found:\n\n"
            f'    epix-gateway journal verify --expected-head "{noted}"\n'
        )
        return message

    def _send(self, message: EmailMessage) -> None:
        """Raises OSError, SMTPException; HTTPException for a line that is none (DeadlineSocket)."""
        client = _Client(self.server, Deadline(self.total_seconds))
        try:
            if self.server.username and self.server.password_file:
                lines = self.server.password_file.read_text(encoding="utf-8").splitlines()
                client.login(self.server.username, lines[0] if lines else "")
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
