"""Webhooks and their messages in the database: the port `Webhooks`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Subquery, and_, delete, func, select, update

from gateway.domain.api.event import EventKind, PermitEvent
from gateway.exchange.ports import Exchange
from gateway.exchange.ports.api.webhooks import MessageState, Webhook, WebhookMessage
from gateway.store.api.events import begin, collect
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.journal.rows import values_of
from gateway.store.tables import exchange as journal
from gateway.store.tables import permit_event, webhook, webhook_message

_WAITING = MessageState.WAITING.value


class SqlWebhooks:
    """The port `Webhooks`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def all(self) -> Sequence[Webhook]:
        """See the port."""
        query = select(webhook).order_by(webhook.c.created_at, webhook.c.webhook_id)
        with guarded(), self._reading.connect() as connection:
            return [_webhook_of(row) for row in connection.execute(query)]

    def add(self, added: Webhook, record: Exchange) -> None:
        """See the port."""
        row = {
            "webhook_id": added.id,
            "key_id": added.key_id,
            "authority": added.authority,
            "address": added.address,
            "kinds": " ".join(sorted(added.kinds)),
            "secret": added.secret,
            "created_at": in_utc(added.created_at),
        }
        with guarded(), self._writing.begin() as connection:
            connection.execute(webhook.insert(), row)
            connection.execute(journal.insert(), values_of(record))

    def remove(self, webhook_id: str, record: Exchange) -> bool:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            connection.execute(
                delete(webhook_message).where(webhook_message.c.webhook_id == webhook_id)
            )
            removed = connection.execute(
                delete(webhook).where(webhook.c.webhook_id == webhook_id)
            ).rowcount
            if removed:
                connection.execute(journal.insert(), values_of(record))
        return bool(removed)

    def collect(self, now: datetime) -> int:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            beginning = begin(connection, now)
        place, found = beginning, 0
        while place is not None and beginning is not None:
            with guarded(), self._writing.begin() as connection:
                new, place = collect(connection, place, beginning[0], now)
            found += new
        return found

    def due(self, now: datetime, most: int) -> Sequence[WebhookMessage]:
        """See the port."""
        ranked = _ranked(now)
        query = (
            select(
                webhook,
                *(permit_event.c.event_id, permit_event.c.kind, permit_event.c.number),
                permit_event.c.at,
                *(webhook_message.c.state, webhook_message.c.attempts, webhook_message.c.due_at),
            )
            .join_from(ranked, webhook_message, _same_message(ranked))
            .join(webhook, webhook_message.c.webhook_id == webhook.c.webhook_id)
            .join(permit_event, permit_event.c.event_id == webhook_message.c.event_id)
            .where(ranked.c.place <= most)
            .order_by(ranked.c.place, webhook_message.c.due_at, webhook_message.c.event_id)
        )
        with guarded(), self._reading.connect() as connection:
            return [_message_of(row) for row in connection.execute(query)]

    def settle(self, message: WebhookMessage) -> None:
        """See the port."""
        changed = {
            "state": message.state.value,
            "attempts": message.attempts,
            "due_at": in_utc(message.due_at),
        }
        which = and_(
            webhook_message.c.webhook_id == message.webhook.id,
            webhook_message.c.event_id == message.event.id,
        )
        with guarded(), self._writing.begin() as connection:
            connection.execute(update(webhook_message).where(which).values(changed))

    def waiting(self, webhook_id: str) -> int:
        """See the port."""
        query = (
            select(func.count())
            .select_from(webhook_message)
            .where(webhook_message.c.webhook_id == webhook_id, webhook_message.c.state == _WAITING)
        )
        with guarded(), self._reading.connect() as connection:
            return int(connection.execute(query).scalar_one())


def _ranked(now: datetime) -> Subquery:
    """Messages that are due, each with its place among those of its webhook."""
    columns = webhook_message.c
    place = func.row_number().over(
        partition_by=columns.webhook_id, order_by=(columns.due_at, columns.event_id)
    )
    return (
        select(columns.webhook_id, columns.event_id, place.label("place"))
        .where(columns.state == _WAITING, columns.due_at <= in_utc(now))
        .subquery()
    )


def _same_message(ranked: Subquery) -> ColumnElement[bool]:
    return and_(
        webhook_message.c.webhook_id == ranked.c.webhook_id,
        webhook_message.c.event_id == ranked.c.event_id,
    )


def _webhook_of(row: Any) -> Webhook:
    with readable():
        return Webhook(
            row.webhook_id,
            row.key_id,
            row.authority,
            row.address,
            frozenset(EventKind(each) for each in row.kinds.split()),
            bytes(row.secret),
            datetime.fromisoformat(row.created_at),
        )


def _message_of(row: Any) -> WebhookMessage:
    found = _webhook_of(row)
    with readable():
        at = datetime.fromisoformat(row.at)
        event = PermitEvent(row.event_id, EventKind(row.kind), found.authority, row.number, at)
        due = datetime.fromisoformat(row.due_at)
        return WebhookMessage(found, event, MessageState(row.state), row.attempts, due)
