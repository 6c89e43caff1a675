"""Ports of webhooks: registration, events of permits, messages that wait, and their sender."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from gateway.domain.api.event import EventKind, PermitEvent
from gateway.exchange.ports.journal import Exchange


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events of one authority.

    secret: encrypted; signs each message.  key_id: the API key whose system it belongs to.
    """

    id: str
    key_id: str
    authority: str
    address: str
    kinds: frozenset[EventKind]
    secret: bytes = field(repr=False)
    created_at: datetime


class MessageState(StrEnum):
    """State of a message. Given up: after many attempts over days."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """An event on its way to a webhook. attempts: so far.  due_at: not before, aware."""

    webhook: Webhook
    event: PermitEvent
    state: MessageState
    attempts: int
    due_at: datetime


class Webhooks(Protocol):
    """Webhooks and their messages. Every method raises ServiceUnavailable."""

    def all(self) -> Sequence[Webhook]:
        """Return all webhooks, oldest first."""

    def add(self, webhook: Webhook, record: Exchange) -> None:
        """Store a webhook with the journal record of this act."""

    def remove(self, webhook_id: str, record: Exchange) -> bool:
        """Remove a webhook and its messages, with the record. False where there is none."""

    def collect(self, now: datetime) -> int:
        """Find events of permits since the last time, with a message for each webhook concerned.

        The first time marks the beginning: nothing before it is an event. Returns how many events
        are new. The caller holds an advisory lock.
        """

    def due(self, now: datetime, most: int) -> Sequence[WebhookMessage]:
        """Return messages that are due: of each webhook the first, then of each the second.

        most: of each webhook, so that one that is not reached holds up no other.
        """

    def settle(self, message: WebhookMessage) -> None:
        """Store state, attempts and due_at of a message."""

    def waiting(self, webhook_id: str) -> int:
        """Return how many messages of a webhook wait."""


class MessageSender(Protocol):
    """Sends a message to an address."""

    def send(self, address: str, message_id: str, at: datetime, body: bytes, secret: str) -> None:
        """Send a signed message. Raises ServiceUnavailable where it was not taken."""
