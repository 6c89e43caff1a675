"""Published permits, confirmations and the journal in a database: the only home of SQLAlchemy.

`open_store` gives the ports of gateway.exchange; `migrate` makes the database or brings it to this version;
`snapshot` and `restoring` are for backups.
"""

from gateway.store.migrating import knows, migrate, migrate_back
from gateway.store.restoring import restoring
from gateway.store.snapshot import snapshot
from gateway.store.store import Store, open_store
from gateway.store.waits import Waits

__all__ = ["Store", "Waits", "knows", "migrate", "migrate_back", "open_store", "restoring", "snapshot"]
