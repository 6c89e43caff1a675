"""Delivery of events to webhooks, with exponential back-off over two and a half days.

A message says that something happened to a permit, and nothing of the permit itself: the receiver
asks for it with its API key. A receiver may get a message twice, with the same id.
Source: Standard Webhooks 1.0.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.domain.errors import ServiceUnavailable
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.ports import Clock, TokenEncryption
from gateway.exchange.ports.api.keys import ApiKeys
from gateway.exchange.ports.api.webhooks import (
    MessageSender,
    MessageState,
    WebhookMessage,
    Webhooks,
)

MOST_ATTEMPTS = 18
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(hours=8)
_MOST_IN_A_ROUND = 200
"""Messages of each webhook."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeliverEvents:
    """Use case of a background job. encryption: of the secrets."""

    webhooks: Webhooks
    keys: ApiKeys
    sender: MessageSender
    encryption: TokenEncryption
    clock: Clock

    def round(self, stopping: Callable[[], bool]) -> int:
        """Collect events, and send what is due; return how many messages were taken.

        A webhook that fails is not tried again in this round, so that it delays no other.
        Raises ServiceUnavailable, KeyUnusable.
        """
        if not self.webhooks.all():
            return 0
        self.webhooks.collect(self.clock())
        failed: set[str] = set()
        taken = 0
        for message in self.webhooks.due(self.clock(), _MOST_IN_A_ROUND):
            if stopping():
                break
            if message.webhook.id in failed:
                continue
            if self._sent(message):
                taken += 1
            else:
                failed.add(message.webhook.id)
        return taken

    def _sent(self, message: WebhookMessage) -> bool:
        """Whether a message was taken; its result is stored."""
        webhook, now = message.webhook, self.clock()
        key = self.keys.find(webhook.key_id)
        if key is None or not key.is_valid_at(now):
            self.webhooks.settle(replace(message, state=MessageState.GIVEN_UP))
            return True
        secret = self.encryption.decrypt(webhook.secret, webhook.id)
        tried = replace(message, attempts=message.attempts + 1)
        try:
            self.sender.send(webhook.address, message.event.id, now, body_of(message), secret)
        except ServiceUnavailable as error:
            is_over = tried.attempts >= MOST_ATTEMPTS
            state = MessageState.GIVEN_UP if is_over else MessageState.WAITING
            _log.warning("webhook=%s attempt=%d: %s", webhook.id, tried.attempts, error.text)
            self.webhooks.settle(replace(tried, state=state, due_at=_next(now, tried.attempts)))
            return False
        self.webhooks.settle(replace(tried, state=MessageState.DELIVERED, due_at=now))
        return True


def body_of(message: WebhookMessage) -> bytes:
    """The message: kind, moment, country, authority and number. No secret is in it."""
    event = message.event
    return canonical(
        {
            "type": f"permit.{event.kind}",
            "timestamp": moment(event.at),
            "data": {
                "country": event.country,
                "authority": event.authority,
                "number": event.number,
            },
        }
    )


def _next(now: datetime, attempts: int) -> datetime:
    doubled: int = 2 ** min(attempts, 16)
    return now + min(_LONGEST_WAIT, _FIRST_WAIT * doubled)
