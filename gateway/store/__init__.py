"""Published permits, confirmations and the journal in a database: the only home of SQLAlchemy.

`open_store` gives the ports of gateway.exchange; `migrate` makes the database or brings it to this version.
"""

from gateway.store.migrating import migrate, migrate_back
from gateway.store.store import Store, open_store
from gateway.store.waits import Waits

__all__ = ["Store", "Waits", "migrate", "migrate_back", "open_store"]
