"""Signed webhook: a message posted with an HMAC of its id, moment and body.

Source: Standard Webhooks 1.0 (headers webhook-id, webhook-timestamp, webhook-signature).
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from gateway.domain.errors import ServiceUnavailable
from gateway.wire.http_post import NoResponse, post

_JSON = "application/json"
_MAX_ANSWER_BYTES = 64 * 1024
_TAKEN = range(200, 300)
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class SignedWebhook:
    """The port `MessageSender`. ca_file: CAs of receivers, PEM; None: the CAs of the system."""

    total_seconds: float = 10.0
    ca_file: Path | None = None

    def send(self, address: str, message_id: str, at: datetime, body: bytes, secret: str) -> None:
        """See the port."""
        stamp = str(int(at.timestamp()))
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(secret, message_id, stamp, body),
        }
        try:
            post(
                address,
                body,
                (_JSON, "*/*"),
                self.total_seconds,
                _MAX_ANSWER_BYTES,
                ca_file=self.ca_file,
                accepted=_TAKEN,
                headers=headers,
            )
        except NoResponse as error:
            raise ServiceUnavailable(f"The webhook did not take the message: {error}.") from None


def signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    """`v1,` and HMAC-SHA256 in base64. secret: `whsec_` and the key in base64."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{stamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()}"
