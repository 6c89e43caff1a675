"""Alert mail: each alert is sent to addresses of the settings, by one SMTP server."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.foreign_text import one_line
from gateway.exchange.alerts.alert import Alert, AlertKind
from gateway.wire.smtp import MailServer, NotMailed, send_mail

_COMMANDS = {
    AlertKind.PARTNER_REFUSED: "epix-gateway explain {id}",
    AlertKind.CERTIFICATE_REFUSED: "epix-gateway explain {id}",
    AlertKind.OUTBOX: "epix-gateway outbox show {id}",
    AlertKind.MISMATCHES: "epix-gateway report mismatches shared --waiting",
    AlertKind.CERTIFICATE: "epix-gateway check-config",
    AlertKind.CONFIGURATION: "epix-gateway check-config",
}


@dataclass(frozen=True, slots=True)
class AlertMail:
    """The port `AlertChannel`. service: our own address, in the subject."""

    server: MailServer
    to: Sequence[str]
    service: str
    total_seconds: float = 20.0

    def send(self, alert: Alert) -> None:
        """See the port."""
        about = f" ({alert.partner})" if alert.partner else ""
        subject = f"{'URGENT: ' if alert.urgent else ''}{alert.kind}{about} at {self.service}"
        command = _COMMANDS.get(alert.kind, "see docs/alerts.md").format(id=alert.id)
        text = f"{one_line(str(alert.sentence))}\n\nId: {alert.id}\nMore: {command}\n"
        try:
            send_mail(self.server, self.to, subject, text, self.total_seconds)
        except NotMailed as error:
            raise ServiceUnavailable(f"The mail server did not take the alert: {error}.") from None
