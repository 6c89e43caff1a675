"""Webhook: each alert is posted to an address of the settings, as one JSON object."""

import json
from dataclasses import dataclass
from pathlib import Path

from gateway.domain.errors import ServiceUnavailable
from gateway.domain.foreign_text import one_line
from gateway.exchange.alerts.alert import Alert
from gateway.wire.http_post import NoResponse, post

_JSON = "application/json"
_MAX_ANSWER_BYTES = 64 * 1024
_TAKEN = (200, 201, 202, 204)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The port `AlertChannel`.

    address: `https://...`.  ca_file: CAs of its certificate, PEM; None: the CAs of the system.
    service: our own address, so that a receiver of several gateways tells them apart.
    """

    address: str
    service: str
    ca_file: Path | None = None
    total_seconds: float = 10.0

    def send(self, alert: Alert) -> None:
        """See the port."""
        message = {
            "kind": alert.kind.value,
            "id": alert.id,
            "partner": alert.partner or None,
            "urgent": alert.urgent,
            "text": one_line(str(alert.sentence)),
            "gateway": self.service,
        }
        try:
            post(
                self.address,
                json.dumps(message).encode(),
                (_JSON, _JSON),
                self.total_seconds,
                _MAX_ANSWER_BYTES,
                ca_file=self.ca_file,
                accepted=_TAKEN,
            )
        except NoResponse as error:
            raise ServiceUnavailable(f"The webhook did not take the alert: {error}.") from None
