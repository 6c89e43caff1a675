"""Confirmations of all lines of a permit, sent to a gateway that does not authenticate callers."""

import http.client
import json
import re
from dataclasses import dataclass
from typing import Any

from tests.builders import a_position
from tests.resilience.nodes import Node, number, token

LINES = "ABCDEFGHIJ"
POSITIONS = tuple(a_position(letter) for letter in LINES)
_LINE = "<CitesPosition><ID>{}</ID><InspectedUnitQuantity>5</InspectedUnitQuantity></CitesPosition>"
_ENVELOPE = (
    "<e:Envelope"
    ' xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><v:ConfirmQuantitiesRequest '
    'xmlns:v="urn:CitesDataExchange/v2/"><CertificateNumber>{}</CertificateNumber><TokenId>{}</TokenId>'
    "<IsoCountryCode>MZ</IsoCountryCode><ConfirmedQuantities>{}</ConfirmedQuantities>"
    "</v:ConfirmQuantitiesRequest></e:Body></e:Envelope>"
)


@dataclass(frozen=True)
class ConfirmAnswer:
    """Answer to a confirmation. fault, retry: empty if confirmed.  id: of the confirmation."""

    status: int
    body: str

    @property
    def fault(self) -> str:
        return self._between("faultstring")

    @property
    def retry(self) -> str:
        return self._between("Retry")

    @property
    def id(self) -> str:
        return self._between("ConfirmationId")

    def _between(self, name: str) -> str:
        found = re.search(f"<(?:\\w+:)?{name}>([^<]*)<", self.body)
        return found[1] if found else ""


def confirm(node: Node, place: int, seconds: float = 20) -> ConfirmAnswer:
    """Confirm all lines of the permit of that place. Raises OSError without an answer."""
    body = _ENVELOPE.format(number(place), token(place), "".join(map(_LINE.format, LINES)))
    line = http.client.HTTPConnection("127.0.0.1", node.port, timeout=seconds)
    try:
        line.request("POST", "/epix/v2", body.encode(), {"Content-Type": "text/xml"})
        answer = line.getresponse()
        return ConfirmAnswer(answer.status, answer.read().decode())
    finally:
        line.close()


def ready(port: int) -> tuple[int, dict[str, Any]]:
    """Status and parts of /health/ready."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", "/health/ready")
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())["parts"]
    finally:
        line.close()
