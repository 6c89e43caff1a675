"""Shared parts of a gateway: its settings and clock, the database, and the keys of several parts.

Nothing is opened before it is used.
"""

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gateway.bootstrap.clock import now
from gateway.exchange.ports import Clock, PermitFormat
from gateway.exchange.service.maintenance import Maintenance
from gateway.settings import Settings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database
    from gateway.bootstrap.parts.own_keys import OwnKeys
    from gateway.store.store import Store


@dataclass(frozen=True)
class SharedParts(AbstractContextManager["SharedParts"]):
    """Parts that all others are made with."""

    settings: Settings
    clock: Clock = now

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def __enter__(self) -> Self:
        return self

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "database" in self.__dict__:
            self.database.close()

    @cached_property
    def maintenance(self) -> Maintenance:
        """Closes the service on all nodes, and opens it."""
        return Maintenance(self.store.service_modes, self.clock, time.monotonic)

    @cached_property
    def keys(self) -> "OwnKeys":
        """Permit seal and token key, which several parts share."""
        from gateway.bootstrap.parts.own_keys import OwnKeys
        from gateway.crypto.keys.configured import countries_of

        return OwnKeys(
            self.settings.seal,
            self.settings.tokens,
            self.database,
            self.clock,
            countries_of(self.settings),
        )

    @cached_property
    def database(self) -> "Database":
        """The database, which all parts share."""
        from gateway.bootstrap.parts.database import Database

        return Database(self.settings.database, self.clock, self.settings.journal.sync_read_records)

    @property
    def store(self) -> "Store":
        """The open database. Raises ServiceUnavailable where it is absent or not migrated."""
        return self.database.store

    def _formats(self) -> Mapping[str, PermitFormat]:
        return self._permit_formats

    @cached_property
    def _permit_formats(self) -> Mapping[str, PermitFormat]:
        from gateway.bootstrap.parts.permits import permit_formats

        return permit_formats()
