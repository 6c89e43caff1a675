"""Published permits, confirmations and the journal in a database: the only home of SQLAlchemy.

`open_store` returns the ports of gateway.exchange; `migrate` creates the tables or brings them to
this version; `snapshot` and `restoring` are for backups.
"""

from gateway.store.backup.restoring import restoring
from gateway.store.backup.snapshot import snapshot
from gateway.store.database.migrating import knows, migrate, migrate_back
from gateway.store.database.timeouts import Timeouts
from gateway.store.store import Store, open_store

__all__ = [
    "Store",
    "Timeouts",
    "knows",
    "migrate",
    "migrate_back",
    "open_store",
    "restoring",
    "snapshot",
]
