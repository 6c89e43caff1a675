"""Look-ups of customs officers: the port `LookUps`."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, and_, select, update

from gateway.exchange.ports import SEAL_NAME, Attachment, PartnerReply
from gateway.exchange.ports.customs.look_ups import LookUp, LookUpState, Refusal
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.tables import customs_look_up as table

_WITHOUT_DOCUMENTS = [
    column for column in table.c if column.name not in ("document", "attachments", "version")
]


class SqlLookUps:
    """The port `LookUps`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def add(self, look_up: LookUp) -> None:
        """See the port."""
        row = {
            "id": look_up.id,
            "person_id": look_up.person_id,
            "country": look_up.country,
            "permit_number": look_up.number,
            "token": look_up.token,
            "final": look_up.final,
            "asked_at": in_utc(look_up.asked_at),
            "seen": look_up.seen,
            "attempts": look_up.attempts,
            **_changed(look_up),
        }
        with guarded(), self._writing.begin() as connection:
            connection.execute(table.insert(), row)

    def find(self, identity: str, person_id: str) -> LookUp | None:
        """See the port."""
        query = select(table).where(table.c.id == identity, table.c.person_id == person_id)
        with guarded(), self._reading.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else _look_up(row)

    def of_person(self, person_id: str, count: int) -> Sequence[LookUp]:
        """See the port."""
        query = (
            select(*_WITHOUT_DOCUMENTS)
            .where(table.c.person_id == person_id)
            .order_by(table.c.asked_at.desc(), table.c.id.desc())
            .limit(count)
        )
        with guarded(), self._reading.connect() as connection:
            return [_look_up(row) for row in connection.execute(query)]

    def due(self, now: datetime, count: int) -> Sequence[LookUp]:
        """See the port."""
        query = (
            select(table)
            .where(table.c.state == LookUpState.WAITING.value, table.c.due_at <= in_utc(now))
            .order_by(table.c.due_at, table.c.id)
            .limit(count)
        )
        with guarded(), self._reading.connect() as connection:
            return [_look_up(row) for row in connection.execute(query)]

    def claim(self, look_up: LookUp, until: datetime) -> bool:
        """See the port."""
        is_ours = and_(_unchanged(look_up), table.c.state == LookUpState.WAITING.value)
        change = update(table).where(is_ours)
        values = {"due_at": in_utc(until), "attempts": look_up.attempts + 1}
        with guarded(), self._writing.begin() as connection:
            return connection.execute(change, values).rowcount == 1

    def settle(self, look_up: LookUp) -> None:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            connection.execute(update(table).where(_unchanged(look_up)), _changed(look_up))

    def note_seen(self, look_up: LookUp) -> None:
        """See the port."""
        with guarded(), self._writing.begin() as connection:
            connection.execute(update(table).where(table.c.id == look_up.id), {"seen": True})


def _unchanged(look_up: LookUp) -> ColumnElement[bool]:
    """Its row, unless another attempt has begun (fencing)."""
    return and_(table.c.id == look_up.id, table.c.attempts == look_up.attempts)


def _changed(look_up: LookUp) -> dict[str, object]:
    reply, refusal = look_up.reply, look_up.refusal
    attached = [
        [each.name, b64encode(each.content).decode("ascii")]
        for each in (reply.attachments if reply else ())
        if each.name == SEAL_NAME  # others are large, and the desk judges by the seal alone
    ]
    return {
        "due_at": in_utc(look_up.due_at),
        "state": look_up.state.value,
        "version": reply.version if reply else None,
        "document": reply.document if reply else None,
        "attachments": json.dumps(attached).encode() if reply else None,
        "refusal": (
            json.dumps([refusal.code, refusal.text, refusal.partner_code]) if refusal else None
        ),
        "fetched_at": in_utc(look_up.fetched_at) if look_up.fetched_at else None,
        "answered_at": in_utc(look_up.answered_at) if look_up.answered_at else None,
    }


def _look_up(row: Row[Any]) -> LookUp:
    with readable():
        refusal = Refusal(*json.loads(row.refusal)) if row.refusal else None
        return LookUp(
            row.id,
            row.person_id,
            row.country,
            row.permit_number,
            None if row.token is None else bytes(row.token),
            bool(row.final),
            datetime.fromisoformat(row.asked_at),
            datetime.fromisoformat(row.due_at),
            LookUpState(row.state),
            row.attempts,
            _reply(row),
            refusal,
            datetime.fromisoformat(row.fetched_at) if row.fetched_at else None,
            datetime.fromisoformat(row.answered_at) if row.answered_at else None,
            bool(row.seen),
        )


def _reply(row: Row[Any]) -> PartnerReply | None:
    if getattr(row, "document", None) is None:
        return None
    attached = tuple(
        Attachment(name, b64decode(content)) for name, content in json.loads(row.attachments)
    )
    return PartnerReply(bytes(row.document), row.version, attached, None)
