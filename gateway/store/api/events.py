"""Events of permits: found by what changed since the last look, each with its messages.

A permit that changed is compared with its newest event: another status is an event. Confirmations
are events by their id. An expiry is entered with the permit, at its moment, and its message is due
then. Looks overlap, because a transaction can end later than one that began after it; events that
are there already are found again by their id.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from gateway.domain.api.event import EventKind, PermitEvent
from gateway.domain.permit.status import Status
from gateway.exchange.ports.api.webhooks import MessageState
from gateway.store.database.errors import readable
from gateway.store.database.moments import in_utc
from gateway.store.permits.permit_json import from_json
from gateway.store.tables import (
    authority,
    confirmation,
    permit,
    permit_event,
    webhook,
    webhook_cursor,
    webhook_message,
)

OVERLAP = timedelta(minutes=2)
_MOST = 500
_CURSOR = 1
_OVER = frozenset(each.value for each in Status if not each.in_force)
"""Statuses of permits whose end of validity is no event any more."""
_STATUSES = frozenset(kind.value for kind in EventKind)
_CHANGED = (
    select(
        permit.c.id,
        permit.c.number,
        permit.c.status,
        permit.c.created_at,
        permit.c.changed_at,
        permit.c.content,
        authority.c.country,
        authority.c.code,
    )
    .join_from(permit, authority)
    .order_by(permit.c.changed_at, permit.c.id)
    .limit(_MOST)
)


Place = tuple[str, int]
"""Moment of the change and row id of a permit: the order in which permits are looked at."""


def begin(connection: Connection, now: datetime) -> Place | None:
    """Where a look begins; None at the first time, which is only marked."""
    query = select(webhook_cursor.c.at).where(webhook_cursor.c.id == _CURSOR)
    since = connection.execute(query).scalar()
    if since is None:
        first = {"id": _CURSOR, "at": in_utc(now + OVERLAP)}
        connection.execute(webhook_cursor.insert(), first)
        return None
    return in_utc(datetime.fromisoformat(since) - OVERLAP), 0


def collect(
    connection: Connection, place: Place, began: str, now: datetime
) -> tuple[int, Place | None]:
    """Enter the events of a page of permits, and their messages, in one transaction.

    Returns how many events are new, and the place of the next page; None after the last one, when
    the cursor is moved to `now`. began: moment at which this look began.
    """
    changed, row_id = place
    beyond = or_(
        permit.c.changed_at > changed, and_(permit.c.changed_at == changed, permit.c.id > row_id)
    )
    rows = connection.execute(_CHANGED.where(beyond)).all()
    found = sum(_enter(connection, row, began) for row in rows)
    if len(rows) == _MOST:
        return found, (rows[-1].changed_at, rows[-1].id)
    moved = webhook_cursor.update().where(webhook_cursor.c.at < in_utc(now))
    connection.execute(moved.values(at=in_utc(now)))
    return found, None


def _enter(connection: Connection, row: Any, began: str) -> int:
    """Enter the events of a permit that changed; return how many are new."""
    known = connection.execute(
        select(permit_event.c.event_id, permit_event.c.kind, permit_event.c.place)
        .where(permit_event.c.permit_id == row.id)
        .order_by(permit_event.c.place)
    ).all()
    known_ids, place = {each.event_id for each in known}, len(known)
    entered = 0
    for event in _events(connection, row, known, began):
        if event.id not in known_ids:
            _add(connection, row.id, place + entered, event)
            entered += 1
    if row.status in _OVER:
        connection.execute(
            webhook_message.update()
            .where(webhook_message.c.event_id == f"expired-{row.id}")
            .where(webhook_message.c.state == MessageState.WAITING.value)
            .values(state=MessageState.GIVEN_UP.value)
        )
    return entered


def _events(
    connection: Connection, row: Any, known: Sequence[Any], began: str
) -> Iterator[PermitEvent]:
    of, changed = f"{row.country}/{row.code}", datetime.fromisoformat(row.changed_at)
    told = [each.kind for each in known if each.kind not in ("confirmed", "expired")]
    is_new = row.created_at == row.changed_at or row.created_at > began
    # A permit that is older than the first webhook is not issued now, whatever changes of it.
    is_told = told[-1] == row.status if told else row.status == "issued" and not is_new
    if not is_told and row.status in _STATUSES:
        identity = f"status-{row.id}-{len(told)}"
        yield PermitEvent(identity, EventKind(row.status), of, row.number, changed)
    if not known:
        yield from _expiry(row, of, changed)
    query = (
        select(confirmation.c.id, confirmation.c.at)
        .where(confirmation.c.permit_id == row.id, confirmation.c.at > began)
        .order_by(confirmation.c.place)
    )
    for each in connection.execute(query):
        at = datetime.fromisoformat(each.at)
        yield PermitEvent(f"confirmed-{each.id}", EventKind.CONFIRMED, of, row.number, at)


def _expiry(row: Any, of: str, changed: datetime) -> Iterator[PermitEvent]:
    with readable():
        ends = from_json(row.content).valid_before
    if ends is not None and ends.astimezone(UTC) > changed:
        yield PermitEvent(f"expired-{row.id}", EventKind.EXPIRED, of, row.number, ends)


def _add(connection: Connection, permit_id: int, place: int, event: PermitEvent) -> None:
    connection.execute(
        permit_event.insert(),
        {
            "event_id": event.id,
            "permit_id": permit_id,
            "place": place,
            "kind": event.kind.value,
            "authority": event.authority,
            "number": event.number,
            "at": in_utc(event.at),
        },
    )
    concerned = select(webhook.c.webhook_id, webhook.c.kinds).where(
        webhook.c.authority == event.authority, webhook.c.created_at <= in_utc(event.at)
    )
    messages = [
        {
            "webhook_id": each.webhook_id,
            "event_id": event.id,
            "state": MessageState.WAITING.value,
            "attempts": 0,
            "due_at": in_utc(event.at),
        }
        for each in connection.execute(concerned)
        if event.kind in each.kinds.split()
    ]
    if messages:
        connection.execute(webhook_message.insert(), messages)
