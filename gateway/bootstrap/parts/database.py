"""Database of a gateway: opened on first use, shared by all parts, closed once."""

from dataclasses import dataclass
from functools import cached_property

from gateway.domain.errors import InvalidRequest
from gateway.exchange.ports import Clock
from gateway.settings import DatabaseSettings, Settings
from gateway.store.database.migrating import knows
from gateway.store.database.migrating import migrate as migrate_database
from gateway.store.database.migrating import migrate_back as migrate_database_back
from gateway.store.database.timeouts import Timeouts
from gateway.store.store import Store, open_store


@dataclass(frozen=True)
class Database:
    """The database that the settings name. sync_reads: as in `open_store`."""

    settings: DatabaseSettings
    clock: Clock
    sync_reads: bool

    @cached_property
    def store(self) -> Store:
        """The open database. Raises ServiceUnavailable where it is absent or not migrated."""
        timeouts = Timeouts(
            self.settings.connect_timeout_seconds,
            self.settings.lock_timeout_seconds,
            self.settings.statement_timeout_seconds,
        )
        return open_store(
            self.settings.address,
            self.clock,
            timeouts,
            self.settings.replica_address,
            self.settings.prune_address,
            sync_reads=self.sync_reads,
        )

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()


def migrate(settings: Settings) -> None:
    """Make the database, or bring it to the tables of this version. Raises ServiceUnavailable."""
    migrate_database(settings.database.address)


def migrate_back(settings: Settings, revision: str) -> None:
    """Take the database back to the tables of an earlier revision; data of later ones are lost.

    Raises InvalidRequest for a revision that this version does not know, ServiceUnavailable.
    """
    if not knows(revision):
        raise InvalidRequest("The revision must be one that this version knows, such as 0011.")
    migrate_database_back(settings.database.address, revision)
