"""API keys in the database: the port `ApiKeys`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, or_, select, update
from sqlalchemy.exc import IntegrityError

from gateway.domain.api.key import ApiKey, Scope, network
from gateway.exchange.ports import Exchange
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.journal.rows import values_of
from gateway.store.tables import api_budget, api_key
from gateway.store.tables import exchange as journal


class SqlApiKeys:
    """The port `ApiKeys`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def find(self, key_id: str) -> ApiKey | None:
        """See the port."""
        with guarded(), self._reading.connect() as connection:
            row = connection.execute(select(api_key).where(api_key.c.key_id == key_id)).first()
        return _key_of(row) if row else None

    def all(self) -> Sequence[ApiKey]:
        """See the port."""
        query = select(api_key).order_by(api_key.c.created_at, api_key.c.key_id)
        with guarded(), self._reading.connect() as connection:
            return [_key_of(row) for row in connection.execute(query)]

    def add(self, key: ApiKey, record: Exchange) -> None:
        """See the port."""
        row = {
            "key_id": key.id,
            "digest": key.digest,
            "system": key.system,
            "authority": key.authority,
            "scopes": " ".join(sorted(key.scopes)),
            "networks": " ".join(map(str, key.networks)),
            "calls_per_minute": key.calls_per_minute,
            "created_at": in_utc(key.created_at),
            "expires_at": in_utc(key.expires_at),
        }
        with guarded(), self._writing.begin() as connection:
            connection.execute(api_key.insert(), row)
            connection.execute(journal.insert(), values_of(record))

    def revoke(self, key_id: str, at: datetime, record: Exchange) -> bool:
        """See the port."""
        which = and_(api_key.c.key_id == key_id, api_key.c.revoked_at.is_(None))
        with guarded(), self._writing.begin() as connection:
            changed = connection.execute(
                update(api_key).where(which).values(revoked_at=in_utc(at))
            ).rowcount
            if changed:
                connection.execute(journal.insert(), values_of(record))
        return changed == 1

    def count_call(self, key_id: str, at: datetime, window_began: datetime) -> int:
        """See the port."""
        day = at.astimezone(UTC).date().isoformat()
        is_new_day = or_(api_key.c.used_on.is_(None), api_key.c.used_on != day)
        with guarded(), self._writing.begin() as connection:
            connection.execute(
                update(api_key).where(api_key.c.key_id == key_id, is_new_day).values(used_on=day)
            )
            return _counted(connection, key_id, in_utc(window_began))


def _counted(connection: Connection, key_id: str, window: str) -> int:
    table, columns = api_budget, api_budget.c
    own = columns.key_id == key_id
    same_window = and_(own, columns.window_began == window)
    added = connection.execute(
        update(table).where(same_window).values(calls=columns.calls + 1)
    ).rowcount
    if not added:
        begun = connection.execute(
            update(table)
            .where(own, columns.window_began != window)
            .values(window_began=window, calls=1)
        ).rowcount
        if not begun:
            row = {"key_id": key_id, "window_began": window, "calls": 1}
            try:
                with connection.begin_nested():
                    connection.execute(table.insert(), row)
            except IntegrityError:  # another call of this key was first
                return _counted(connection, key_id, window)
    return int(connection.execute(select(columns.calls).where(own)).scalar_one())


def _key_of(row: Any) -> ApiKey:
    """A key. Raises ServiceUnavailable where the row is damaged."""
    with readable():
        return ApiKey(
            row.key_id,
            row.digest,
            row.system,
            row.authority,
            frozenset(Scope(each) for each in row.scopes.split()),
            tuple(network(each) for each in row.networks.split()),
            row.calls_per_minute,
            datetime.fromisoformat(row.created_at),
            datetime.fromisoformat(row.expires_at),
            datetime.fromisoformat(row.revoked_at) if row.revoked_at else None,
            date.fromisoformat(row.used_on) if row.used_on else None,
        )
