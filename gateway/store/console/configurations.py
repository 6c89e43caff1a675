"""Changes of the configuration, each with the journal record that holds the text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, select

from gateway.exchange.ports import Exchange
from gateway.exchange.ports.console.configurations import ConfigurationChange
from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.journal.rows import values_of
from gateway.store.tables import configuration_change as table
from gateway.store.tables import exchange as journal

_NEWEST_FIRST = select(table).order_by(table.c.exchange_id.desc())


class SqlConfigurations:
    """The port `Configurations`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def newest(self, node: str) -> ConfigurationChange | None:
        """See the port."""
        return self._first(_NEWEST_FIRST.where(table.c.node == node))

    def find(self, identity: str) -> ConfigurationChange | None:
        """See the port."""
        return self._first(_NEWEST_FIRST.where(table.c.exchange_id == identity))

    def add(self, change: ConfigurationChange, record: Exchange) -> None:
        """See the port."""
        row = {
            "exchange_id": change.id,
            "at": in_utc(change.at),
            "node": change.node,
            "digest": change.digest,
        }
        with guarded(), self._writing.begin() as connection:
            connection.execute(journal.insert(), values_of(record))
            connection.execute(table.insert(), row)

    def page(self, before: str | None, most: int) -> Sequence[ConfigurationChange]:
        """See the port."""
        query = _NEWEST_FIRST.where(table.c.exchange_id < before) if before else _NEWEST_FIRST
        return self._all(query.limit(most))

    def previous(self, change: ConfigurationChange) -> ConfigurationChange | None:
        """See the port."""
        return self._first(
            _NEWEST_FIRST.where(table.c.node == change.node, table.c.exchange_id < change.id)
        )

    def _first(self, query: Select[Any]) -> ConfigurationChange | None:
        return next(iter(self._all(query.limit(1))), None)

    def _all(self, query: Select[Any]) -> list[ConfigurationChange]:
        with guarded(), readable(), self._reading.connect() as connection:
            return [
                ConfigurationChange(
                    row.exchange_id, datetime.fromisoformat(row.at), row.node, row.digest
                )
                for row in connection.execute(query)
            ]
