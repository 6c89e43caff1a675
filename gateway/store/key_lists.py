"""Held key lists: the newest file of each partner, for all processes and nodes, and in backups."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Engine, Row, select

from gateway.exchange.ports.paper.codes import KeptList
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.database.upsert import upsert
from gateway.store.tables import key_list as table


class SqlHeldKeyLists:
    """The port `HeldKeyLists`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def every(self) -> Iterator[KeptList]:
        """See the port."""
        query = select(table).order_by(table.c.partner)
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield _kept(row)

    def of(self, partner: str) -> KeptList | None:
        """See the port."""
        query = select(table).where(table.c.partner == partner)
        with guarded(), self._reading.connect() as connection:
            row = connection.execute(query).one_or_none()
        return _kept(row) if row else None

    def received(self) -> Mapping[str, datetime]:
        """See the port."""
        query = select(table.c.partner, table.c.received_at)
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        with readable():
            return {row.partner: datetime.fromisoformat(row.received_at) for row in rows}

    def keep(self, new: KeptList, before: bytes | None) -> bool:
        """See the port."""
        row = {
            "partner": new.partner,
            "content": new.content,
            "received_at": in_utc(new.received_at),
        }
        with guarded(), self._writing.begin() as connection:
            statement = upsert(connection, table).values(row)
            if before is None:
                statement = statement.on_conflict_do_nothing(index_elements=["partner"])
            else:
                statement = statement.on_conflict_do_update(
                    index_elements=["partner"],
                    set_={name: row[name] for name in row if name != "partner"},
                    where=table.c.content == before,
                )
            kept = connection.execute(statement.returning(table.c.partner))
            return kept.one_or_none() is not None


def _kept(row: Row[tuple[object, ...]]) -> KeptList:
    with readable():
        return KeptList(row.partner, bytes(row.content), datetime.fromisoformat(row.received_at))
